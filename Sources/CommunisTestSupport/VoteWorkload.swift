import CommunisCore
import CommunisLog

/// Votes of random members on random ideas, a second apart at most: the same rows for the same
/// numbers, so that they can be compared with what other programs do with them.
package struct VoteWorkload: Sendable {
    package let ideas: [IdeaID]
    package let members: [MemberID]
    private let board: BoardID
    private var generator: SeededGenerator
    private var moment: UInt64 = 1_700_000_000_000

    /// - Parameter board: where the ideas are made, if they are.
    package init(ideas: Int, members: Int, board: BoardID = .zero, seed: UInt64 = 2) {
        var ids = SeededGenerator(seed: 1)
        let members: [MemberID] = (0..<members).map { _ in Self.identifier(&ids) }
        self.members = members
        self.board = board
        self.ideas = (0..<ideas).map { Self.idea($0, on: board, by: members).id }
        generator = SeededGenerator(seed: seed)
    }

    private static func idea(_ number: Int, on board: BoardID, by members: [MemberID]) -> MadeIdea {
        MadeIdea(
            number, [.title: "Idea number \(number) of the workload"], on: board,
            by: members[number % members.count],
            at: HybridTimestamp(Milliseconds(unchecked: 1_699_000_000_000 + UInt64(number))))
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

    /// Each idea and its title, as changesets of a node.
    package func ideaChangesets(_ chain: inout NodeChain) -> [SealedChangeset] {
        precondition(chain.board == board, "the ideas are another board's")
        let slots = ideas.indices.flatMap { Self.idea($0, on: board, by: members).slots }
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
