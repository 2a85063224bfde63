import CommunisCore
import CommunisLog

/// What moved in one direction.
package struct SyncTraffic: Hashable, Sendable {
    package var changesets = 0
    package var changes = 0
    /// The bytes of the changesets: header, payload and signature.
    package var bytes = 0

    package init() {}

    mutating func count(_ moved: [SealedChangeset]) {
        changesets += moved.count
        for changeset in moved {
            bytes += changeset.byteCount
            changes += Int(ChangesetHeader(changeset.header)?.changeCount ?? 0)
        }
    }
}

/// What a sync did.
package struct SyncReport: Hashable, Sendable {
    package enum Mode: String, Sendable {
        /// What is new since the last time was exchanged.
        case cursor
        /// The sets were compared and what was missing was moved.
        case repair
        /// First contact: the whole log was taken over.
        case clone
    }

    package var mode = Mode.cursor
    package var roundTrips = 0
    package var sent = SyncTraffic()
    package var received = SyncTraffic()
    /// The bytes of the messages of reconciliation, both ways.
    package var reconciliationBytes = 0
    /// What was refused here and there, by reason.
    package var refused: [Refusal: Int] = [:]
    /// How many of the received changesets are held, since their node has no role.
    package var held = 0
    /// How many of the sent changesets the peer holds: this copy has no role there.
    package var heldThere = 0
    /// How many of the received changesets are parked.
    package var parked = 0
    /// By how much this computer's clock is behind the peer's, a steward's; negative if it is ahead.
    /// `nil` where both agree.
    package var clockOffset: Duration?
    /// How many changes that waited were dated anew, since the clock had been wrong.
    package var restamped = 0
    /// Whether this copy counted as restored until now, and has all that the peer has.
    package var endsRestore = false
    /// Whether the peer was only read, since this account may not write there.
    package var isOneWay = false
    /// How many changes such a peer has not sealed, which therefore are not here.
    package var unsealedThere = 0
    /// Whether both sets are equal, by the check values of both.
    package var isEqual = false

    /// What moved both ways so far.
    var movedBytes: Int { sent.bytes + received.bytes + reconciliationBytes }
}
