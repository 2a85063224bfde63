import CommunisCore
import CommunisStore

/// What a repair knows so far: where both logs stood when it began, and what each side lacks.
struct SyncRepair: Sendable {
    private(set) var isReconciling = true
    /// The peer's log when it began.
    private(set) var snapshot: SyncSnapshot?
    /// This copy's last arrival when it began.
    private(set) var ownArrival: Int64?
    private(set) var toPush: ArraySlice<LogPosition> = []
    private(set) var toFetch: ArraySlice<WantedChangesets> = []
    private var fetchCount = 0
    private var rounds = 0
    /// How many ids the last request asked for.
    private var asked = 0

    mutating func note(_ snapshot: SyncSnapshot) {
        // What arrived there during the repair is told by the exchange after it.
        if self.snapshot == nil { self.snapshot = snapshot }
    }

    /// - Returns: whether that is within the limits.
    mutating func take(_ step: Negentropy<LogRanges>.Step, at snapshot: LogSnapshot) -> Bool {
        if ownArrival == nil { ownArrival = snapshot.lastArrival }
        rounds += 1
        toPush += step.have
        toFetch += step.need
        fetchCount += step.need.reduce(0) { $0 + $1.ids.count }
        isReconciling = step.message != nil
        return rounds <= SyncLimits.reconciliationRounds && fetchCount <= SyncLimits.difference
    }

    mutating func hasGathered(_ count: Int) { toPush = toPush.dropFirst(count) }

    /// What to ask for next.
    mutating func nextWanted() -> [WantedChangesets] {
        var wanted: [WantedChangesets] = []
        asked = 0
        for range in toFetch {
            var range = range
            range.ids = Array(range.ids.prefix(SyncLimits.ids - asked))
            asked += range.ids.count
            wanted.append(range)
            if asked == SyncLimits.ids { break }
        }
        return wanted
    }

    /// Notes that so many of the ids asked for are answered.
    ///
    /// - Returns: whether that can be.
    mutating func hasMoved(_ taken: Int) -> Bool {
        guard taken <= asked, taken > 0 || asked == 0 else { return false }
        var rest = taken
        while rest > 0, var first = toFetch.popFirst() {
            let count = min(rest, first.ids.count)
            rest -= count
            if count < first.ids.count {
                first.ids.removeFirst(count)
                toFetch = [first] + toFetch
            }
        }
        return true
    }
}
