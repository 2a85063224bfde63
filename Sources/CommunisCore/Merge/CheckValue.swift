import Crypto

/// Names a set of changesets, whatever the order in which they came: the count, and the sum mod
/// 2^2048 of a 2048-bit hash of each id.
///
/// The construction is the additive homomorphic hash of Bellare and Micciancio ("A New Paradigm
/// for Collision-Free Hashing", 1997). 2048 bits, since sums of 256 bits can be forged by
/// Wagner's generalised birthday attack.
package struct CheckValue: Hashable, Sendable {
    package private(set) var count: UInt64
    /// The sum, least significant word first.
    private var words: [UInt64]

    /// The check value of the empty set.
    package init() {
        count = 0
        words = Array(repeating: 0, count: 32)
    }

    /// A stored one: the sum as 256 bytes, most significant first. `nil` if it is not 256 bytes.
    package init?(count: UInt64, sum: [UInt8]) {
        guard sum.count == 256 else { return nil }
        self.count = count
        words = sum.withUnsafeBytes { bytes in
            (0..<32).map { index in
                UInt64(
                    bigEndian: bytes.loadUnaligned(
                        fromByteOffset: (31 - index) * 8, as: UInt64.self)
                )
            }
        }
    }

    /// The sum as 256 bytes, most significant first.
    package var sum: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for word in words.reversed() { bytes.append(bigEndian: word) }
        return bytes
    }

    /// Adds a changeset that was not in the set.
    package mutating func insert(_ id: ChangesetID) {
        count &+= 1
        combine(id) { $0.addingReportingOverflow($1) }
    }

    /// Takes a changeset out that was in the set.
    package mutating func remove(_ id: ChangesetID) {
        // A damaged file may hold more than its count says; `verify` tells.
        count &-= 1
        combine(id) { $0.subtractingReportingOverflow($1) }
    }

    /// Adds or subtracts H(id), word by word from the least significant, with the carry or borrow.
    private mutating func combine(
        _ id: ChangesetID,
        _ operation: (UInt64, UInt64) -> (partialValue: UInt64, overflow: Bool)
    ) {
        var carry: UInt64 = 0
        // SHA-512(3 ‖ id) holds the least significant bits of H(id).
        for quarter in 0..<4 {
            var hasher = SHA512()
            hasher.update(data: [UInt8(3 - quarter)] + id.bytes)
            let digest = Array(hasher.finalize())
            digest.withUnsafeBytes { bytes in
                for word in 0..<8 {
                    let value = UInt64(
                        bigEndian: bytes.loadUnaligned(
                            fromByteOffset: (7 - word) * 8, as: UInt64.self))
                    let index = quarter * 8 + word
                    let (partial, first) = operation(words[index], value)
                    let (total, second) = operation(partial, carry)
                    words[index] = total
                    carry = (first ? 1 : 0) + (second ? 1 : 0)
                }
            }
        }
    }

    /// SHA-256(count u64 ‖ sum): 32 bytes, shown as 64 hexadecimal digits.
    package var digest: [UInt8] {
        var message: [UInt8] = []
        message.append(bigEndian: count)
        message.append(contentsOf: sum)
        return Array(SHA256.hash(data: message))
    }

    package var hexadecimal: String { Hexadecimal.encode(digest) }
}
