import CommunisCore
import Foundation
import GRDB

/// The one row that says who this copy is and where it stands.
struct BoardState: Sendable {
    var board: BoardID
    var founder: NodeID
    var node: NodeID
    /// Names this copy of the file; `nil` in a backup, until it is opened.
    var store: [UInt8]?
    var time: BoardTime
    var viewVersion: Int
    var check: CheckValue
    /// Whether this copy was restored from a backup and has not yet all that a peer has.
    var isRestored = false

    /// The version of the view's rules. Raise it when the same log shall give another view: files
    /// of an older view version are computed anew when they are opened.
    static let currentViewVersion = 3
    static let storeByteCount = 16

    static func load(_ database: Database) throws -> BoardState {
        guard
            let row = try database.row(
                """
                SELECT board, founder, node, store, clock, horizon, view_version, check_count,
                    check_sum, restored
                FROM state
                """),
            let check = CheckValue(count: try row.count(7), sum: try row.bytes(8))
        else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it does not say who it is")
        }
        return BoardState(
            board: try row.identifier(0), founder: try row.identifier(1),
            node: try row.identifier(2), store: (try row[3] as Data?).map { Array($0) },
            time: BoardTime(clock: try row.timestamp(4), horizon: try row[5]),
            viewVersion: try row[6],
            check: check, isRestored: try row[9])
    }

    func save(_ database: Database) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO state(singleton, board, founder, node, store, clock, horizon,
                view_version, check_count, check_sum, restored)
            VALUES(1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            board.data, founder.data, node.data, store.map { Data($0) }, time.clock.last.column,
            Int64(time.horizon.moment.sinceEpoch), viewVersion, Int64(clamping: check.count),
            Data(check.sum),
            isRestored)
    }
}

/// The part of the state that every change made here moves.
struct BoardTime: Sendable {
    var clock: HybridClock
    var horizon: Horizon

    init(clock: HybridTimestamp, horizon: Int64) {
        self.clock = HybridClock(last: clock)
        self.horizon = Horizon(moment: Milliseconds(clamping: horizon))
    }

    init(clock: HybridTimestamp, now: Milliseconds) {
        self.clock = HybridClock(last: clock)
        horizon = Horizon(now: now)
    }

    static func load(_ database: Database) throws -> BoardTime {
        guard let row = try database.row("SELECT clock, horizon FROM state") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it does not say who it is")
        }
        return BoardTime(clock: try row.timestamp(0), horizon: try row[1])
    }

    func save(_ database: Database) throws {
        try database.run(
            "UPDATE state SET clock = ?, horizon = ?", clock.last.column,
            Int64(horizon.moment.sinceEpoch))
    }

    /// Raises the horizon to what the clock allows; time never lowers it.
    mutating func raiseHorizon(now: Milliseconds) { horizon = max(horizon, Horizon(now: now)) }
}
