import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Who asks over HTTP, and when: in headers beside a message of sync, signed by the node's key.
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

    /// From the headers of a request; `nil` if one is missing or malformed.
    package init?(headers: (String) -> String?) {
        guard let node = NodeID(SignatureHeader.node.bytes(headers)),
            let board = BoardID(SignatureHeader.board.bytes(headers)),
            let time = SignatureHeader.time.milliseconds(headers)
        else { return nil }
        self.node = node
        self.board = board
        self.time = time
        store = SignatureHeader.store.bytes(headers)
        digest = SignatureHeader.digest.bytes(headers)
        signature = SignatureHeader.signature.bytes(headers)
        guard store.count == SyncWire.storeBytes, digest.count == SignatureHeader.digestBytes,
            signature.count == SignatureHeader.signatureBytes
        else { return nil }
    }

    package var headers: [(name: String, value: String)] {
        [
            (SignatureHeader.node.rawValue, Base32.encode(node.bytes)),
            (SignatureHeader.board.rawValue, Base32.encode(board.bytes)),
            (SignatureHeader.store.rawValue, Base32.encode(store)),
            (SignatureHeader.time.rawValue, String(time.sinceEpoch)),
            (SignatureHeader.digest.rawValue, Base32.encode(digest)),
            (SignatureHeader.signature.rawValue, Base32.encode(signature)),
        ]
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

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
