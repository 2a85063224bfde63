import CommunisCore
import CommunisLog
import CommunisStore

/// Random changes over a small domain, so that registers collide, times tie, children come before
/// parents, and everything is undone now and then.
package struct RandomHistory {
    package var generator: SeededGenerator
    private let board: BoardID
    let ideas: [IdeaID]
    /// The author of each idea.
    private let authors: [MemberID]
    let members: [MemberID]
    /// What was made, and some of which nobody hears more.
    private(set) var comments: [CommentID]
    private var revisions: [RevisionID]
    let nodes: [NodeID]
    private let start: UInt64
    /// How many different milliseconds there are.
    private let span: Int

    /// The key of all that is made.
    private static let key = CreationKey(Array(repeating: 3, count: CreationKey.byteCount))

    package init(
        seed: UInt64, board: BoardID, ideas: Int, members: Int, nodes: [NodeID],
        start: Milliseconds, span: Int
    ) {
        var generator = SeededGenerator(seed: seed)
        func identifiers<Identifier: FixedBytes>(_ count: Int) -> [Identifier] {
            (0..<count).map { _ in
                Identifier(
                    truncating: (0..<Identifier.byteCount).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    })
            }
        }
        self.board = board
        let authors: [MemberID] = identifiers(ideas)
        self.authors = authors
        self.ideas = authors.compactMap { author in
            let made = Self.made(.idea(.zero), on: board, by: author)
            return if case .idea(let idea) = made { idea } else { nil }
        }
        self.members = identifiers(members)
        comments = identifiers(1)
        revisions = identifiers(2)
        self.nodes = nodes
        self.start = start.sinceEpoch
        self.span = span
        self.generator = generator
    }

    /// A change of a random kind, or of one kind. Contents are within the rules of the format.
    package mutating func next(_ kind: Register.Kind? = nil) -> Change {
        let kinds: [Register.Kind] = Register.Kind.allCases.filter { $0 != .erase }
        let kind = kind ?? (generator.below(2) == 0 ? .vote : kinds[generator.below(kinds.count)])
        let moment = Milliseconds(unchecked: start + UInt64(generator.below(span)))
        let time = HybridTimestamp(moment, counter: UInt16(generator.below(2)))
        let member = members[generator.below(members.count)]
        let isNodes = generator.below(5) == 0 && kind != .vote && kind != .carry
        if kind == .idea {
            let number = generator.below(ideas.count)
            return Change(time, by: authors[number], .idea(ideas[number]))
        }
        let acting = isNodes ? nil : member
        let content = Self.made(content(kind), on: board, by: acting)
        switch content {
        case .revision(let revision) where !revisions.contains(revision.id):
            revisions.append(revision.id)
        case .comment(let comment, .text) where !comments.contains(comment):
            comments.append(comment)
        default: break
        }
        return Change(time, by: acting, content)
    }

    /// What is made, with the id that it has by the key of all histories.
    static func made(_ content: ChangeContent, on board: BoardID, by member: MemberID?)
        -> ChangeContent
    {
        key.map { content.identified(on: board, by: member, key: $0) } ?? content
    }

    private mutating func content(_ kind: Register.Kind) -> ChangeContent {
        let idea = ideas[generator.below(ideas.count)]
        let flag = generator.below(2) == 0
        let word = "word\(generator.below(3))"
        switch kind {
        case .vote:
            let ballot = Ballot.allCases[generator.below(4)]
            return .vote(idea, Vote(ballot, proof: generator.below(6) == 0 ? .proven : .typed))
        case .revision: return .revision(revision(idea, word))
        case .ideaField:
            switch generator.below(3) {
            case 0: return .ideaField(idea, .buildsOn(flag ? ideas[0] : nil))
            case 1: return .ideaField(idea, .source(word))
            default: return .ideaField(idea, .withdrawn(flag))
            }
        case .label:
            return .label(idea, Label(generator.below(2) == 0 ? .facet : .tag, word), isOn: flag)
        case .comment:
            let comment = comments[generator.below(comments.count)]
            return .comment(
                comment, generator.below(3) == 0 ? .withdrawn(flag) : .text(idea: idea, word))
        case .sameAs: return .sameAs(pair(), isOn: flag)
        case .carry: return .carry(pair(), flag ? .consents : .objects)
        case .member:
            let member = members[generator.below(members.count)]
            return .member(member, generator.below(3) == 0 ? .rights(manage: flag) : .name(word))
        case .status:
            return .status(idea, Status.allCases[generator.below(6)], note: flag ? word : "")
        case .hidden:
            let comment = comments[generator.below(comments.count)]
            return .hidden(
                generator.below(2) == 0 ? .idea(idea) : .comment(comment), isOn: flag, reason: word)
        case .board:
            let ballot = flag ? "approve" : "agree"
            return generator.below(2) == 0
                ? .board(setting: "ballot", value: ballot) : .board(setting: word, value: word)
        case .node: return .node(nodes[generator.below(nodes.count)], nodeField(flag))
        case .erase:
            return .erase(
                ChangesetID(truncating: Array(repeating: 9, count: 32)),
                slot: UInt32(generator.below(3)))
        case .idea: preconditionFailure("an idea is made by its author")
        case .nodeName: return .nodeName(nodes[generator.below(nodes.count)], word)
        }
    }

    private mutating func revision(_ idea: IdeaID, _ word: String) -> Revision {
        var heads: Set<RevisionID> = []
        for _ in 0..<generator.below(3) {
            heads.insert(revisions[generator.below(revisions.count)])
        }
        return Revision(
            id: .zero, idea: idea, field: TextField.allCases[generator.below(3)], text: word,
            heads: heads.sorted())
    }

    private mutating func pair() -> IdeaPair {
        let first = generator.below(ideas.count)
        let second = (first + 1 + generator.below(ideas.count - 1)) % ideas.count
        guard let pair = IdeaPair(ideas[first], ideas[second]) else {
            preconditionFailure("two different ideas make a pair")
        }
        return pair
    }

    private mutating func nodeField(_ flag: Bool) -> NodeField {
        switch generator.below(4) {
        case 0: .role(flag ? .contributor : .reader, heads: [])
        case 1: .proves(flag)
        case 2: .clock(offset: flag ? 5 : -5)
        default: .disavowed(flag)
        }
    }

    /// The slot of a change; the same change always gets the same slot.
    package static func slot(_ change: Change) -> Slot { change.slot(salt: key?.bytes ?? []) }

    /// A change of a history as it is written at a copy.
    ///
    /// - Parameter timestamp: `nil` for the copy's own.
    package static func draft(_ change: Change, at timestamp: HybridTimestamp? = nil) -> Draft {
        Draft(
            by: change.member, change.content, at: timestamp,
            key: change.content.isCreation ? key : nil)
    }
}
