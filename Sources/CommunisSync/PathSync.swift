import CommunisCore
import CommunisLog
import CommunisStore

/// Syncs with another board file on this machine.
package enum PathSync {
    /// Syncs a board with the one at a path, which is called by that path from now on.
    ///
    /// - Parameter progress: called with the share of the peer's log that is here, 0 to 1.
    package static func run(
        _ board: Board, with other: Board, address: String, now: Milliseconds,
        progress: (Double) -> Void = { _ in }
    ) throws(BoardError) -> SyncReport {
        guard other.id == board.id else { throw .otherBoard(address) }
        guard other.path != board.path else {
            throw BoardError(
                .notUnderstood, "\(address) is this copy itself", "name another copy of the board")
        }
        let peer = try board.peer(at: address, node: other.node)
        try board.sealPending()
        let isEmpty = try board.snapshot().lastArrival == 0
        var session = SyncSession(with: peer, isEmpty: isEmpty, now: now)
        let responder = SyncResponder(other, caller: board.node)
        do {
            var action = try session.start()
            while true {
                action = try perform(
                    action, &session, board, peer, other.node, responder, progress)
                if case .finish(let report) = action { return report }
            }
        } catch let error as BoardError {
            throw error
        } catch {
            throw BoardError(.fault, "sync stopped: \(error)", "please report this")
        }
    }

    private static func perform(
        _ action: SyncSession.Action, _ session: inout SyncSession, _ board: Board, _ peer: Peer,
        _ node: NodeID, _ responder: SyncResponder, _ progress: (Double) -> Void
    ) throws -> SyncSession.Action {
        switch action {
        case .load(let arrival):
            return try session.loaded(board.page(after: arrival, excluding: node))
        case .send(let request):
            let answer = try responder.answer(request)
            if case .changes(let page, _) = answer, page.snapshot.lastArrival > 0 {
                progress(Double(page.cursor) / Double(page.snapshot.lastArrival))
            }
            return try session.received(answer)
        case .merge(let changesets, let cursors):
            return try session.merged(
                board.merge(changesets, from: peer.key, moving: cursors))
        case .compare:
            let inventory = try board.inventory()
            return try session.compared(inventory.positions, at: inventory.at)
        case .gather(let positions):
            let found = try board.changesets(positions)
            return try session.gathered(found.changesets, taken: found.taken)
        case .finish:
            return action
        }
    }
}
