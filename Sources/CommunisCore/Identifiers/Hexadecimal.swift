/// Bytes as pairs of lowercase hexadecimal digits.
package enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let characters = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: characters, as: UTF8.self)
    }

    /// `nil` if `text` is not pairs of hexadecimal digits, in either case.
    package static func decode(_ text: String) -> [UInt8]? {
        let nibbles = text.unicodeScalars.map { Character($0).hexDigitValue }
        guard nibbles.count.isMultiple(of: 2), text.utf8.count == nibbles.count else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: nibbles.count, by: 2) {
            guard let high = nibbles[index], let low = nibbles[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
