import CommunisCore
import CommunisLog

/// Random changes over a small domain, so that registers collide, times tie, children come before
/// parents, and everything is undone now and then.
package struct RandomHistory {
    package var generator: SeededGenerator
    let ideas: [IdeaID]
    let members: [MemberID]
    let comments: [CommentID]
    private let revisions: [RevisionID]
    private let nodes: [NodeID]
    private let start: UInt64
    /// How many different milliseconds there are.
    private let span: Int

    package init(
        seed: UInt64, ideas: Int, members: Int, nodes: [NodeID], start: Milliseconds, span: Int
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
        self.ideas = identifiers(ideas)
        self.members = identifiers(members)
        comments = identifiers(ideas)
        revisions = identifiers(ideas * 4)
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
        return Change(time, by: isNodes ? nil : member, content(kind))
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
        case .node: return .node(nodes[generator.below(nodes.count)], nodeField(flag, word))
        case .erase:
            return .erase(
                ChangesetID(truncating: Array(repeating: 9, count: 32)),
                slot: UInt32(generator.below(3)))
        }
    }

    private mutating func revision(_ idea: IdeaID, _ word: String) -> Revision {
        let id = revisions[generator.below(revisions.count)]
        var heads: Set<RevisionID> = []
        for _ in 0..<generator.below(3) {
            heads.insert(revisions[generator.below(revisions.count)])
        }
        heads.remove(id)
        return Revision(
            id: id, idea: idea, field: TextField.allCases[generator.below(3)], text: word,
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

    private mutating func nodeField(_ flag: Bool, _ word: String) -> NodeField {
        switch generator.below(5) {
        case 0: .name(word)
        case 1: .role(flag ? .contributor : .reader, heads: [])
        case 2: .proves(flag)
        case 3: .clock(offset: flag ? 5 : -5)
        default: .disavowed(flag)
        }
    }

    /// The slot of a change; the same change always gets the same slot.
    package static func slot(_ change: Change) -> Slot {
        change.slot(salt: Array(repeating: 3, count: Slot.saltByteCount))
    }
}
