import CommunisCore
import CommunisLog
import CommunisStore
import Crypto

/// Makes a new node of a peer's board.
package enum SyncClone {
    package struct Outcome: Sendable {
        package var board: Board
        package var role: Role
        package var report: SyncReport
    }

    /// Clones a peer's board to a new file.
    ///
    /// Where the peer may, it admits the new node at once as contributor and gives it the board's
    /// secret; otherwise it is a reader. If it stops halfway, the new board is there and a sync
    /// with the same peer goes on where it stopped.
    ///
    /// A peer that names a false founder is found out when the founding changeset comes: then
    /// nothing is left of the new board.
    ///
    /// - Parameters:
    ///   - key: of the new node; the one that a transport signs its requests with. With an
    ///     invitation the one of `Board.prepareClone`, so that a failure here does not use it up.
    ///   - invitation: the secret of one, where the peer asks for it.
    package static func run(
        over transport: any SyncTransport, address: String, to path: String, name: String?,
        key: NodeKey = NodeKey(), invitation: [UInt8] = [],
        environment: BoardEnvironment = .system,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(BoardError) -> Outcome {
        try Board.checkFree(path, for: key)
        // Admitted before the copy is made: a node that was admitted and never came to be harms
        // nobody, a copy that nobody admitted would never be able to write.
        let (answer, secret) = try join(
            key.node, name ?? "", invitation, over: transport, address, to: path)
        let board = try Board.createCopy(
            at: path, of: answer.board, founder: answer.founder, secret: secret, key: key,
            environment: environment)
        do {
            let report = try SyncDriver.run(
                board, over: transport, address: address, now: environment.now(),
                progress: progress)
            return Outcome(board: board, role: try board.role(), report: report)
        } catch {
            if error == .otherFounder { board.remove() }
            throw error
        }
    }

    private static func join(
        _ node: NodeID, _ name: String, _ invitation: [UInt8], over transport: any SyncTransport,
        _ address: String, to path: String
    ) throws(BoardError) -> (SyncAnswer, BoardSecret?) {
        let encryptionKey = Curve25519.KeyAgreement.PrivateKey()
        let request = SyncRequest.Join(
            name: name, invitation: invitation,
            encryptionKey: Array(encryptionKey.publicKey.rawRepresentation))
        let answer: SyncAnswer
        do {
            answer = try transport.ask(
                SyncRequest(board: .zero, node: node, body: .join(request)))
        } catch let error as BoardError {
            throw error
        } catch {
            throw BoardError(.fault, "cloning stopped: \(error)", "please report this")
        }
        switch answer.body {
        case .joined(let joined):
            guard let sealed = joined.secret else { return (answer, nil) }
            guard let secret = sealed.open(of: answer.board, with: encryptionKey) else {
                throw SyncFault.unexpectedAnswer.boardError(address)
            }
            return (answer, secret)
        case .failed(let failed):
            let error = SyncFault.failed(failed).boardError(address)
            if [.notPermitted, .notUnderstood].contains(error.code) { Board.abandonClone(path) }
            throw error
        default:
            throw SyncFault.unexpectedAnswer.boardError(address)
        }
    }
}

/// Clones a board that lies on this machine.
package enum PathClone {
    package static func run(
        from source: Board, address: String, to path: String, name: String?,
        environment: BoardEnvironment = .system,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(BoardError) -> SyncClone.Outcome {
        try SyncClone.run(
            over: PathTransport(source), address: address, to: path,
            name: name, environment: environment, progress: progress)
    }
}
