import CommunisCore

/// A bundle: changesets of a board in one flat file, for a stick or a mail.
///
/// "communis bundle 1\n" ‖ board (32 bytes) ‖ records ‖ u32 0 ‖ count (u64) ‖ SHA-256 of all before
/// it. A record is the length (u32) and a `SyncChangeset` of sync.proto. Integers are most
/// significant byte first.
package enum BundleFormat {
    static let magic = Array("communis bundle 1\n".utf8)
    /// Larger than any changeset may be.
    static let recordBytes = 1_024 * 1_024
    static let digestBytes = 32
}

/// Why a file is not taken as a bundle. Nothing of it was applied.
package enum BundleError: Error, Hashable, Sendable {
    case notABundle
    /// It ends before its end, or its bytes are not those that were written.
    case damaged
    case otherBoard
}
