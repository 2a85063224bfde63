import CommunisCore
import CommunisLog
import CommunisSchema
import GRDB

/// The view as the pure function that it is: of the whole log and the horizon.
enum ViewRebuild {
    /// Empties the view and computes it anew from the log and what is pending, within one
    /// transaction; readers see the old view until it ends.
    static func run(_ database: Database, state: BoardState) throws {
        try fold(database, into: database, state: state) { row, verdict in
            guard verdict != row.verdict else { return }
            try database.run(
                "UPDATE changeset SET verdict = ? WHERE arrival = ?", verdict.rawValue,
                row.arrival)
        }
    }

    /// Computes the view of a log into a database, which may be the log's own.
    ///
    /// - Parameters:
    ///   - excluded: arrival numbers that are passed over.
    ///   - isSearched: whether the words of ideas are indexed too.
    ///   - judged: called with the verdict that each changeset has today; perhaps several times,
    ///     of which the last counts.
    static func fold(
        _ log: Database, into target: Database, state: BoardState,
        excluding excluded: Set<Int64> = [], isSearched: Bool = true,
        judged: (ChangesetRow, Verdict) throws -> Void
    ) throws {
        var erased: Int64
        // What is erased is not judged: an erasure may make a void changeset count, which may
        // itself erase. Each round erases more, and there is only so much: it ends.
        repeat {
            erased = try countErased(target)
            try target.execute(sql: Schema.emptyView)
            let view = try ViewWriter(target, node: state.node, isSearched: isSearched)
            try log.forEachChangeset { row in
                if excluded.contains(row.arrival) { return }
                try judged(row, apply(row, to: view, state: state))
            }
            for change in try log.pendingChanges() {
                try view.apply(change.change, index: Int(change.key), .pending(state.node))
            }
            try view.finish()
        } while try countErased(target) != erased
    }

    private static func countErased(_ database: Database) throws -> Int64 {
        try database.integer("SELECT count(*) FROM erased") ?? 0
    }

    /// Applies one changeset of the log and returns its verdict.
    private static func apply(_ row: ChangesetRow, to view: ViewWriter, state: BoardState) throws
        -> Verdict
    {
        let changeset = try row.sealed.open(board: state.board, verifyingSignature: false)
        let erased = try view.database.erasedSlots(of: changeset.id)
        let verdict = changeset.verdict(horizon: state.time.horizon, erased: erased)
        if verdict != .void {
            try view.apply(
                changeset, arrival: row.arrival, erased: erased, isParked: verdict == .parked)
        }
        return verdict
    }
}
