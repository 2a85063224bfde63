import CommunisCore
import Foundation
import GRDB

/// A range of the log's order by timestamp and id, with the sum of what lies in it.
struct LogRange: Sendable {
    /// Where it begins; it ends where the next begins.
    var start: LogPosition
    var sum: RangeSum

    /// A range of twice as many is split. Measured at 1,000,000 changesets: with more, a repair
    /// reads more of the index at the edges of ranges; with less, more ranges.
    static let size = 512

    fileprivate init(_ row: Row) throws {
        guard let sum = RangeSum(count: try row.count(2), sum: try row.bytes(3)) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a sum has a wrong size")
        }
        start = LogPosition(timestamp: try row.timestamp(0), id: try row.identifier(1))
        self.sum = sum
    }

    init(start: LogPosition, sum: RangeSum = RangeSum()) {
        self.start = start
        self.sum = sum
    }

    func save(_ database: Database) throws {
        try database.run(
            "INSERT OR REPLACE INTO log_range(timestamp, id, count, sum) VALUES(?, ?, ?, ?)",
            start.timestamp.column, start.id.data, Int64(clamping: sum.count), Data(sum.sum))
    }

    func delete(_ database: Database) throws {
        try database.run(
            "DELETE FROM log_range WHERE timestamp = ? AND id = ?", start.timestamp.column,
            start.id.data)
    }
}

extension Database {
    func hasLogRanges() throws -> Bool {
        try integer("SELECT EXISTS(SELECT 1 FROM log_range)") == 1
    }

    /// All ranges, in order.
    func logRanges() throws -> [LogRange] {
        try rows("SELECT timestamp, id, count, sum FROM log_range ORDER BY timestamp, id").map {
            try LogRange($0)
        }
    }

    /// The range in which a position lies.
    func logRange(at position: LogPosition) throws -> LogRange? {
        try row(
            """
            SELECT timestamp, id, count, sum FROM log_range WHERE (timestamp, id) <= (?, ?)
            ORDER BY timestamp DESC, id DESC LIMIT 1
            """,
            position.timestamp.column, position.id.data
        ).map { try LogRange($0) }
    }

    /// Where the next range begins; `nil` after the last.
    func logRangeStart(after position: LogPosition) throws -> LogPosition? {
        try row(
            """
            SELECT timestamp, id FROM log_range WHERE (timestamp, id) > (?, ?)
            ORDER BY timestamp, id LIMIT 1
            """,
            position.timestamp.column, position.id.data
        ).map { LogPosition(timestamp: try $0.timestamp(0), id: try $0.identifier(1)) }
    }

    /// Calls `body` with where each changeset stands, in order, from a position to before another.
    func forEachPosition(
        from start: LogPosition = .zero, to end: LogPosition? = nil,
        _ body: (LogPosition) throws -> Void
    ) throws {
        let statement = try cachedStatement(
            sql: """
                SELECT timestamp, id FROM changeset
                WHERE (timestamp, id) >= (?, ?) AND (timestamp, id) < (?, ?) ORDER BY timestamp, id
                """)
        // 33 bytes: above every id there is.
        let endID = end?.id.data ?? Data(repeating: 0xFF, count: ChangesetID.byteCount + 1)
        let rows = try Row.fetchCursor(
            statement,
            arguments: [
                start.timestamp.column, start.id.data, end?.timestamp.column ?? .max, endID,
            ])
        while let row = try rows.next() {
            try body(LogPosition(timestamp: try row.timestamp(0), id: try row.identifier(1)))
        }
    }
}
