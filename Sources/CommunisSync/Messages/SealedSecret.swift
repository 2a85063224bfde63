import CommunisCore
import CommunisLog
import CommunisStore
import Crypto
import Foundation

/// The board's secret on its way to a new copy: only the holder of the key it is sealed to reads it.
///
/// HPKE in base mode (RFC 9180), suite Curve25519, SHA-256, ChaCha20-Poly1305, info
/// "communis secret 1\0" ‖ board.
package struct SealedSecret: Hashable, Sendable {
    package static let keyByteCount = 32
    /// A secret of 32 bytes and the tag of 16.
    package static let ciphertextByteCount = BoardSecret.byteCount + 16

    package var encapsulatedKey: [UInt8]
    package var ciphertext: [UInt8]

    package init(encapsulatedKey: [UInt8], ciphertext: [UInt8]) {
        self.encapsulatedKey = encapsulatedKey
        self.ciphertext = ciphertext
    }

    /// Seals a secret to a public key.
    ///
    /// - Returns: `nil` if the key is none.
    package static func seal(_ secret: BoardSecret, of board: BoardID, to key: [UInt8])
        -> SealedSecret?
    {
        guard key.count == keyByteCount,
            let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: key),
            var sender = try? HPKE.Sender(
                recipientKey: recipient, ciphersuite: suite, info: info(board)),
            let ciphertext = try? sender.seal(Data(secret.bytes))
        else { return nil }
        return SealedSecret(
            encapsulatedKey: Array(sender.encapsulatedKey), ciphertext: Array(ciphertext))
    }

    /// The secret; `nil` if it was sealed to another key or for another board, or was changed.
    package func open(of board: BoardID, with key: Curve25519.KeyAgreement.PrivateKey)
        -> BoardSecret?
    {
        guard
            var recipient = try? HPKE.Recipient(
                privateKey: key, ciphersuite: Self.suite, info: Self.info(board),
                encapsulatedKey: Data(encapsulatedKey)),
            let secret = try? recipient.open(Data(ciphertext))
        else { return nil }
        return BoardSecret(Array(secret))
    }

    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    private static func info(_ board: BoardID) -> Data {
        Data(Array("communis secret 1\0".utf8) + board.bytes)
    }
}
