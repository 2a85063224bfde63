import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Who answers over HTTP, and when: in a header beside the answer, signed by the node's key.
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

    /// Node, store, time, signature.
    private static let headerBytes =
        NodeID.byteCount + SyncWire.storeBytes + 8 + SignatureHeader.signatureBytes

    /// From the header of an answer; `nil` if it is missing or malformed.
    package init?(header: String?) {
        guard var reader = SignatureHeader.reader(header, bytes: Self.headerBytes),
            let node: NodeID = reader.identifier(),
            let store = reader.bytes(SyncWire.storeBytes),
            let time = reader.integer().flatMap(Milliseconds.init(sinceEpoch:)),
            let signature = reader.bytes(SignatureHeader.signatureBytes)
        else { return nil }
        self.node = node
        self.store = Array(store)
        self.time = time
        self.signature = Array(signature)
    }

    package var header: String {
        SignatureHeader.text(node.bytes + store + bigEndian(time.sinceEpoch) + signature)
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
