import CommunisCore
import CommunisStore

/// What a repair knows so far: where both logs stood when it began, and what each side lacks.
///
/// A large difference is repaired in parts: what is known is moved, and then the sets are
/// reconciled again.
struct SyncRepair: Sendable {
    private(set) var isReconciling = true
    /// Whether there may be more to find than was found.
    private(set) var isPartial = false
    /// The peer's log when it began.
    private(set) var snapshot: SyncSnapshot?
    /// This copy's last arrival when it began.
    private(set) var ownArrival: Int64?
    /// How many changesets this copy's log held when it began.
    private(set) var ownCount: UInt64 = 0
    private(set) var toPush: ArraySlice<LogPosition> = []
    private(set) var toFetch: ArraySlice<WantedChangesets> = []
    /// How many of this copy's changesets the peer lacks, as far as is known.
    private(set) var pushCount = 0
    private let limits: SyncLimits
    private var fetchCount = 0
    private var rounds = 0
    /// How many ids the last request asked for.
    private var asked = 0

    init(_ limits: SyncLimits) { self.limits = limits }

    mutating func note(_ snapshot: SyncSnapshot) {
        // What arrived there during the repair is told by the exchange after it.
        if self.snapshot == nil { self.snapshot = snapshot }
    }

    /// How many more changesets of one's own may be found missing there.
    var room: Int { max(0, limits.difference - pushCount) }

    /// - Returns: whether that is within the limits.
    mutating func take(_ step: Negentropy<LogRanges>.Step, at snapshot: LogSnapshot) -> Bool {
        if ownArrival == nil {
            ownArrival = snapshot.lastArrival
            ownCount = snapshot.check.count
        }
        rounds += 1
        toPush += step.have
        pushCount += step.have.count
        toFetch += step.need
        fetchCount += step.need.reduce(0) { $0 + $1.ids.count }
        isPartial =
            step.isCut || step.message != nil && max(pushCount, fetchCount) >= limits.difference
        isReconciling = step.message != nil && !isPartial
        return rounds <= limits.reconciliationRounds
    }

    /// What to push next.
    var nextPush: [LogPosition] { Array(toPush.prefix(limits.ids)) }

    mutating func hasGathered(_ count: Int) { toPush = toPush.dropFirst(count) }

    /// What to ask for next.
    mutating func nextWanted() -> [WantedChangesets] {
        var wanted: [WantedChangesets] = []
        asked = 0
        for range in toFetch {
            var range = range
            range.ids = Array(range.ids.prefix(limits.ids - asked))
            asked += range.ids.count
            wanted.append(range)
            if asked == limits.ids { break }
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
