import CommunisCore
import CommunisStore

/// Syncs with another board file on this machine.
package enum PathSync {
    /// Syncs a board with the one at a path, which is called by that path from now on.
    ///
    /// - Parameter progress: called with the share of the peer's log that is here, 0 to 1.
    package static func run(
        _ board: Board, with other: Board, address: String, now: Milliseconds,
        progress: @escaping (Double) -> Void = { _ in }
    ) throws(BoardError) -> SyncReport {
        guard other.path != board.path else {
            throw BoardError(
                .notUnderstood, "\(address) is this copy itself", "name another copy of the board")
        }
        guard other.node != board.node else { throw .ownNode(address) }
        return try SyncDriver.run(
            board, over: PathTransport(other), address: address, now: now,
            progress: progress)
    }
}
