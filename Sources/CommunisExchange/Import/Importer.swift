import CommunisCore
import CommunisStore

/// What an import is doing.
package enum ImportPhase: Sendable {
    case reading
    case writing
}

/// What an import found, and what it wrote.
package struct ImportSummary: Sendable {
    /// What the files hold.
    package var ideas = 0
    package var votes = 0
    package var comments = 0
    package var members = 0
    package var joins = 0
    package var objections = 0
    /// What was written, of any kind.
    package var changes = 0
    package var newVotes = 0
    /// What only a steward's copy may say, and this is none.
    package var skippedHidings = 0
    package var skippedStatuses = 0
    package var skippedRights = 0
    /// What files hold and no board can take over.
    package var leftOut = ImportedContents.LeftOut()
    /// Ideas that are neither in the files nor on the board, though these tell of them: what they say
    /// of such an idea is not written.
    package var unknownIdeas = 0
    /// Ideas that are made although the board has one from the same row by another author.
    package var doubledIdeas = 0
    package var clockDoubt: ClockDoubt?
}

/// What readers of files have to know of the board.
package struct ImportContext: Sendable {
    package let board: BoardID
    let secret: BoardSecret
    /// Later times than this are refused.
    package let last: Milliseconds
    /// For rows without a date, where somebody said it.
    package let date: Milliseconds?

    /// - Throws: `notPermitted` where this copy may not write, before anything is read.
    package init(_ board: Board, date: Milliseconds? = nil) throws {
        self.board = board.id
        secret = try board.secret()
        last = try board.lastMoment()
        self.date = date
    }
}

/// Brings what files hold onto a board: all of it, but for what the board holds already.
package enum Importer {
    /// - Parameters:
    ///   - isTrial: whether only to say what would be written.
    ///   - progress: called with (changes made, all changes).
    package static func run(
        _ contents: ImportedContents, into board: Board, context: ImportContext,
        isTrial: Bool = false,
        progress: (Int, Int) -> Void
    ) throws -> ImportSummary {
        let role = try board.role()
        guard role >= .contributor else { throw BoardError.reader(board.node) }
        let drafting = try ImportDrafting(contents, context: context, on: board)
        var summary = ImportSummary(contents)
        summary.unknownIdeas = drafting.unknownIdeas
        summary.doubledIdeas = drafting.doubledIdeas
        // A node gives one register the same timestamp only once, however often files say it.
        var written: Set<Register> = []
        let drafts = drafting.drafts().filter { draft in
            if draft.content.kind != .vote,
                let register = Change(.zero, by: draft.member, draft.content).register,
                !written.insert(register).inserted
            {
                return false
            }
            if draft.content.requiredRole(of: board.node) <= role { return true }
            summary.skip(draft.content)
            return false
        }
        let report =
            isTrial
            ? try board.importTrial(drafts, precision: contents.precision)
            : try board.import(
                drafts, contacts: drafting.contacts(), precision: contents.precision,
                progress: progress)
        summary.changes = report.changes
        summary.newVotes = report.votes
        summary.clockDoubt = report.doubt
        if !isTrial { try board.sealPending() }
        return summary
    }
}

extension ImportSummary {
    fileprivate init(_ contents: ImportedContents) {
        ideas = contents.ideas.count
        votes = contents.votes.count
        comments = contents.comments.count
        members = contents.members.count
        joins = contents.joins.count
        objections = contents.objections.count
        leftOut = contents.leftOut
        // A count says how many, not who: what no row of a vote stands for stays out.
        var known = Array(repeating: 0, count: contents.ideaNames.count)
        for vote in contents.votes { known[vote.idea] += 1 }
        leftOut.votes += contents.claimedVotes.reduce(0) { sum, claim in
            sum + max(0, claim.value - known[claim.key])
        }
    }

    fileprivate mutating func skip(_ content: ChangeContent) {
        switch content.kind {
        case .hidden: skippedHidings += 1
        case .status: skippedStatuses += 1
        default: skippedRights += 1
        }
    }
}
