/// A node's clock: it stamps what happens here after everything the node has seen.
package struct HybridClock: Hashable, Sendable {
    /// The greatest timestamp given or seen.
    package private(set) var last: HybridTimestamp

    package init(last: HybridTimestamp) { self.last = last }

    /// A new timestamp: max(now, last + 1), where a `last` beyond the horizon is ignored, so that
    /// one wrong clock somewhere cannot carry this node away.
    package mutating func stamp(now: Milliseconds, horizon: Horizon) -> HybridTimestamp {
        let current = HybridTimestamp(now)
        let timestamp = horizon.includes(last) ? max(current, last.successor) : current
        last = timestamp
        return timestamp
    }

    /// Takes note of a timestamp that came from elsewhere and is not beyond the horizon.
    package mutating func witness(_ timestamp: HybridTimestamp) { last = max(last, timestamp) }
}

/// A reason to doubt this computer's clock. Never a reason to refuse a write.
package enum ClockDoubt: Hashable, Sendable {
    /// The clock is behind what this node itself has already seen.
    case behind(Duration)
    /// The clock has run ahead of everything this node has ever seen.
    case ahead(Duration)

    /// How far ahead of its last use a board may be opened without a word.
    package static let aheadAllowance: Duration = .seconds(60 * 86_400)

    /// `last` is the greatest timestamp the node has given or seen.
    package init?(now: Milliseconds, last: HybridTimestamp) {
        guard last != .zero else { return nil }
        let ahead = now.since(last.moment)
        if ahead < .zero - Horizon.allowance {
            self = .behind(.zero - ahead)
        } else if ahead > Self.aheadAllowance {
            self = .ahead(ahead)
        } else {
            return nil
        }
    }
}
