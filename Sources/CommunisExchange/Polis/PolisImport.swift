import CommunisCore
import CommunisStore
import Foundation

/// Brings a Polis conversation onto a board: its comments as ideas, its votes as votes.
///
/// Everything is named by its place in the source, so that two nodes that import the same file, or
/// two halves of it, hold the same ideas and members; what the board holds already is not written
/// again.
package enum PolisImport {
    package struct Report: Sendable {
        /// What the files hold.
        package var ideas = 0
        package var votes = 0
        /// What was written, of any kind.
        package var changes = 0
        package var newVotes = 0
        /// Rejected comments that could not be hidden, since this is no steward's node.
        package var skippedHidings = 0
        package var clockDoubt: ClockDoubt?
    }

    package enum Phase: Sendable {
        case reading
        case writing
    }

    /// - Parameter progress: called with (done, all) of a phase.
    package static func run(
        _ folder: String, into board: Board, progress: (Phase, Int, Int) -> Void
    ) throws -> Report {
        let secret = try board.secret()
        let conversation = try PolisConversation(folder: folder, last: board.lastMoment()) {
            progress(.reading, $0, $1)
        }
        var drafting = Drafting(board: board.id, secret: secret, conversation: conversation)
        var report = Report(ideas: conversation.comments.count, votes: conversation.votes.count)
        var drafts: [Draft] = []
        for comment in conversation.comments { drafts += drafting.idea(comment) }
        if try board.role() < .steward {
            let hidings = drafts.filter { $0.content.kind == .hidden }.count
            drafts.removeAll { $0.content.kind == .hidden }
            report.skippedHidings = hidings
        }
        let votes = drafting.votes()
        drafts += drafting.names()
        drafts += votes.map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) }
        let written = try board.import(drafts) { progress(.writing, $0, $1) }
        report.changes = written.changes
        report.newVotes = written.votes
        report.clockDoubt = written.doubt
        try board.sealPending()
        return report
    }
}

/// From rows to changes.
private struct Drafting {
    let board: BoardID
    let secret: BoardSecret
    let conversation: PolisConversation
    /// Each member with the first time it appears.
    private var members: [Int64: (id: MemberID, since: Milliseconds)] = [:]

    init(board: BoardID, secret: BoardSecret, conversation: PolisConversation) {
        self.board = board
        self.secret = secret
        self.conversation = conversation
    }

    private func source(_ id: Int64) -> String { "polis:\(conversation.name):\(id)" }

    private func idea(_ comment: Int64) -> IdeaID {
        IdeaID(importedFrom: source(comment), board: board)
    }

    private mutating func member(_ id: Int64, at moment: Milliseconds) -> MemberID {
        let known = members[id]
        let member = known?.id ?? MemberID(.source, source(id), secret: secret)
        members[id] = (member, min(moment, known?.since ?? moment))
        return member
    }

    mutating func idea(_ comment: PolisConversation.Comment) -> [Draft] {
        let author = member(comment.author, at: comment.at)
        let id = idea(comment.id)
        let source = source(comment.id)
        let time = HybridTimestamp(comment.at)
        let text = ImportedText(comment.body)
        func revision(_ field: TextField, _ text: String) -> Draft {
            let revision = Revision(
                id: RevisionID(importedFrom: source, field: field, board: board), idea: id,
                field: field, text: text, heads: [])
            return Draft(by: author, .revision(revision), at: time)
        }
        var drafts = [revision(.title, text.title)]
        if let body = text.body { drafts.append(revision(.body, body)) }
        drafts.append(Draft(by: author, .ideaField(id, .source(source)), at: time))
        if comment.moderated == -1 {
            let hidden = ChangeContent.hidden(
                .idea(id), isOn: true, reason: "rejected in \(conversation.name)")
            drafts.append(Draft(by: nil, hidden, at: time))
        }
        return drafts
    }

    /// The votes, in the order of the file. Equal rows of one millisecond are one vote; differing
    /// ones take the counters 0, 1, … in file order.
    mutating func votes() -> [CastVote] {
        struct Moment: Hashable {
            var comment: Int64
            var voter: Int64
            var at: Milliseconds
        }
        var ballots: [Moment: [Ballot]] = [:]
        var votes: [CastVote] = []
        for row in conversation.votes {
            let moment = Moment(comment: row.comment, voter: row.voter, at: row.at)
            let before = ballots[moment] ?? []
            let member = member(row.voter, at: row.at)
            if before.contains(row.ballot) { continue }
            ballots[moment] = before + [row.ballot]
            votes.append(
                CastVote(
                    timestamp: HybridTimestamp(row.at, counter: UInt16(before.count)),
                    idea: idea(row.comment), member: member, vote: Vote(row.ballot)))
        }
        return votes
    }

    /// Each member's name: its bare number, as of its first appearance.
    func names() -> [Draft] {
        members.sorted { $0.key < $1.key }.map { number, member in
            Draft(
                by: nil, .member(member.id, .name(String(number))),
                at: HybridTimestamp(member.since))
        }
    }
}

/// A title, and the whole text where the title does not say it all.
struct ImportedText {
    var title: String
    var body: String?

    init(_ text: String) {
        let collapsed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let hasLineBreaks = text.contains(where: \.isNewline)
        if collapsed.isEmpty {
            title = "(no text)"
        } else if TextField.title.admits(collapsed) {
            title = collapsed
            body = hasLineBreaks ? text : nil
        } else {
            title = Self.cut(collapsed)
            body = text
        }
    }

    /// The beginning, to a word's end, with an ellipsis: at most 200 scalars.
    private static func cut(_ text: String) -> String {
        var beginning = String.UnicodeScalarView(
            text.unicodeScalars.prefix(Limits.titleScalars - 1))
        let isInsideWord = text.unicodeScalars.dropFirst(Limits.titleScalars - 1).first != " "
        if isInsideWord, let space = beginning.lastIndex(of: " ") {
            beginning.removeSubrange(space...)
        }
        while beginning.last == " " { beginning.removeLast() }
        return String(beginning) + "…"
    }
}
