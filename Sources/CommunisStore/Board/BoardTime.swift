import CommunisCore
import GRDB

/// The part of the state that every change made here moves.
struct BoardTime: Sendable {
    var clock: HybridClock
    var horizon: Horizon
    /// What a steward's node last said the time is; `nil` as long as this computer's clock agrees.
    var told: ToldTime?

    init(clock: HybridTimestamp, horizon: Horizon, told: ToldTime? = nil) {
        self.clock = HybridClock(last: clock)
        self.horizon = horizon
        self.told = told
    }

    /// The columns that `init(_:from:)` reads.
    static let columns = "clock, horizon, told_time, told_at"

    /// - Parameter column: the first of the columns in the row.
    init(_ row: Row, from column: Int = 0) throws {
        let moments = try (1...3).map {
            try (row[column + $0] as Int64?).map { Milliseconds(clamping: $0) }
        }
        self.init(
            clock: try row.timestamp(column),
            horizon: Horizon(moment: moments[0] ?? Milliseconds(unchecked: 0)))
        if let moment = moments[1], let clock = moments[2] { told = ToldTime(moment, at: clock) }
    }

    static func load(_ database: Database) throws -> BoardTime {
        guard let row = try database.row("SELECT \(columns) FROM state") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it does not say who it is")
        }
        return try BoardTime(row)
    }

    func save(_ database: Database) throws {
        try database.run(
            "UPDATE state SET (\(BoardTime.columns)) = (?, ?, ?, ?)", values)
    }

    /// What the columns hold.
    var values: [(any DatabaseValueConvertible)?] {
        [
            clock.last.column, Int64(horizon.moment.sinceEpoch),
            (told?.moment.sinceEpoch).map { Int64($0) }, (told?.clock.sinceEpoch).map { Int64($0) },
        ]
    }

    /// The time as far as is known: the later of this computer's clock and what a steward's node
    /// said.
    func now(_ clock: Milliseconds) -> Milliseconds { max(clock, told?.moment ?? clock) }

    /// Raises the horizon to what the clock allows, but not to anything that is parked: that only
    /// `admitDue` lets into the view. Time never lowers the horizon.
    mutating func raiseHorizon(_ clock: Milliseconds, _ database: Database) throws {
        let reached = Horizon(now: now(clock))
        guard reached > horizon else { return }
        horizon = max(horizon, try database.firstParked(within: reached)?.justBefore ?? reached)
    }
}

extension Horizon {
    /// The last horizon that does not reach as far.
    fileprivate var justBefore: Horizon {
        Horizon(moment: moment.advanced(by: .milliseconds(-1)))
    }
}

extension Database {
    /// The least horizon that reaches something parked.
    func firstParked(within horizon: Horizon) throws -> Horizon? {
        try integer(
            "SELECT min(timestamp) FROM changeset WHERE verdict = 1 AND timestamp <= ?",
            HybridTimestamp(horizon.moment, counter: .max).column
        ).map { Horizon(moment: HybridTimestamp(column: $0).moment) }
    }
}
