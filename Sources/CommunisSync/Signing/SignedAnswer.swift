import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Who answers over HTTP, and when: in headers beside the answer, signed by the node's key.
///
/// The signature is Ed25519 (RFC 8032) over "communis answer 1\0" ‖ the request's signature (64
/// bytes) ‖ status (2, most significant first) ‖ store (16) ‖ SHA-256 of the body (32) ‖ time (8).
package struct SignedAnswer: Hashable, Sendable {
    package var node: NodeID
    /// The copy that answers.
    package var store: [UInt8]
    /// The clock there.
    package var time: Milliseconds
    package var signature: [UInt8]

    package init(
        status: Int, body: [UInt8], to request: SignedRequest, store: [UInt8], time: Milliseconds,
        key: NodeKey
    ) {
        node = key.node
        self.store = store
        self.time = time
        signature = []
        signature = key.sign(statement(status, body, request))
    }

    /// From the headers of an answer; `nil` if one is missing or malformed.
    package init?(headers: (String) -> String?) {
        guard let node = NodeID(SignatureHeader.node.bytes(headers)),
            let time = SignatureHeader.time.milliseconds(headers)
        else { return nil }
        self.node = node
        self.time = time
        store = SignatureHeader.store.bytes(headers)
        signature = SignatureHeader.signature.bytes(headers)
        guard store.count == SyncWire.storeBytes, signature.count == SignatureHeader.signatureBytes
        else { return nil }
    }

    package var headers: [(name: String, value: String)] {
        [
            (SignatureHeader.node.rawValue, Base32.encode(node.bytes)),
            (SignatureHeader.store.rawValue, Base32.encode(store)),
            (SignatureHeader.time.rawValue, String(time.sinceEpoch)),
            (SignatureHeader.signature.rawValue, Base32.encode(signature)),
        ]
    }

    /// Whether the node gave this answer to that request.
    package func isSigned(status: Int, body: [UInt8], to request: SignedRequest) -> Bool {
        node.hasSigned(statement(status, body, request), signature)
    }

    private func statement(_ status: Int, _ body: [UInt8], _ request: SignedRequest) -> [UInt8] {
        Array("communis answer 1\0".utf8) + request.signature + bigEndian(UInt16(clamping: status))
            + store + Array(SHA256.hash(data: body)) + bigEndian(time.sinceEpoch)
    }
}
