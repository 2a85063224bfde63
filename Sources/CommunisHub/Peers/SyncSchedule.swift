/// When a hub syncs with which of its own peers: each at its own times, apart from the others, and the
/// more seldom the longer it fails. A value: it is told the time, of a clock that nobody sets; a computer that boots in
/// the wrong year would else wait for that year.
package struct SyncSchedule: Sendable {
    private struct Entry: Sendable {
        var due: ContinuousClock.Instant
        var failures = 0
    }

    private let interval: Duration
    /// The longest a peer that fails is left alone, unless the interval is longer.
    package static let longest = Duration.seconds(3_600)
    private var entries: [String: Entry] = [:]

    package init(every interval: Duration) { self.interval = interval }

    /// Takes up new peers, drops those that are forgotten, and names those whose time has come.
    ///
    /// - Parameter share: a random number from 0 up to 1, so that hubs that began together do not
    ///   call together.
    package mutating func due(
        _ peers: [String], at now: ContinuousClock.Instant, share: () -> Double
    ) -> [String] {
        let known = Set(peers)
        entries = entries.filter { known.contains($0.key) }
        for peer in peers where entries[peer] == nil {
            entries[peer] = Entry(due: now.advanced(by: interval * (0.1 * share())))
        }
        return peers.filter { entries[$0].map { $0.due <= now } ?? false }
    }

    /// Notes how a sync ended: the next is an interval away, twice as long after each failure, give or
    /// take a fifth.
    package mutating func ended(
        _ peer: String, isDone: Bool, at now: ContinuousClock.Instant, share: () -> Double
    ) {
        guard var entry = entries[peer] else { return }
        entry.failures = isDone ? 0 : min(entry.failures + 1, 16)
        let wait = min(interval * (1 << entry.failures), max(interval, Self.longest))
        entry.due = now.advanced(by: wait * (0.8 + 0.4 * share()))
        entries[peer] = entry
    }
}
