import CommunisCore
import CommunisLog
import GRDB

/// What a person's right to be forgotten is about.
package enum ErasureTarget: Hashable, Sendable {
    /// Title, need and body, in all their revisions.
    case idea(IdeaID)
    case comment(CommentID)
    /// Every name that a member had.
    case names(of: MemberID)

    /// Whether a change holds text that is to go.
    fileprivate func includes(_ content: ChangeContent) -> Bool {
        switch (self, content) {
        case (.idea(let idea), .revision(let revision)): revision.idea == idea
        case (.comment(let comment), .comment(let other, .text)): comment == other
        case (.names(let member), .member(let other, .name)): member == other
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
            try database.forEachChangeset { row in
                guard let changeset = try? row.sealed.open(board: id, verifyingSignature: false)
                else { return }
                for (number, slot) in zip(UInt32(0)..., changeset.slots) {
                    if case .change(let change) = slot.content, target.includes(change.content) {
                        found.append((changeset.id, number))
                    }
                }
            }
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
