import CommunisCore
import CommunisLog
import GRDB

/// What a person's right to be forgotten is about.
package enum ErasureTarget: Hashable, Sendable {
    /// Title, need and body, in all their revisions, the labels, the source and the notes of its
    /// statuses.
    case idea(IdeaID)
    case comment(CommentID)
    /// Every name that a member had.
    case names(of: MemberID)
    /// Every name that a copy of the board had.
    case nodeNames(of: NodeID)
    /// All that a changeset says but its votes and what it says of copies and erasures: also what is
    /// void, or of a newer version, so that nothing shows of whom or what it speaks.
    case changeset(ChangesetID)

    /// The slots of a changeset that hold words that are to go, by number.
    fileprivate func slots(of changeset: OpenedChangeset) -> [UInt32] {
        if case .changeset(let id) = self {
            guard id == changeset.id else { return [] }
            return zip(UInt32(0)..., [Slot](payload: changeset.sealed.payload) ?? [])
                .filter { !$0.1.isClosed && !$0.1.isErased }.map(\.0)
        }
        return zip(UInt32(0)..., changeset.slots).filter { includes($0.1) }.map(\.0)
    }

    private func includes(_ slot: OpenedSlot) -> Bool {
        guard case .change(let change) = slot.content else { return false }
        return switch (self, change.content) {
        case (.idea(let idea), .revision(let revision)): revision.idea == idea
        case (.idea(let idea), .label(let other, _, _)): idea == other
        case (.idea(let idea), .ideaField(let other, .source)): idea == other
        case (.idea(let idea), .status(let other, _, let note)): idea == other && !note.isEmpty
        case (.comment(let comment), .comment(let other, .text)): comment == other
        case (.names(let member), .member(let other, .name)): member == other
        case (.nodeNames(let node), .nodeName(let other, _)): node == other
        default: false
        }
    }
}

extension Board {
    /// How many texts of the log an erasure would take away.
    package func textCount(of target: ErasureTarget) throws(BoardError) -> Int {
        try sealPending()
        return try slots(of: target).count
    }

    /// Erases texts: here at once, at every other copy when it hears of it.
    ///
    /// What is pending is sealed first, since only a sealed text can be named. Then the bytes leave
    /// the log, the view and its indexes, and the file is written anew without them.
    ///
    /// - Returns: how many texts were erased.
    /// - Throws: `notPermitted` where this node is no steward's.
    @discardableResult
    package func erase(_ target: ErasureTarget, by member: MemberID?) throws(BoardError) -> Int {
        try checkRight(to: .erase(.zero, slot: 0))
        try sealPending()
        let slots = try slots(of: target)
        guard !slots.isEmpty else { return 0 }
        try write(slots.map { Draft(by: member, .erase($0.changeset, slot: $0.slot)) })
        try rewrite()
        return slots.count
    }

    private func slots(of target: ErasureTarget) throws(BoardError) -> [(
        changeset: ChangesetID, slot: UInt32
    )] {
        try read { database in
            var found: [(changeset: ChangesetID, slot: UInt32)] = []
            func look(into sealed: SealedChangeset) {
                guard let changeset = try? sealed.open(board: id, verifyingSignature: false)
                else { return }
                found += target.slots(of: changeset).map { (changeset.id, $0) }
            }
            try database.forEachChangeset { look(into: $0.sealed) }
            // What left the log with its node's role is still in the file.
            try database.forEachHeldChangeset { look(into: $0) }
            return found
        }
    }

    /// Writes the file anew, so that what was in pages no longer used is gone too, and empties the
    /// write-ahead log. While another process reads the file, its write-ahead log stays.
    func rewrite() throws(BoardError) {
        do {
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
        } catch {
            throw BoardError(error, path: path)
        }
        truncateWriteAheadLog()
        try write { try Erasure.noteFinished($0) }
    }
}
