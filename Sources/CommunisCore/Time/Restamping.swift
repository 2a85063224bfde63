/// Dates changes anew that were written by a wrong clock and that nobody has seen.
package enum Restamping {
    /// A change that waits, as it was written.
    package struct Entry: Hashable, Sendable {
        package var timestamp: HybridTimestamp
        /// What the clock said; `nil` for a change that brought its own time, which it keeps.
        package var clock: Milliseconds?

        package init(timestamp: HybridTimestamp, clock: Milliseconds?) {
            self.timestamp = timestamp
            self.clock = clock
        }
    }

    /// Whether any of the changes has to move: the clock is off now, or it was when it dated one
    /// into the future.
    package static func isNeeded(for entries: [Entry], told: ToldTime) -> Bool {
        let limit = Horizon(now: told.moment)
        return entries.contains { entry in
            entry.clock != nil && (told.isDisagreement || !limit.includes(entry.timestamp))
        }
    }

    /// New timestamps for changes in the order in which they were written.
    ///
    /// Each is moved by what the clock is off, and is later than what was written before it and than
    /// all that this copy had seen, but not than what was written after it, nor than now. No two
    /// are equal.
    ///
    /// - Parameters:
    ///   - told: the time now.
    ///   - seen: the greatest timestamp of the log up to now. What is in the log was there before
    ///     what waits was written, since nothing is merged before what waits is sealed.
    package static func timestamps(
        of entries: [Entry], told: ToldTime, after seen: HybridTimestamp
    ) -> [HybridTimestamp] {
        let kept = Set(entries.filter { $0.clock == nil }.map(\.timestamp))
        var last = seen
        return zip(entries, moments(of: entries, told, after: seen)).map { entry, moment in
            guard entry.clock != nil else { return entry.timestamp }
            let isUnmoved = moment == entry.timestamp.moment
            last = max(isUnmoved ? entry.timestamp : HybridTimestamp(moment), last.successor)
            while kept.contains(last) { last = last.successor }
            return last
        }
    }

    /// When each change was written, as far as can be told: none later than the next.
    private static func moments(
        of entries: [Entry], _ told: ToldTime, after seen: HybridTimestamp
    ) -> [Milliseconds] {
        var latest = told.moment
        let backwards = entries.reversed().map { entry -> Milliseconds in
            guard let clock = entry.clock else { return entry.timestamp.moment }
            latest = min(latest, moment(of: entry, clock, told, after: seen))
            return latest
        }
        return backwards.reversed()
    }

    private static func moment(
        of entry: Entry, _ clock: Milliseconds, _ told: ToldTime, after seen: HybridTimestamp
    ) -> Milliseconds {
        let earliest = seen.moment.advanced(by: .zero - Horizon.allowance)
        func isPlausible(_ moment: Milliseconds) -> Bool {
            earliest <= moment && moment <= told.moment
        }
        guard told.isDisagreement else {
            return isPlausible(entry.timestamp.moment) ? entry.timestamp.moment : clock
        }
        // A clock may have been right when it was read, and have lost its time since then.
        let moved = clock.advanced(by: told.offset)
        return isPlausible(moved) || !isPlausible(clock) ? moved : clock
    }
}
