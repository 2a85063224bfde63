import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Asks a peer for the board's secret: a copy that was made as a reader and has become a contributor
/// needs it to compute members' ids.
enum SecretRequest {
    /// A peer that does not have it, or may not give it, is no fault: another may.
    static func run(_ board: Board, over transport: any SyncTransport) throws {
        let encryptionKey = Curve25519.KeyAgreement.PrivateKey()
        let request = SyncRequest.Join(
            name: "", invitation: [],
            encryptionKey: Array(encryptionKey.publicKey.rawRepresentation))
        let answer = try transport.ask(
            SyncRequest(board: board.id, node: board.node, body: .join(request)))
        guard case .joined(let joined) = answer.body,
            let secret = joined.secret?.open(of: board.id, with: encryptionKey)
        else { return }
        try board.keep(secret)
    }
}
