import CommunisCore
import CommunisLog
import CommunisStore

/// Does what a session says: reads and writes this copy's file, and asks the peer.
package struct SyncDriver {
    private let board: Board
    private let transport: any SyncTransport
    /// What the peer is called, here and in errors.
    private let address: String
    private let progress: (Double) -> Void

    private init(
        _ board: Board, over transport: any SyncTransport, address: String,
        progress: @escaping (Double) -> Void
    ) {
        self.board = board
        self.transport = transport
        self.address = address
        self.progress = progress
    }

    /// Syncs a board with a peer, which is called by its address from now on.
    ///
    /// - Parameter progress: called with the share of the peer's log that is here, 0 to 1.
    package static func run(
        _ board: Board, over transport: any SyncTransport, address: String, now: Milliseconds,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(BoardError) -> SyncReport {
        let driver = SyncDriver(board, over: transport, address: address, progress: progress)
        var session = SyncSession(
            of: board.id, with: try board.knownPeer(at: address),
            isCautious: try board.isRestored(), now: now)
        do {
            var action = try session.start()
            while true {
                if case .finish(let report) = action {
                    if report.isEqual { try board.noteWhole() }
                    if try board.lacksSecret() {
                        try SecretRequest.run(board, over: transport)
                    }
                    return report
                }
                action = try driver.perform(action, &session)
            }
        } catch let error as BoardError {
            throw error
        } catch let fault as SyncFault {
            throw fault.boardError(address)
        } catch let error as NegentropyError {
            throw SyncFault.malformed(error).boardError(address)
        } catch {
            throw BoardError(.fault, "sync stopped: \(error)", "please report this")
        }
    }

    private func perform(_ action: SyncSession.Action, _ session: inout SyncSession) throws
        -> SyncSession.Action
    {
        switch action {
        case .send(let body):
            let answer = try transport.ask(
                SyncRequest(board: board.id, node: board.node, body: body))
            if case .exchanged(let exchanged) = answer.body, answer.snapshot.lastArrival > 0 {
                progress(Double(exchanged.cursor) / Double(answer.snapshot.lastArrival))
            }
            return try session.received(answer)
        case .remember(let node):
            return session.remembered(try board.peer(at: address, node: node))
        case .prepare(let last):
            try board.sealPending(after: last)
            return try session.prepared(isEmpty: board.snapshot().lastArrival == 0)
        case .load(let arrival, let node):
            return try session.loaded(board.page(after: arrival, excluding: node))
        case .merge(let changesets, let cursors):
            return try session.merged(
                board.merge(changesets, from: session.peerKey, moving: cursors))
        case .reconcile(let answer):
            let (step, snapshot) = try board.reconciling { log, snapshot in
                let negentropy = Negentropy(log, frameLimit: SyncLimits.reconciliationFrame)
                guard let answer else {
                    return (
                        Negentropy<LogRanges>.Step(message: try negentropy.initiate()), snapshot
                    )
                }
                return (try negentropy.reconcile(answer), snapshot)
            }
            return try session.reconciled(step, at: snapshot)
        case .gather(let positions):
            let found = try board.changesets(positions)
            return try session.gathered(found.changesets, taken: found.taken)
        case .finish:
            return action
        }
    }
}
