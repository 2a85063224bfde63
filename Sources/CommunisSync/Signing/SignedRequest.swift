import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Who asks over HTTP, and when: in a header beside a message of sync, signed by the node's key.
///
/// The signature is Ed25519 (RFC 8032) over "communis request 1\0" ‖ board (32 bytes) ‖ store (16) ‖
/// length of the method (2 bytes, most significant first) ‖ method ‖ length of the path (2) ‖ path ‖
/// SHA-256 of the body (32) ‖ time (8 bytes, milliseconds since 1970, most significant first).
package struct SignedRequest: Hashable, Sendable {
    package var node: NodeID
    /// All zeros where the caller does not know it yet.
    package var board: BoardID
    /// The copy that is asked; all zeros where the caller does not know it yet.
    package var store: [UInt8]
    package var time: Milliseconds
    /// SHA-256 of the body.
    package var digest: [UInt8]
    package var signature: [UInt8]

    package static let unknownStore = [UInt8](repeating: 0, count: SyncWire.storeBytes)
    /// How far a request's time may lie from the clock of who is asked.
    package static let window = Duration.seconds(300)

    package init(
        _ method: String, _ path: String, body: [UInt8], board: BoardID, store: [UInt8],
        time: Milliseconds, key: NodeKey
    ) {
        node = key.node
        self.board = board
        self.store = store
        self.time = time
        digest = Array(SHA256.hash(data: body))
        signature = []
        signature = key.sign(statement(method, path))
    }

    /// Node, board, store, time, digest, signature.
    private static let headerBytes =
        NodeID.byteCount + BoardID.byteCount + SyncWire.storeBytes + 8
        + SignatureHeader.digestBytes + SignatureHeader.signatureBytes

    /// From the header of a request; `nil` if it is missing or malformed.
    package init?(header: String?) {
        guard var reader = SignatureHeader.reader(header, bytes: Self.headerBytes),
            let node: NodeID = reader.identifier(),
            let board: BoardID = reader.identifier(),
            let store = reader.bytes(SyncWire.storeBytes),
            let time = reader.integer().flatMap(Milliseconds.init(sinceEpoch:)),
            let digest = reader.bytes(SignatureHeader.digestBytes),
            let signature = reader.bytes(SignatureHeader.signatureBytes)
        else { return nil }
        self.node = node
        self.board = board
        self.store = Array(store)
        self.time = time
        self.digest = Array(digest)
        self.signature = Array(signature)
    }

    package var header: String {
        SignatureHeader.text(
            node.bytes + board.bytes + store + bigEndian(time.sinceEpoch) + digest + signature)
    }

    /// Whether the node signed this request. The body is judged by itself, when it is here.
    package func isSigned(_ method: String, _ path: String) -> Bool {
        node.hasSigned(statement(method, path), signature)
    }

    package func covers(_ body: [UInt8]) -> Bool { SHA256.hash(data: body) == digest }

    private func statement(_ method: String, _ path: String) -> [UInt8] {
        var bytes = Array("communis request 1\0".utf8) + board.bytes + store
        for text in [method, path] {
            bytes += bigEndian(UInt16(clamping: text.utf8.count)) + text.utf8
        }
        return bytes + digest + bigEndian(time.sinceEpoch)
    }
}
