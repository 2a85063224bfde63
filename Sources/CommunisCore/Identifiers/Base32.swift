/// Crockford's base 32 in lowercase (https://www.crockford.com/base32.html): no i, l, o or u, and
/// on reading, o counts as 0, i and l as 1, so that an id can be read out aloud.
package enum Base32 {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Five bits a character, most significant first; a last group of fewer bits is padded with
    /// zeros below.
    package static func encode(_ bytes: [UInt8]) -> String {
        var characters: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(alphabet[Int(buffer >> bits & 31)])
            }
        }
        if bits > 0 { characters.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The whole bytes that `text` spells, or `nil` if it has a character that is not of the
    /// alphabet, if it has one more than the bytes need, or if bits that fill no whole byte are
    /// not zero.
    package static func decode(_ text: String) -> [UInt8]? {
        guard let prefix = prefix(text) else { return nil }
        let spare = prefix.bits % 8
        guard spare < 5 else { return nil }
        if spare > 0, prefix.bytes[prefix.bits / 8] != 0 { return nil }
        return Array(prefix.bytes.prefix(prefix.bits / 8))
    }

    /// What `text` says about the beginning of an identifier: the bits it fixes, padded with zeros
    /// to whole bytes. `nil` if it has a character that is not of the alphabet.
    package static func prefix(_ text: String) -> (bytes: [UInt8], bits: Int)? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for scalar in text.unicodeScalars {
            guard let value = value(of: scalar) else { return nil }
            buffer = buffer << 5 | value
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        let fixed = bytes.count * 8 + bits
        if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: buffer << UInt32(8 - bits))) }
        return (bytes, fixed)
    }

    private static func value(of scalar: Unicode.Scalar) -> UInt32? {
        guard scalar.isASCII else { return nil }
        var byte = UInt8(scalar.value)
        if byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") { byte += 32 }
        switch byte {
        case UInt8(ascii: "o"): return 0
        case UInt8(ascii: "i"), UInt8(ascii: "l"): return 1
        default: return alphabet.firstIndex(of: byte).map { UInt32($0) }
        }
    }
}
