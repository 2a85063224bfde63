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

    /// In the order of `values`.
    static let columns = "clock, horizon, told_time, told_at"

    static func load(_ database: Database) throws -> BoardTime {
        let time = try DirectStatement("SELECT \(columns) FROM state", database).row { row in
            func milliseconds(_ column: Int32) throws -> Milliseconds? {
                try row.optional(column).map { Milliseconds(clamping: $0) }
            }
            var told: ToldTime?
            if let moment = try milliseconds(2), let clock = try milliseconds(3) {
                told = ToldTime(moment, at: clock)
            }
            return BoardTime(
                clock: HybridTimestamp(column: try row[0]),
                horizon: Horizon(moment: try milliseconds(1) ?? Milliseconds(unchecked: 0)),
                told: told)
        }
        guard let time else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it does not say who it is")
        }
        return time
    }

    func save(_ database: Database) throws {
        try DirectStatement("UPDATE state SET (\(Self.columns)) = (?, ?, ?, ?)", database)
            .run(values)
    }

    /// What the columns hold.
    var values: [Int64?] {
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
        let least = try DirectStatement(
            "SELECT min(timestamp) FROM changeset WHERE verdict = 1 AND timestamp <= ?", self
        ).row(HybridTimestamp(horizon.moment, counter: .max).column) { try $0.optional(0) }
        return least?.map { Horizon(moment: HybridTimestamp(column: $0).moment) }
    }
}
