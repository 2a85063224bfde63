import CommunisLog
import Foundation

/// The HTTP header that says who asks or answers: fields of fixed lengths, one after another, in
/// base 64 with padding (RFC 4648, section 4).
///
/// It is one header, since each that is added costs its name in every request of a copy that has
/// nothing new.
package enum SignatureHeader {
    package static let name = "Communis-Signature"

    static let signatureBytes = 64
    static let digestBytes = 32

    /// What is in the header; `nil` where it is missing, malformed or has another length.
    static func reader(_ text: String?, bytes count: Int) -> ByteReader? {
        guard let text, text.utf8.count == (count + 2) / 3 * 4,
            let data = Data(base64Encoded: text), data.count == count
        else { return nil }
        return ByteReader(Array(data))
    }

    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
