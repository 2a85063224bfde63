import CommunisCore
import CommunisLog
import CommunisStore

/// What one copy of a board asks another.
package enum SyncRequest: Sendable {
    /// Here is what is new here; what is new there?
    case changes(ChangesRequest)
    /// Where does each of your changesets stand?
    case inventory
    /// These changesets, as many as fit a page.
    case fetch([LogPosition])
    /// Here are changesets that you lack.
    case push([SealedChangeset])
}

package struct ChangesRequest: Sendable {
    package var changesets: [SealedChangeset]
    /// The copy that the cursor speaks of; `nil` before the first answer.
    package var store: [UInt8]?
    /// The arrival number there up to which we have everything.
    package var cursor: Int64
}

/// What it answers.
package enum SyncAnswer: Sendable {
    case changes(LogPage, MergeReport)
    /// The cursor is of another copy, or beyond the end of this one.
    case unknownCursor
    case inventory([LogPosition], LogSnapshot)
    /// The changesets, and how many of the positions asked for they answer.
    case changesets([SealedChangeset], taken: Int)
    case pushed(MergeReport)
}

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
package struct SyncReport: Sendable {
    package enum Mode: String, Sendable {
        /// What is new since the last time was exchanged.
        case cursor
        /// The sets were compared and what was missing was moved.
        case repair
        /// First contact: the whole log was taken over.
        case clone
    }

    package var mode: Mode
    package var roundTrips = 0
    package var sent = SyncTraffic()
    package var received = SyncTraffic()
    /// What was refused here and there, by reason.
    package var refused: [Refusal: Int] = [:]
    /// How many of the received changesets are held, since their node has no role.
    package var held = 0
    /// How many of the received changesets are parked.
    package var parked = 0
    /// Whether both sets are equal, by the check values of both.
    package var isEqual = false
}
