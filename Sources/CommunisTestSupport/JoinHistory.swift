import CommunisCore

/// A random history of a few ideas that are joined, split, objected to, voted on, hidden and
/// withdrawn, with times that tie now and then.
package struct JoinHistory {
    package let ideas: [IdeaID]
    package let changes: [Change]

    /// - Parameter start: the first of the few milliseconds in which all of it happens.
    package init(
        _ generator: inout SeededGenerator, board: BoardID, start: UInt64, span: Int
    ) {
        func identifiers<Identifier: FixedBytes>(_ count: Int) -> [Identifier] {
            (0..<count).map { _ in
                Identifier(
                    truncating: (0..<Identifier.byteCount).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    })
            }
        }
        let authors: [MemberID] = identifiers(2 + generator.below(4))
        let creations = authors.map { author in
            RandomHistory.made(.idea(.zero), on: board, by: author)
        }
        let ideas = creations.flatMap(\.ideas)
        let members: [MemberID] = identifiers(1 + generator.below(4))
        self.ideas = ideas
        func time() -> HybridTimestamp {
            HybridTimestamp(
                Milliseconds(unchecked: start + UInt64(generator.below(span))),
                counter: UInt16(generator.below(2)))
        }
        func pair() -> IdeaPair {
            let first = generator.below(ideas.count)
            let second = (first + 1 + generator.below(ideas.count - 1)) % ideas.count
            guard let pair = IdeaPair(ideas[first], ideas[second]) else {
                preconditionFailure("two different ideas make a pair")
            }
            return pair
        }
        changes = (0..<8 + generator.below(18)).map { _ in
            let member = members[generator.below(members.count)]
            let idea = ideas[generator.below(ideas.count)]
            let content: ChangeContent
            switch generator.below(15) {
            case 0..<5:
                let proof: Proof = generator.below(5) == 0 ? .proven : .typed
                content = .vote(idea, Vote(Ballot.allCases[generator.below(4)], proof: proof))
            case 5..<8: content = .sameAs(pair(), isOn: generator.below(4) > 0)
            case 8..<10:
                content = .carry(pair(), generator.below(3) > 0 ? .objects : .consents)
            case 10: content = .hidden(.idea(idea), isOn: generator.below(2) == 0, reason: "")
            case 11: content = .ideaField(idea, .withdrawn(generator.below(2) == 0))
            case 12:
                let number = generator.below(ideas.count)
                return Change(time(), by: authors[number], creations[number])
            default:
                let revision = Revision(
                    id: .zero, idea: idea, field: .title, text: "Title", heads: [])
                content = RandomHistory.made(.revision(revision), on: board, by: member)
            }
            return Change(time(), by: member, content)
        }
    }
}
