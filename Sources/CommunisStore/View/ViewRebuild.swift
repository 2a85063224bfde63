import CommunisCore
import CommunisLog
import CommunisSchema
import GRDB

/// The view as the pure function that it is: of the whole log and the horizon.
enum ViewRebuild {
    /// Empties the view and computes it anew from the log and what is pending, within one
    /// transaction; readers see the old view until it ends.
    ///
    /// - Parameter forgettingErasures: whether an erasure may have lost its effect. If not, those
    ///   known are where the computation begins, which saves a round.
    static func run(_ database: Database, state: BoardState, forgettingErasures: Bool = false)
        throws
    {
        if forgettingErasures { try database.execute(sql: "DELETE FROM erased") }
        let unplaced = try fold(database, into: database, state: state) { row, verdict in
            guard verdict != row.verdict else { return }
            try database.run(
                "UPDATE changeset SET verdict = ? WHERE arrival = ?", verdict.rawValue,
                row.arrival)
        }
        try database.markUnplaced(unplaced)
    }

    /// Computes the view of a log into a database, which may be the log's own.
    ///
    /// - Parameters:
    ///   - excluded: arrival numbers that are passed over.
    ///   - isSearched: whether the words of ideas are indexed too.
    ///   - judged: called with the verdict that each changeset has today; perhaps several times,
    ///     of which the last counts.
    /// - Returns: the pending votes, by key, of which only their changeset's id can tell whether they
    ///   win.
    @discardableResult
    static func fold(
        _ log: Database, into target: Database, state: BoardState,
        excluding excluded: Set<Int64> = [], isSearched: Bool = true,
        judged: (ChangesetRow, Verdict) throws -> Void
    ) throws -> [Int64] {
        var given = try Given(target)
        var found = given
        var unplaced: [Int64] = []
        // What is erased is not judged: an erasure may make a void changeset count, which may
        // itself erase. Each round erases more, and there is only so much. Whose votes count does
        // not depend on votes. So it ends.
        repeat {
            given = found
            try target.execute(sql: Schema.emptyView)
            let view = try ViewWriter(
                target, node: state.node, founder: state.founder, isSearched: isSearched)
            try log.forEachChangeset { row in
                if excluded.contains(row.arrival) { return }
                try judged(row, apply(row, to: view, given, state: state))
            }
            let own = given.rights(of: state.node, as: .founder)
            for change in try log.pendingChanges() {
                try view.apply(change.change, index: Int(change.key), .pending(state.node), own)
            }
            try view.finish()
            unplaced = view.unplacedVotes
            found = try Given(target)
        } while found != given
        return unplaced
    }

    /// What a round of the computation takes from the one before it.
    private struct Given: Equatable {
        private var erased: Int64
        private var disavowed: Set<NodeID>
        private var proving: Set<NodeID>

        init(_ database: Database) throws {
            func nodes(_ column: String) throws -> Set<NodeID> {
                Set(
                    try database.rows(
                        """
                        SELECT node.id FROM node_standing JOIN node ON node.key = node_standing.node
                        WHERE \(column) = 1
                        """
                    ).map { try $0.identifier(0) })
            }
            erased = try database.integer("SELECT count(*) FROM erased") ?? 0
            disavowed = try nodes("disavowed")
            proving = try nodes("proves")
        }

        func rights(of node: NodeID, as role: Role) -> Rights {
            Rights(
                role: role, countsVotes: !disavowed.contains(node), proves: proving.contains(node))
        }
    }

    /// Applies one changeset of the log and returns its verdict.
    private static func apply(
        _ row: ChangesetRow, to view: ViewWriter, _ given: Given, state: BoardState
    ) throws -> Verdict {
        let changeset = try row.sealed.open(board: state.board, verifyingSignature: false)
        let erased = try view.database.erasedSlots(of: changeset.id)
        let verdict = changeset.verdict(horizon: state.time.horizon, erased: erased)
        if verdict != .void {
            try view.apply(
                changeset, arrival: row.arrival, erased: erased, isParked: verdict == .parked,
                given.rights(of: changeset.header.node, as: row.role ?? .none))
        }
        return verdict
    }
}
