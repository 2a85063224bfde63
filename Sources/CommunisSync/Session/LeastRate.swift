/// The slowest link that is waited for: who is slower is taken for one that goes on for ever.
package struct LeastRate: Hashable, Sendable {
    /// What a message of any size may take.
    package var start: Duration
    /// 131 kbit/s: a page of 16 MB takes seventeen minutes then.
    package var bytesPerSecond = 16_384

    package init(start: Duration = .seconds(60)) { self.start = start }

    /// How long a message of so many bytes may take.
    package func time(for bytes: Int) -> Duration { start + transfer(of: bytes) }

    fileprivate func transfer(of bytes: Int) -> Duration {
        .milliseconds(Int64(bytes) * 1_000 / Int64(bytesPerSecond))
    }
}

/// How long a message may take that is on its way, by what has come of it and not by what it announces:
/// one that drips has no more time than one that brings nothing, and one that came fast and then drips
/// has as much from then on.
package struct Pace: Sendable {
    private let rate: LeastRate
    /// When the next bytes have to be there, since the beginning.
    package private(set) var due: Duration

    /// - Parameter bytes: what moves before anything is seen to come.
    package init(_ rate: LeastRate, after bytes: Int = 0) {
        self.rate = rate
        due = rate.time(for: bytes)
    }

    /// Notes that so much more came.
    ///
    /// - Parameter time: since the beginning.
    package mutating func note(_ bytes: Int, at time: Duration) {
        guard bytes > 0 else { return }
        due = min(time + rate.start, due + rate.transfer(of: bytes))
    }
}
