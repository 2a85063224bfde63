import CommunisStore

/// How long a peer was waited for in a sync as a whole. Each request has its own time; a peer that uses
/// it up again and again, and sends next to nothing, could otherwise keep a sync for weeks.
///
/// What this copy does itself, however long it takes, is not counted.
final class PeerWait {
    private let patience: LeastRate
    private let address: String
    private let clock: @Sendable () -> ContinuousClock.Instant
    private var waited = Duration.zero

    init(
        _ patience: LeastRate, address: String,
        clock: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.patience = patience
        self.address = address
        self.clock = clock
    }

    /// Waits for one answer.
    ///
    /// - Parameter bytes: what moved before it.
    /// - Throws: `unavailable` where that took longer than it may.
    func during<Answer>(moved bytes: Int, _ ask: () throws -> Answer) throws -> Answer {
        guard waited <= patience.time(for: bytes) else {
            throw BoardError(
                .unavailable, "\(address) is too slow",
                "sync again when the network is better; what came before is kept")
        }
        let begun = clock()
        defer { waited += clock() - begun }
        return try ask()
    }
}
