import CommunisCore
import CommunisLog
import CommunisStore

/// Makes a new node of a board that lies on this machine.
package enum PathClone {
    package struct Outcome: Sendable {
        package var board: Board
        package var role: Role
        package var report: SyncReport
    }

    /// Clones the board `source` to a new file.
    ///
    /// Where this account can read a steward's key beside the source, the new node is admitted at
    /// once as contributor, by a change sealed with that key, and is given the board's secret.
    /// Otherwise it is a reader.
    ///
    /// If it stops halfway, the new board is there and a sync with the same source goes on where
    /// it stopped.
    package static func run(
        from source: Board, address: String, to path: String, name: String?,
        environment: BoardEnvironment = .system, progress: (Double) -> Void = { _ in }
    ) throws(BoardError) -> Outcome {
        try Board.checkFree(path)
        let key = NodeKey()
        let secret = source.stewardsSecret()
        // Admitted before the copy is made: a node that was admitted and never came to be harms
        // nobody, a copy that nobody admitted would never be able to write.
        if secret != nil {
            var drafts = [Draft(by: nil, .node(key.node, .role(.contributor, heads: [])))]
            if let name, !name.isEmpty {
                drafts.append(Draft(by: nil, .node(key.node, .name(name))))
            }
            try source.write(drafts)
        }
        let board = try Board.createCopy(
            at: path, of: source.id, founder: source.founder, secret: secret, key: key,
            environment: environment)
        let report = try PathSync.run(
            board, with: source, address: address, now: environment.now(), progress: progress)
        return Outcome(board: board, role: try board.role(), report: report)
    }
}

extension Board {
    /// The board's secret, where this account may act for a steward's node here; `nil` elsewhere.
    fileprivate func stewardsSecret() -> BoardSecret? {
        guard !isReadOnly, let role = try? role(), role >= .steward else { return nil }
        return try? secret()
    }
}
