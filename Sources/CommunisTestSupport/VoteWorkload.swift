import CommunisCore
import CommunisLog

/// Votes of random members on random ideas, a second apart at most: the same rows for the same
/// numbers, so that they can be compared with what other programs do with them.
package struct VoteWorkload: Sendable {
    package let ideas: [IdeaID]
    package let members: [MemberID]
    private var generator: SeededGenerator
    private var moment: UInt64 = 1_700_000_000_000

    package init(ideas: Int, members: Int, seed: UInt64 = 2) {
        var ids = SeededGenerator(seed: 1)
        self.ideas = (0..<ideas).map { _ in Self.identifier(&ids) }
        self.members = (0..<members).map { _ in Self.identifier(&ids) }
        generator = SeededGenerator(seed: seed)
    }

    private static func identifier<Identifier: FixedBytes>(_ generator: inout SeededGenerator)
        -> Identifier
    {
        Identifier(
            truncating: (0..<Identifier.byteCount).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            })
    }

    package mutating func next() -> CastVote {
        moment += 1 + generator.next() % 1000
        let idea = ideas[generator.below(ideas.count)]
        let member = members[generator.below(members.count)]
        let ballot: Ballot = generator.below(4) > 0 ? .agree : .disagree
        return CastVote(
            timestamp: HybridTimestamp(Milliseconds(unchecked: moment)), idea: idea,
            member: member, vote: Vote(ballot))
    }

    /// The first title of each idea, as changesets of a node.
    package func ideaChangesets(_ chain: inout NodeChain) -> [SealedChangeset] {
        var generator = SeededGenerator(seed: 3)
        let slots = ideas.enumerated().map { number, idea in
            let revision = Revision(
                id: Self.identifier(&generator), idea: idea, field: .title,
                text: "Idea number \(number) of the workload", heads: [])
            let time = HybridTimestamp(Milliseconds(unchecked: 1_699_000_000_000 + UInt64(number)))
            return Change(time, by: members[number % members.count], .revision(revision))
                .slot(salt: Array(repeating: 7, count: Slot.saltByteCount))
        }
        return Slot.pack(slots).map { chain.seal($0.map(\.slot)) }
    }

    /// The next votes, as changesets of so many votes each.
    package mutating func voteChangesets(
        _ count: Int, perChangeset: Int = Limits.changesPerChangeset, _ chain: inout NodeChain
    ) -> [SealedChangeset] {
        stride(from: 0, to: count, by: perChangeset).map { start in
            let block = VoteBlock(
                (start..<min(count, start + perChangeset)).map { _ in next() })
            return chain.seal([
                Slot(
                    kind: Register.Kind.vote.rawValue, timestamp: block.greatestTimestamp,
                    changeCount: UInt32(block.rows.count), content: .plain(block.bytes))
            ])
        }
    }
}

/// A node that seals by hand.
package struct NodeChain: Sendable {
    package let key: NodeKey
    package let board: BoardID?
    package private(set) var position = ChainPosition.start

    /// - Parameter position: where the node's chain stands, if it has sealed before.
    package init(key: NodeKey, board: BoardID?, position: ChainPosition = .start) {
        self.key = key
        self.board = board
        self.position = position
    }

    package mutating func seal(_ slots: [Slot]) -> SealedChangeset {
        let changeset = SealedChangeset.seal(slots, board: board, after: position, with: key)
        position = ChainPosition(sequence: position.sequence + 1, last: changeset.id)
        return changeset
    }
}
