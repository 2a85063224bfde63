import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What a log holds at one moment, without its contents.
package struct LogSnapshot: Sendable {
    /// Names this copy of the file; cursors into it mean nothing in another.
    package var store: [UInt8]
    package var check: CheckValue
    /// The arrival number of the last changeset; 0 if there is none.
    package var lastArrival: Int64
}

/// Changesets in the order of their arrival.
package struct LogPage: Sendable {
    package var changesets: [SealedChangeset]
    /// The arrival number up to which the page tells everything.
    package var cursor: Int64
    /// Whether nothing is left after the page.
    package var isComplete: Bool
    /// The whole log when the page was read.
    package var snapshot: LogSnapshot
}

extension Board {
    /// A page holds at most so many bytes, or one changeset.
    package static let pageBytes = 16 * 1_024 * 1_024

    package func snapshot() throws(BoardError) -> LogSnapshot { try read { try Self.snapshot($0) } }

    /// The changesets that came after an arrival number, but for those that came from `node`.
    package func page(
        after arrival: Int64, excluding node: NodeID?, byteLimit: Int = Board.pageBytes
    ) throws(BoardError) -> LogPage {
        try read { database in
            let snapshot = try Self.snapshot(database)
            var page = LogPage(
                changesets: [], cursor: snapshot.lastArrival, isComplete: true, snapshot: snapshot)
            var bytes = 0
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(ChangesetRow.columns) FROM changeset
                        WHERE arrival > ?1 AND (came_from IS NULL OR ?2 IS NULL
                            OR came_from NOT IN (SELECT key FROM peer WHERE node = ?2))
                        ORDER BY arrival
                        """), arguments: [arrival, node?.data])
            var last = arrival
            while let row = try rows.next() {
                let changeset = try ChangesetRow(row)
                bytes += changeset.sealed.byteCount
                if bytes > byteLimit && !page.changesets.isEmpty {
                    page.cursor = last
                    page.isComplete = false
                    break
                }
                page.changesets.append(changeset.sealed)
                last = changeset.arrival
            }
            return page
        }
    }

    static func snapshot(_ database: Database) throws -> LogSnapshot {
        let state = try BoardState.load(database)
        return LogSnapshot(
            store: state.store ?? [], check: state.check,
            lastArrival: try database.integer("SELECT max(arrival) FROM changeset") ?? 0)
    }
}
