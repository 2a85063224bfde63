import CommunisCore
import CommunisStore

/// From what files hold to changes: the one step that every import goes through.
///
/// Everything gets the time it has in its source, and what has none of its own (a status, a tag, a
/// name) that of its idea or of the person's first appearance, so that whatever is said here later
/// wins.
struct ImportDrafting {
    private let contents: ImportedContents
    private let board: BoardID
    private let members: [MemberID]
    private let ideas: ImportedIdeas
    private let comments: ImportedComments

    init(_ contents: ImportedContents, context: ImportContext, on board: Board) throws {
        self.contents = contents
        self.board = board.id
        members = contents.members.map { member in
            switch member.person {
            case .member(let id): id
            case .address(let who): MemberID(.who, who, secret: context.secret)
            case .source(let name): MemberID(.source, name, secret: context.secret)
            }
        }
        ideas = try ImportedIdeas(contents, members: members, on: board)
        comments = try ImportedComments(contents, ideas: ideas, members: members, on: board)
    }

    /// How many ideas are neither here nor in the files, though these tell of them.
    var unknownIdeas: Int { ideas.ids.count { $0 == nil } }

    /// How many ideas of rows are not here, while one is of the same name by another author.
    var doubledIdeas: Int { ideas.doubled }

    /// All that the files say.
    func drafts() -> [Draft] {
        contents.ideas.flatMap(idea) + joins() + comments.all.flatMap(comment) + people()
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
        guard let id = ideas.ids[idea.place] else { return [] }
        let time = time(idea.place)
        let author = idea.author.map { members[$0] }
        func draft(_ content: ChangeContent, by member: MemberID? = author) -> Draft {
            Draft(by: member, content, at: time)
        }
        var drafts: [Draft] = []
        if let creation = ideas.creations[idea.place] { drafts.append(creation) }
        drafts += texts(idea, id, by: author, at: time)
        if let source = source(idea, id) { drafts.append(draft(.ideaField(id, .source(source)))) }
        if let other = idea.buildsOn.flatMap({ ideas.ids[$0] }) {
            drafts.append(draft(.ideaField(id, .buildsOn(other))))
        }
        let labels =
            idea.facets.map { Label(.facet, $0) } + idea.tags.map { Label(.tag, $0) }
        drafts += labels.map { draft(.label(id, $0, isOn: true)) }
        if idea.isWithdrawn { drafts.append(draft(.ideaField(id, .withdrawn(true)))) }
        if idea.status != .open || !idea.statusNote.isEmpty {
            drafts.append(draft(.status(id, idea.status, note: idea.statusNote), by: nil))
        }
        if let reason = idea.hiddenBecause {
            drafts.append(draft(.hidden(.idea(id), isOn: true, reason: reason), by: nil))
        }
        return drafts
    }

    /// When an idea was made.
    private func time(_ place: Int) -> HybridTimestamp {
        HybridTimestamp(ideas.created[place] ?? .zero)
    }

    private func texts(
        _ idea: ImportedContents.Idea, _ id: IdeaID, by author: MemberID?, at time: HybridTimestamp
    ) -> [Draft] {
        guard let name = ideas.names[idea.place] else { return [] }
        let texts = [(TextField.title, idea.title), (.need, idea.need), (.body, idea.body)]
        return texts.filter { !$0.1.isEmpty }.map { field, text in
            let key = CreationKey(.text(field), from: name, board: board)
            return Draft.revision(
                of: id, field, to: text, on: board, by: author, key: key, at: time
            ).draft
        }
    }

    /// What the idea says that it is from: by that it is found where a file only tells of it.
    private func source(_ idea: ImportedContents.Idea, _ id: IdeaID) -> String? {
        let isMade = ideas.creations[idea.place] != nil
        let source = idea.source ?? (isMade ? ideas.names[idea.place] : nil)
        return source == ImportedIdeas.name(id) ? nil : source
    }

    private func joins() -> [Draft] {
        func known(_ pair: ImportedContents.Pair) -> IdeaPair? {
            guard let first = ideas.ids[pair.first], let second = ideas.ids[pair.second] else {
                return nil
            }
            return IdeaPair(first, second)
        }
        func time(_ pair: ImportedContents.Pair) -> HybridTimestamp {
            max(self.time(pair.first), self.time(pair.second))
        }
        let joins = contents.joins.compactMap { pair in
            known(pair).map { Draft(by: nil, .sameAs($0, isOn: true), at: time(pair)) }
        }
        let objections = contents.objections.compactMap { objection in
            known(objection.pair).map {
                Draft(
                    by: members[objection.member], .carry($0, .objects), at: time(objection.pair))
            }
        }
        return joins + objections
    }

    private func comment(_ comment: ImportedComments.Comment) -> [Draft] {
        let time = HybridTimestamp(comment.row.at)
        var drafts = [comment.making].compactMap(\.self)
        if comment.row.isWithdrawn {
            drafts.append(
                Draft(by: comment.author, .comment(comment.id, .withdrawn(true)), at: time))
        }
        if let reason = comment.row.hiddenBecause {
            drafts.append(
                Draft(
                    by: nil, .hidden(.comment(comment.id), isOn: true, reason: reason), at: time))
        }
        return drafts
    }

    /// Each member's name and rights, as of the first appearance. Whoever only appears on ideas that
    /// are not known waits with them.
    private func people() -> [Draft] {
        var since: [Milliseconds?] = Array(repeating: nil, count: members.count)
        func appears(_ place: Int?, _ moment: Milliseconds?) {
            guard let place, let moment else { return }
            since[place] = min(moment, since[place] ?? moment)
        }
        for idea in contents.ideas { appears(idea.author, ideas.created[idea.place]) }
        for vote in contents.votes where ideas.ids[vote.idea] != nil {
            appears(vote.voter, vote.at)
        }
        for comment in comments.all { appears(comment.row.author, comment.row.at) }
        var drafts: [Draft] = []
        for (place, member) in contents.members.enumerated()
        where since[place] != nil || member.isListed {
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
            var idea: Int
            var voter: Int
            var at: Milliseconds
        }
        let places = ideas.firstPlaces
        var ballots: [Moment: [Ballot]] = [:]
        var votes: [CastVote] = []
        for row in contents.votes {
            guard let idea = ideas.ids[row.idea] else { continue }
            let moment = Moment(idea: places[row.idea], voter: row.voter, at: row.at)
            let before = ballots[moment] ?? []
            if before.contains(row.ballot) { continue }
            ballots[moment] = before + [row.ballot]
            votes.append(
                CastVote(
                    timestamp: HybridTimestamp(row.at, counter: UInt16(before.count)),
                    idea: idea, member: members[row.voter], vote: Vote(row.ballot)))
        }
        return votes
    }
}

extension Milliseconds {
    static let zero = Milliseconds(unchecked: 0)
}
