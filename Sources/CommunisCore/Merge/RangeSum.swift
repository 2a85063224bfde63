import Crypto

/// The sum of the ids of a range of changesets, as Negentropy V1 defines it: the ids as 256-bit
/// little-endian integers, added mod 2^256, with their count.
///
/// Source: the Negentropy protocol V1 specification, "Fingerprint". Such sums can be forged, which
/// is why equality of whole sets is told by `CheckValue`; here a wrong one only costs a round.
package struct RangeSum: Hashable, Sendable {
    package private(set) var count: UInt64 = 0
    /// Least significant word first.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// The sum of an empty range.
    package init() {}

    /// A stored one: the sum as 32 bytes, least significant first. `nil` if it is not 32 bytes.
    package init?(count: UInt64, sum: [UInt8]) {
        guard sum.count == 32 else { return nil }
        self.count = count
        words = Self.words(sum)
    }

    /// The sum as 32 bytes, least significant first.
    package var sum: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }

    package mutating func insert(_ id: ChangesetID) {
        self += RangeSum(count: 1, words: Self.words(id.bytes))
    }

    package mutating func remove(_ id: ChangesetID) {
        self -= RangeSum(count: 1, words: Self.words(id.bytes))
    }

    package static func += (left: inout Self, right: Self) {
        left.count &+= right.count
        left.combine(right) { $0.addingReportingOverflow($1) }
    }

    package static func -= (left: inout Self, right: Self) {
        left.count &-= right.count
        left.combine(right) { $0.subtractingReportingOverflow($1) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    /// The first 16 bytes of SHA-256(sum ‖ count as a varint).
    package var fingerprint: [UInt8] {
        var message = sum
        message.append(varint: count)
        return Array(SHA256.hash(data: message).prefix(16))
    }

    private init(count: UInt64, words: (UInt64, UInt64, UInt64, UInt64)) {
        self.count = count
        self.words = words
    }

    private static func words(_ bytes: [UInt8]) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ index: Int) -> UInt64 {
            bytes.withUnsafeBytes {
                UInt64(
                    littleEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
        return (word(0), word(1), word(2), word(3))
    }

    private mutating func combine(
        _ other: Self,
        _ operation: (UInt64, UInt64) -> (partialValue: UInt64, overflow: Bool)
    ) {
        var carry: UInt64 = 0
        func step(_ word: UInt64, _ value: UInt64) -> UInt64 {
            let (partial, first) = operation(word, value)
            let (total, second) = operation(partial, carry)
            carry = (first ? 1 : 0) + (second ? 1 : 0)
            return total
        }
        words.0 = step(words.0, other.words.0)
        words.1 = step(words.1, other.words.1)
        words.2 = step(words.2, other.words.2)
        words.3 = step(words.3, other.words.3)
    }
}

extension [UInt8] {
    /// Negentropy's varint: base 128, most significant group first, in the fewest bytes, the high
    /// bit on all but the last.
    package mutating func append(varint value: UInt64) {
        var groups = [UInt8(value & 0x7F)]
        var rest = value >> 7
        while rest > 0 {
            groups.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(contentsOf: groups.reversed())
    }
}
