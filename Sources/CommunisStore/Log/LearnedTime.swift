import CommunisCore
import CommunisLog
import GRDB

/// What a node said the time is.
package struct StatedTime: Hashable, Sendable {
    package var node: NodeID
    package var moment: Milliseconds

    package init(_ moment: Milliseconds, by node: NodeID) {
        self.node = node
        self.moment = moment
    }
}

/// What came of being told the time.
package struct LearnedTime: Hashable, Sendable {
    /// By how much this computer's clock is behind; negative if it is ahead. `nil` where it is right,
    /// or where nobody who may say so said otherwise.
    package var offset: Duration?
    /// How many changes were dated anew.
    package var restamped = 0

    package init() {}
}

extension Board {
    /// Whether this computer's clock may have stamped what waits here wrongly, so that the time has
    /// to be asked for before that is sealed. Not so where nothing waits.
    ///
    /// The clock is doubted if a steward's node contradicted it before, if it is behind what the
    /// log holds, or more than a day later than that and than when a steward's node last agreed with it.
    package func doubtsClock() throws(BoardError) -> Bool {
        let clock = environment.now()
        let distance: Duration? = try read { database in
            let waits = try database.integer(
                "SELECT 1 FROM pending WHERE clock IS NOT NULL LIMIT 1")
            guard waits != nil else { return .zero }
            if try BoardTime.load(database).told != nil { return nil }
            return clock.since(try database.seen(before: nil).moment)
        }
        guard let distance, distance >= .zero - Horizon.allowance else { return true }
        guard distance > Self.unquestionedAdvance else { return false }
        return try !wasConfirmed(since: clock)
    }

    /// Whether a steward's node said within the last day, by this clock, that the clock is right.
    private func wasConfirmed(since clock: Milliseconds) throws(BoardError) -> Bool {
        try read { try Self.isConfirmed(clock, within: Self.unquestionedAdvance, $0) }
    }

    private static func isConfirmed(
        _ clock: Milliseconds, within age: Duration, _ database: Database
    ) throws -> Bool {
        let moment = try database.row("SELECT value FROM setting WHERE name = ?", confirmation)
            .flatMap { try Int64($0[0] as String) }
        guard let moment else { return false }
        let distance = clock.since(Milliseconds(clamping: moment))
        return distance >= .zero && distance <= age
    }

    /// The setting that says what this clock showed when a steward's node last agreed with it.
    private static let confirmation = "clock_confirmed"

    /// Written twice a day at most.
    private func confirm(_ clock: Milliseconds) throws(BoardError) {
        guard !isReadOnly,
            try !read({ try Self.isConfirmed(clock, within: .seconds(43_200), $0) })
        else { return }
        try write { database in
            try database.run(
                "INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", Self.confirmation,
                String(clock.sinceEpoch))
        }
    }

    /// How far the clock may be ahead of all that confirms it before the time is asked for.
    private static var unquestionedAdvance: Duration { .seconds(86_400) }

    /// Whether this copy's own word about the time is worth anything to others.
    package func knowsTime() throws(BoardError) -> Bool {
        let clock = environment.now()
        return try read {
            let time = try BoardTime.load($0)
            return time.told == nil && ClockDoubt(now: clock, last: time.clock.last) == nil
        }
    }

    /// Takes note of the time, if a steward's node or the founder's said it.
    ///
    /// Where this computer's clock is wrong, what waits to be sealed, and was therefore seen by
    /// nobody, is dated anew. The horizon falls where a wrong clock had raised it and the clock is
    /// right by now; then the view is computed anew. What is due by the time that was told is let
    /// into the view by `admitDue`.
    package func learn(_ stated: StatedTime) throws(BoardError) -> LearnedTime {
        let told = ToldTime(stated.moment, at: environment.now())
        guard !isReadOnly, try role(of: stated.node) >= .steward else { return LearnedTime() }
        if !told.isDisagreement { try confirm(told.clock) }
        guard try needsToLearn(told) else { return LearnedTime() }
        return try write { database in
            var state = try BoardState.load(database)
            var learned = LearnedTime()
            if told.isDisagreement { learned.offset = told.offset }
            state.time.told = told.isDisagreement ? told : nil
            learned.restamped = try restamp(database, told)
            let old = state.time.horizon
            state.time.horizon = min(old, Horizon(now: state.time.now(told.clock)))
            try state.time.raiseHorizon(told.clock, database)
            let horizon = state.time.horizon
            state.time.clock = HybridClock(last: try database.lastTimestamp(before: horizon))
            let needsRebuild =
                try learned.restamped > 0
                || horizon < old && database.holdsTimestamps(from: horizon, to: old)
            if needsRebuild { try ViewRebuild.run(database, state: state) }
            try state.save(database)
            return learned
        }
    }

    /// Whether anything follows from what was told: with a clock that is right nothing does, and
    /// nothing is written.
    private func needsToLearn(_ told: ToldTime) throws(BoardError) -> Bool {
        try read { database in
            let time = try BoardTime.load(database)
            if told.isDisagreement || time.told != nil { return true }
            let limit = Horizon(now: told.moment.advanced(by: Horizon.allowance))
            return try time.horizon > limit
                || Restamping.isNeeded(for: database.pendingChanges().map(\.entry), told: told)
        }
    }

    private func restamp(_ database: Database, _ told: ToldTime) throws -> Int {
        let waiting = try database.pendingChanges()
        guard Restamping.isNeeded(for: waiting.map(\.entry), told: told) else { return 0 }
        let timestamps = Restamping.timestamps(
            of: waiting.map(\.entry), told: told, after: try database.seen(before: told.moment))
        let statement = try DirectStatement(
            "UPDATE pending SET timestamp = ?, salt = ?, bytes = ? WHERE key = ?", database)
        var count = 0
        for (change, timestamp) in zip(waiting, timestamps)
        where timestamp != change.entry.timestamp {
            let columns = change.content.stamped(timestamp).columns
            try statement.run(
                with: .integer(columns.timestamp), .bytes(columns.salt), .bytes(columns.bytes),
                .integer(change.key))
            count += 1
        }
        return count
    }
}

extension PendingChange {
    fileprivate var entry: Restamping.Entry {
        Restamping.Entry(timestamp: timestamp, clock: clock)
    }
}

extension Database {
    /// The greatest timestamp of the log, of what is not parked or of what is not later than a
    /// moment; zero if there is none.
    fileprivate func seen(before moment: Milliseconds?) throws -> HybridTimestamp {
        let last = moment.map { HybridTimestamp($0, counter: .max) }
        return HybridTimestamp(
            column: try integer(
                """
                SELECT timestamp FROM changeset
                WHERE CASE WHEN ?1 IS NULL THEN verdict <> 1 ELSE timestamp <= ?1 END
                ORDER BY timestamp DESC LIMIT 1
                """, last?.column) ?? 0)
    }

    /// Whether the log holds anything after one horizon and up to another.
    fileprivate func holdsTimestamps(from low: Horizon, to high: Horizon) throws -> Bool {
        try integer(
            "SELECT 1 FROM changeset WHERE timestamp > ? AND timestamp <= ? LIMIT 1",
            HybridTimestamp(low.moment, counter: .max).column,
            HybridTimestamp(high.moment, counter: .max).column) != nil
    }

    /// The greatest timestamp up to a horizon, of the log and what waits; zero if there is none.
    fileprivate func lastTimestamp(before horizon: Horizon) throws -> HybridTimestamp {
        let last = HybridTimestamp(horizon.moment, counter: .max).column
        let found = try integer(
            """
            SELECT max(coalesce((SELECT max(timestamp) FROM changeset WHERE timestamp <= ?1), 0),
                coalesce((SELECT max(timestamp) FROM pending WHERE timestamp <= ?1), 0))
            """, last)
        return HybridTimestamp(column: found ?? 0)
    }
}
