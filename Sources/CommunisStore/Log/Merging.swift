import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What a merge did.
package struct MergeReport: Sendable {
    /// How many changesets were not in the log before.
    package var changesets = 0
    /// How many changes these hold.
    package var changes = 0
    /// The size of these, in bytes.
    package var bytes = 0
    package var verdicts: [Verdict: Int] = [:]
    /// What was refused, by reason; the rest was merged.
    package var refused: [Refusal: Int] = [:]
    /// Those of what came that are kept outside the log after it: their node has no role, or a text is
    /// missing.
    package var held: Set<ChangesetID> = []
    /// Those of them that lack a text, of which the erasure may follow.
    package var lackingText: Set<ChangesetID> = []
    /// How many are held since their node has no role.
    package var heldWithoutRole: Int { held.count - lackingText.count }
    /// The ids that were not in the log before.
    package var inserted: [ChangesetID] = []
    /// The ids that left the log: their node had lost its role when it sealed them.
    package var removed: [ChangesetID] = []
    /// Whether texts were erased.
    package var hasErased = false
    /// The log after it.
    package var check = CheckValue()

    package init() {}

    package static func += (left: inout MergeReport, right: MergeReport) {
        left.changesets += right.changesets
        left.changes += right.changes
        left.bytes += right.bytes
        left.verdicts.merge(right.verdicts, uniquingKeysWith: +)
        left.refused.merge(right.refused, uniquingKeysWith: +)
        left.held = left.held.union(right.held).subtracting(right.inserted)
        left.lackingText = left.lackingText.union(right.lackingText).intersection(left.held)
        left.inserted += right.inserted
        left.removed += right.removed
        left.hasErased = left.hasErased || right.hasErased
        left.check = right.check
    }

    mutating func count(_ changeset: OpenedChangeset, _ verdict: Verdict) {
        changesets += 1
        changes += Int(changeset.header.changeCount)
        bytes += changeset.sealed.byteCount
        verdicts[verdict, default: 0] += 1
        inserted.append(changeset.id)
    }
}

extension Board {
    /// Merges changesets: puts them in the log and brings the view up to date, in one transaction.
    ///
    /// The one way in for everything that was sealed. Each changeset has its own verdict; one that
    /// is refused does not keep the others out. What is pending here is sealed first, in the same
    /// transaction, so that nothing without an id is compared with what comes from elsewhere.
    ///
    /// - Parameters:
    ///   - peer: from whom they came; `nil` for this copy's own.
    ///   - cursor: moved in the same transaction, when the changesets are a page of a sync.
    @discardableResult
    package func merge(
        _ changesets: [SealedChangeset], from peer: PeerKey?, moving cursor: CursorMove? = nil
    ) throws(BoardError) -> MergeReport {
        // What is due is let in before the horizon rises to it.
        try admitDue()
        let opened = ChangesetVerification.open(changesets, board: id)
        let clock = environment.now()
        let report = try write { database in
            var state = try BoardState.load(database)
            try state.time.raiseHorizon(clock, database)
            if try database.hasPending() {
                let last = state.isRestored ? lastOwn(of: changesets) : nil
                try seal(database, &state, with: keyFile().key, after: last)
            }
            var report = MergeReport()
            let intake = try LogIntake(database, state: state, peer: peer)
            for result in opened {
                switch result {
                case .failure(let refusal): report.refused[refusal, default: 0] += 1
                case .success(let changeset): try intake.take(changeset, &report)
                }
            }
            try intake.finish(&state, &report)
            if let cursor { try cursor.apply(database) }
            try state.save(database)
            report.check = state.check
            return report
        }
        if report.hasErased {
            // The merge is done, whatever comes of this; where there is no room for it now, the next
            // opening tries again.
            try? rewrite()
        }
        return report
    }

    /// This node's last among changesets that come from elsewhere: what a restored copy lost.
    func lastOwn(of changesets: [SealedChangeset]) -> SealedChangeset? {
        changesets.compactMap { changeset in
            ChangesetHeader(changeset.header).map { (changeset, $0) }
        }.filter { $0.1.node == node }.max { $0.1.sequence < $1.1.sequence }?.0
    }
}
