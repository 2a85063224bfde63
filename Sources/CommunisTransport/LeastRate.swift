/// The slowest link that is waited for: who is slower is taken for one that goes on for ever.
package struct LeastRate: Hashable, Sendable {
    /// What a message of any size may take.
    package var start = Duration.seconds(60)
    /// 131 kbit/s: a page of 16 MB takes seventeen minutes then.
    package var bytesPerSecond = 16_384

    package init() {}

    /// How long a message of so many bytes may take.
    package func time(for bytes: Int) -> Duration {
        start + .milliseconds(Int64(bytes) * 1_000 / Int64(bytesPerSecond))
    }
}
