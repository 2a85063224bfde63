import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Asks a peer for the board's secret: a copy that was made as a reader and has become a contributor
/// needs it to compute members' ids.
///
/// Only a steward's node is believed, since only stewards admit: with a false secret one member would
/// have two ids, and count twice.
enum SecretRequest {
    /// A peer that does not have it, or may not give it, is no fault: another may.
    static func run(_ board: Board, over transport: any SyncTransport) throws {
        guard transport.authenticates, try board.lacksSecret() else { return }
        let encryptionKey = Curve25519.KeyAgreement.PrivateKey()
        let request = SyncRequest.Join(
            name: "", invitation: [],
            encryptionKey: Array(encryptionKey.publicKey.rawRepresentation))
        let answer = try transport.ask(
            SyncRequest(board: board.id, node: board.node, body: .join(request)))
        guard try board.role(of: answer.node) >= .steward,
            case .joined(let joined) = answer.body,
            let secret = joined.secret?.open(of: board.id, with: encryptionKey)
        else { return }
        try board.keep(secret)
    }
}
