import CommunisCore
import CommunisStore

/// From what files hold to changes: the one step that every import goes through.
///
/// Everything gets the time it has in its source, and what has none of its own (a status, a tag, a
/// name) that of its idea or of the person's first appearance, so that whatever is said here later
/// wins.
struct ImportDrafting {
    let contents: ImportedContents
    private let board: BoardID
    /// When each idea was made, by the file or by the board.
    private let created: [IdeaID: Milliseconds]
    let members: [MemberID]

    /// - Parameters:
    ///   - created: when ideas were made that the board holds.
    ///   - now: for ideas of which nobody says when they were made.
    init(
        _ contents: ImportedContents, context: ImportContext, created: [IdeaID: Milliseconds],
        now: Milliseconds
    ) {
        self.contents = contents
        board = context.board
        var times = created
        for idea in contents.ideas {
            times[idea.id] = idea.at ?? created[idea.id] ?? now
        }
        self.created = times
        members = contents.members.map { member in
            switch member.person {
            case .member(let id): id
            case .address(let who): MemberID(.who, who, secret: context.secret)
            case .source(let name): MemberID(.source, name, secret: context.secret)
            }
        }
    }

    /// All that the files say.
    func drafts() -> [Draft] {
        contents.ideas.flatMap(idea) + sources() + joins() + contents.comments.flatMap(comment)
            + people()
            + votes().map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) }
    }

    /// Which member each address is.
    func contacts() -> [String: MemberID] {
        var contacts: [String: MemberID] = [:]
        for (member, id) in zip(contents.members, members) {
            if case .address(let who) = member.person { contacts[who] = id }
        }
        return contacts
    }

    private func idea(_ idea: ImportedContents.Idea) -> [Draft] {
        let time = HybridTimestamp(created[idea.id] ?? .zero)
        let author = idea.author.map { members[$0] }
        func draft(_ content: ChangeContent, by member: MemberID? = author) -> Draft {
            Draft(by: member, content, at: time)
        }
        var drafts: [Draft] = []
        for (field, text) in [
            (TextField.title, idea.title), (.need, idea.need), (.body, idea.body),
        ]
        where !text.isEmpty {
            let id = RevisionID(importedFrom: idea.revisionSource, field: field, board: board)
            drafts.append(
                draft(
                    .revision(
                        Revision(id: id, idea: idea.id, field: field, text: text, heads: []))))
        }
        if let source = idea.source { drafts.append(draft(.ideaField(idea.id, .source(source)))) }
        if let other = idea.buildsOn {
            drafts.append(draft(.ideaField(idea.id, .buildsOn(other))))
        }
        let labels =
            idea.facets.map { Label(.facet, $0) } + idea.tags.map { Label(.tag, $0) }
        drafts += labels.map { draft(.label(idea.id, $0, isOn: true)) }
        if idea.isWithdrawn { drafts.append(draft(.ideaField(idea.id, .withdrawn(true)))) }
        if idea.status != .open || !idea.statusNote.isEmpty {
            drafts.append(draft(.status(idea.id, idea.status, note: idea.statusNote), by: nil))
        }
        if let reason = idea.hiddenBecause {
            drafts.append(draft(.hidden(.idea(idea.id), isOn: true, reason: reason), by: nil))
        }
        return drafts
    }

    private func sources() -> [Draft] {
        contents.sources.sorted { $0.key < $1.key }.map { idea, source in
            Draft(
                by: nil, .ideaField(idea, .source(source)),
                at: HybridTimestamp(created[idea] ?? .zero))
        }
    }

    private func joins() -> [Draft] {
        func time(_ pair: IdeaPair) -> HybridTimestamp {
            HybridTimestamp(max(created[pair.first] ?? .zero, created[pair.second] ?? .zero))
        }
        return contents.joins.map { Draft(by: nil, .sameAs($0, isOn: true), at: time($0)) }
            + contents.objections.map {
                Draft(by: members[$0.member], .carry($0.pair, .objects), at: time($0.pair))
            }
    }

    private func comment(_ comment: ImportedContents.Comment) -> [Draft] {
        let time = HybridTimestamp(comment.at)
        let author = comment.author.map { members[$0] }
        var drafts = [
            Draft(
                by: author, .comment(comment.id, .text(idea: comment.idea, comment.text)), at: time)
        ]
        if comment.isWithdrawn {
            drafts.append(Draft(by: author, .comment(comment.id, .withdrawn(true)), at: time))
        }
        if let reason = comment.hiddenBecause {
            drafts.append(
                Draft(
                    by: nil, .hidden(.comment(comment.id), isOn: true, reason: reason), at: time))
        }
        return drafts
    }

    /// Each member's name and rights, as of the first appearance.
    private func people() -> [Draft] {
        var since: [Milliseconds?] = Array(repeating: nil, count: members.count)
        func appears(_ place: Int?, _ moment: Milliseconds?) {
            guard let place, let moment else { return }
            since[place] = min(moment, since[place] ?? moment)
        }
        for idea in contents.ideas { appears(idea.author, created[idea.id]) }
        for vote in contents.votes { appears(vote.voter, vote.at) }
        for comment in contents.comments { appears(comment.author, comment.at) }
        var drafts: [Draft] = []
        for (place, member) in contents.members.enumerated() {
            let time = HybridTimestamp(since[place] ?? .zero)
            // An empty name makes a member known of whom there is nothing else to say.
            if let name = member.name ?? (member.isListed ? "" : nil) {
                drafts.append(Draft(by: nil, .member(members[place], .name(name)), at: time))
            }
            if member.isManager {
                drafts.append(
                    Draft(by: nil, .member(members[place], .rights(manage: true)), at: time))
            }
        }
        return drafts
    }

    /// The votes, in the order of the file. Equal rows of one millisecond are one vote; differing
    /// ones take the counters 0, 1, … in file order.
    private func votes() -> [CastVote] {
        struct Moment: Hashable {
            var idea: IdeaID
            var voter: Int
            var at: Milliseconds
        }
        var ballots: [Moment: [Ballot]] = [:]
        var votes: [CastVote] = []
        for row in contents.votes {
            let moment = Moment(idea: row.idea, voter: row.voter, at: row.at)
            let before = ballots[moment] ?? []
            if before.contains(row.ballot) { continue }
            ballots[moment] = before + [row.ballot]
            votes.append(
                CastVote(
                    timestamp: HybridTimestamp(row.at, counter: UInt16(before.count)),
                    idea: row.idea, member: members[row.voter], vote: Vote(row.ballot)))
        }
        return votes
    }
}

extension Milliseconds {
    static let zero = Milliseconds(unchecked: 0)
}
