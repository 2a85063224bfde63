import CommunisCore
import CommunisTestSupport
import Crypto
import Testing

/// Integers of any size, one byte a digit, least significant first: slow and plain.
private struct SlowInteger {
    var digits: [UInt8]

    init(bigEndian bytes: [UInt8]) { digits = bytes.reversed() }

    mutating func add(_ other: SlowInteger) {
        var carry = 0
        for place in 0..<max(digits.count, other.digits.count) {
            if place == digits.count { digits.append(0) }
            let digit = place < other.digits.count ? Int(other.digits[place]) : 0
            let sum = Int(digits[place]) + digit + carry
            digits[place] = UInt8(sum % 256)
            carry = sum / 256
        }
        if carry > 0 { digits.append(UInt8(carry)) }
    }

    /// The value modulo 256 to the power of `count`, most significant byte first.
    func bigEndian(_ count: Int) -> [UInt8] {
        var low = Array(digits.prefix(count))
        while low.count < count { low.append(0) }
        return low.reversed()
    }
}

struct CheckValueTests {
    private func value(of ids: [ChangesetID]) -> CheckValue {
        var value = CheckValue()
        for id in ids { value.insert(id) }
        return value
    }

    private func ids(_ count: Int, seed: UInt64) -> [ChangesetID] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.identifier() }
    }

    @Test("The value is the one that plain long addition gives")
    func oracle() {
        for count in [0, 1, 2, 3, 17, 300] {
            let ids = ids(count, seed: UInt64(count) + 10)
            var sum = SlowInteger(bigEndian: [])
            for id in ids {
                let hash = (UInt8(0)..<4).flatMap { Array(SHA512.hash(data: [$0] + id.bytes)) }
                sum.add(SlowInteger(bigEndian: hash))
            }
            let expected = sum.bigEndian(256)
            let value = value(of: ids)
            #expect(value.count == UInt64(count))
            #expect(value.sum == expected)
            let countBytes = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
            #expect(value.digest == Array(SHA256.hash(data: countBytes + expected)))
            #expect(value.hexadecimal == Hexadecimal.encode(value.digest))
            #expect(value.hexadecimal.utf8.count == 64)
        }
    }

    @Test("The value does not depend on the order")
    func order() {
        let ids = ids(64, seed: 11)
        let expected = value(of: ids)
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<20 { #expect(value(of: ids.shuffled(using: &generator)) == expected) }
        #expect(value(of: Array(ids.dropLast())) != expected)
    }

    @Test("A carry runs through all words, and the one beyond the last is dropped")
    func carry() throws {
        let id = ids(1, seed: 13)[0]
        let hash = value(of: [id]).sum
        // 2^2048 − 1 + H = H − 1 (mod 2^2048).
        var value = try #require(CheckValue(count: 4, sum: [UInt8](repeating: 255, count: 256)))
        value.insert(id)
        var expected = SlowInteger(bigEndian: hash)
        expected.add(SlowInteger(bigEndian: [UInt8](repeating: 255, count: 256)))
        #expect(value.sum == expected.bigEndian(256))
        #expect(value.count == 5)
    }

    @Test("A stored value goes on where it stopped; its sum has 256 bytes")
    func stored() throws {
        let ids = ids(9, seed: 14)
        let half = value(of: Array(ids.prefix(4)))
        var value = try #require(CheckValue(count: half.count, sum: half.sum))
        #expect(value == half)
        for id in ids.dropFirst(4) { value.insert(id) }
        #expect(value == self.value(of: ids))
        #expect(CheckValue(count: 0, sum: [UInt8](repeating: 0, count: 255)) == nil)
        #expect(CheckValue(count: 0, sum: [UInt8](repeating: 0, count: 257)) == nil)
    }
}
