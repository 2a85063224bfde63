import Crypto

/// The 32 bytes that a board's contributors and stewards share, so that a member's id can be
/// computed where the member types an address and nowhere else.
package struct BoardSecret: Hashable, Sendable {
    package static let byteCount = 32
    package let bytes: [UInt8]

    /// `nil` if these are not 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

extension MemberID {
    /// Who speaks of the member; a source can never name a person who typed an address.
    package enum Domain: String, Sendable {
        /// A person's address or handle: trimmed, NFC-normalised and lowercased by the caller.
        case who
        /// A row of imported data, such as `polis:name:17`: NFC-normalised by the caller.
        case source
    }

    /// The first 12 bytes of HMAC-SHA256(secret, domain ‖ 0x00 ‖ name in UTF-8).
    package init(_ domain: Domain, _ name: String, secret: BoardSecret) {
        var message = Array(domain.rawValue.utf8)
        message.append(0)
        message.append(contentsOf: name.utf8)
        let code = HMAC<SHA256>.authenticationCode(
            for: message, using: SymmetricKey(data: secret.bytes))
        self.init(truncating: code)
    }
}
