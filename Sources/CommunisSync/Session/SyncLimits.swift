import CommunisStore

/// What both sides of a sync bound. Tests make them small, so that little data meets them.
package struct SyncLimits: Sendable {
    /// A page of changesets holds at most so many bytes, or one changeset.
    package var pageBytes = Board.pageBytes
    /// One request names at most so many changesets, 32 bytes each. Another side accepts this many.
    package var ids = SyncLimits.acceptedIDs
    /// Our messages of reconciliation are no longer than so many bytes.
    package var reconciliationFrame = 256 * 1_024
    /// So many changesets that one side lacks are moved before the sets are reconciled further; 40
    /// bytes each are kept meanwhile.
    package var difference = 1_000_000
    /// Rounds of reconciliation until then: each of 256 KB tells of at least some 4,000 changesets.
    var reconciliationRounds = 2_000
    /// Round trips; no sync of pages of 16 MB needs more.
    var roundTrips = 100_000
    /// What this copy shows of who gave it its role, to a peer that does not know it. Another side
    /// reads 64 KiB of a node without a role.
    var statementBytes = 48 * 1_024
    /// How often the news is asked for again, where others wrote here meanwhile, so that the comparison
    /// says nothing, or what was held was let in; and how often the sets are reconciled, where the peer
    /// becomes another store meanwhile.
    var comparisons = 3
    /// How long the peer may be waited for in all, by what moved.
    var patience = LeastRate(start: .seconds(300))
    /// The time, of a clock that nobody sets.
    var clock: @Sendable () -> ContinuousClock.Instant = { .now }

    package init() {}

    /// A request that names more changesets is refused.
    package static let acceptedIDs = 10_000
}
