import CommunisCore
import CommunisLog
import CommunisSchema
import GRDB

/// The view as the pure function that it is: of the whole log and the horizon.
enum ViewRebuild {
    /// Empties the view and computes it anew from the log and what is pending, within one
    /// transaction; readers see the old view until it ends.
    static func run(_ database: Database, state: BoardState) throws {
        var erased: Int64
        // What is erased is not judged: an erasure may make a void changeset count, which may
        // itself erase. Each round erases more, and there is only so much: it ends.
        repeat {
            erased = try countErased(database)
            try fold(database, state: state)
        } while try countErased(database) != erased
    }

    private static func countErased(_ database: Database) throws -> Int64 {
        try database.integer("SELECT count(*) FROM erased") ?? 0
    }

    private static func fold(_ database: Database, state: BoardState) throws {
        for table in Schema.viewTables where table != "erased" {
            try database.execute(sql: "DELETE FROM \(table)")
        }
        let view = ViewWriter(database, node: state.node)
        try database.forEachChangeset { row in
            let verdict = try apply(row, to: view, state: state, database)
            if verdict != row.verdict {
                try database.run(
                    "UPDATE changeset SET verdict = ? WHERE arrival = ?", verdict.rawValue,
                    row.arrival)
            }
        }
        for change in try database.pendingChanges() {
            try view.apply(change.change, index: Int(change.key), .pending(state.node))
        }
        try view.finish()
    }

    /// Applies one changeset of the log and returns the verdict that its contents have today.
    @discardableResult
    static func apply(
        _ row: ChangesetRow, to view: ViewWriter, state: BoardState, _ log: Database
    ) throws -> Verdict {
        let changeset = try row.sealed.open(
            board: state.board, verifyingSignature: false)
        let erased = try log.erasedSlots(of: changeset.id)
        let verdict = changeset.verdict(horizon: state.horizon, erased: erased)
        if verdict != .void {
            try view.apply(
                changeset, arrival: row.arrival, erased: erased, isParked: verdict == .parked)
        }
        return verdict
    }
}
