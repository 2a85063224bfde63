import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport

/// A board on which one contributor says much, and forges what it says.
struct CostBoard {
    let boards: TestBoards
    private var chain: NodeChain
    private var moment: UInt64 = 1_767_000_000_000
    private var generator = SeededGenerator(seed: 41)

    init() throws {
        boards = try TestBoards()
        chain = try boards.chain(TestBoards.key(4, 1))
    }

    var board: Board { boards.founder }

    mutating func identifiers<Identifier: FixedBytes>(_ count: Int) -> [Identifier] {
        (0..<count).map { _ in generator.identifier() }
    }

    /// A change of a moment of its own, later than all before it. Of equal contents by one member only
    /// the first makes something.
    mutating func change(_ content: ChangeContent, by member: MemberID? = nil) -> Change {
        moment += 1
        return Change.making(
            content, on: board.id, by: member,
            at: HybridTimestamp(Milliseconds(unchecked: moment)), key: Self.key)
    }

    /// What the ids of all that is made here follow from, besides their contents.
    private static let key = CreationKey.numbered(41)

    /// Ideas with a title each.
    mutating func ideas(_ count: Int) throws -> [IdeaID] {
        let made = (0..<count).map { _ in
            moment += 1
            return MadeIdea(
                Int(moment), [.title: "Idea \(moment)"], on: board.id, by: nil,
                at: HybridTimestamp(Milliseconds(unchecked: moment)))
        }
        try merge(seal(made.flatMap(\.slots)))
        return made.map(\.id)
    }

    func title(_ text: String, of idea: IdeaID, replacing heads: [RevisionID] = [])
        -> ChangeContent
    {
        .revision(Revision(id: .zero, idea: idea, field: .title, text: text, heads: heads))
    }

    func comment(_ text: String, on idea: IdeaID) -> ChangeContent {
        .comment(.zero, .text(idea: idea, text))
    }

    /// Merges changes as the contributor's node says them.
    mutating func say(_ changes: [Change]) throws { try merge(seal(changes)) }

    mutating func say(_ content: ChangeContent, by member: MemberID? = nil) throws {
        try say([change(content, by: member)])
    }

    mutating func seal(_ changes: [Change]) -> [SealedChangeset] {
        seal(changes.map { $0.slot(salt: Self.key.bytes) })
    }

    private mutating func seal(_ slots: [Slot]) -> [SealedChangeset] {
        Slot.pack(slots).map { chain.seal($0.map(\.slot)) }
    }

    private func merge(_ changesets: [SealedChangeset]) throws {
        let report = try board.merge(changesets, from: nil)
        guard report.changesets == changesets.count, report.verdicts[.void] == nil else {
            throw BoardError(.fault, "what was forged does not count", "mend the test")
        }
    }

    /// Joins ideas in a line.
    mutating func join(_ ideas: [IdeaID]) throws {
        var changes: [Change] = []
        for (one, other) in zip(ideas, ideas.dropFirst()) {
            changes.append(change(.sameAs(pair(one, other), isOn: true)))
        }
        try say(changes)
    }

    func pair(_ one: IdeaID, _ other: IdeaID) -> IdeaPair {
        guard let pair = IdeaPair(one, other) else {
            preconditionFailure("two different ideas make a pair")
        }
        return pair
    }
}
