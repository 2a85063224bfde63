import CommunisCore
import CommunisStore

/// The HTTP headers that sign a request or an answer. Bytes are in base 32, times in milliseconds
/// since 1970.
package enum SignatureHeader: String, Sendable {
    case node = "Communis-Node"
    case board = "Communis-Board"
    case store = "Communis-Store"
    case time = "Communis-Time"
    /// SHA-256 of the body, in the request only: so that who is asked judges before it reads.
    case digest = "Communis-Digest"
    case signature = "Communis-Signature"

    static let signatureBytes = 64
    static let digestBytes = 32

    /// Empty where the header is missing or is not base 32.
    func bytes(_ headers: (String) -> String?) -> [UInt8] {
        guard let text = headers(rawValue), text.utf8.count <= 128 else { return [] }
        return Base32.decode(text) ?? []
    }

    func milliseconds(_ headers: (String) -> String?) -> Milliseconds? {
        guard let text = headers(rawValue), let number = UInt64(text) else { return nil }
        return Milliseconds(sinceEpoch: number)
    }
}
