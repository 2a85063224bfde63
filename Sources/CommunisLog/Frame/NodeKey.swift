import CommunisCore
import Crypto

/// A node's Ed25519 key (RFC 8032): what makes this copy of a board this node.
package struct NodeKey: Sendable {
    package static let byteCount = 32
    private let key: Curve25519.Signing.PrivateKey

    /// A new one, from the system's randomness.
    package init() { key = Curve25519.Signing.PrivateKey() }

    /// The key with this seed of 32 bytes; `nil` if it is not 32 bytes.
    package init?(_ seed: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            return nil
        }
        self.key = key
    }

    package var seed: [UInt8] { Array(key.rawRepresentation) }
    package var node: NodeID { NodeID(truncating: key.publicKey.rawRepresentation) }

    package func sign(_ message: [UInt8]) -> [UInt8] {
        // An in-memory signature of a short message has no way to fail; an empty one is refused
        // by every reader, our own store first.
        (try? key.signature(for: message)).map { Array($0) } ?? []
    }
}

extension NodeID {
    package func hasSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }
}
