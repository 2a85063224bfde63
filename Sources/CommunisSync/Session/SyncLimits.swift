/// What both sides of a sync bound.
package enum SyncLimits {
    /// Our messages of reconciliation are no longer than so many bytes.
    package static let reconciliationFrame = 256 * 1_024
    /// One request names at most so many changesets, 32 bytes each.
    package static let ids = 10_000
    /// A difference of more changesets is repaired in several syncs; 40 bytes each are kept
    /// meanwhile.
    static let difference = 4_000_000
    /// Rounds of reconciliation: each of 256 KB tells of at least some 4,000 changesets.
    static let reconciliationRounds = 2_000
    /// Round trips; no sync of pages of 16 MB needs more.
    static let roundTrips = 100_000
}
