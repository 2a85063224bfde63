import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Joining, splitting, objecting, voting and withdrawing, in any order on any nodes.
@Suite struct JoinLawsTests {
    private static let historiesPerBoard = 250
    private static let start: UInt64 = 1_767_225_000_000
    private static let span = 6

    /// 10,000 histories, 250 of them on a board at a time: they name different ideas and members,
    /// so that each is by itself.
    @Test("Tallies of 10,000 random histories equal a recount by hand", arguments: 0..<40)
    func recount(_ seed: Int) throws {
        var generator = SeededGenerator(seed: 4_000 + UInt64(seed))
        let boards = try TestBoards(seed: UInt64(seed))
        let histories = (0..<Self.historiesPerBoard).map { _ in
            JoinHistory(
                &generator, board: boards.founder.id, start: Self.start, span: Self.span)
        }
        let changesets = Self.spread(histories.flatMap(\.changes), boards, &generator)
        try boards.admit((1...4).map { TestBoards.key(6, $0) }, as: .steward)
        let board = try boards.emptyCopy()
        try board.merge(boards.founding(), from: nil)
        var rest = changesets.shuffled(using: &generator)[...]
        while !rest.isEmpty {
            let count = min(rest.count, 1 + generator.below(5))
            try board.merge(Array(rest.prefix(count)), from: nil)
            rest = rest.dropFirst(count)
        }

        let whole = NaiveView(
            try boards.founding() + changesets, horizon: Horizon(now: boards.clock.now).moment)
        var number: [IdeaID: Int] = [:]
        for (place, history) in histories.enumerated() {
            for idea in history.ideas { number[idea] = place }
        }
        let expected = whole.split { $0.ideas.first.flatMap { number[$0] } ?? -1 }
            .reduce(into: Set<String>()) { $0.formUnion($1.facts) }
        #expect(Difference(try StoredView.facts(board.path), expected) == nil)
        #expect(try board.verify().differences == [])

        try Self.expectEverybodyOnce(board)
        try Self.expectSplittingRestores(board, boards, &generator)
    }

    /// The changes on three nodes, in changesets of a random number of changes each.
    private static func spread(
        _ changes: [Change], _ boards: TestBoards, _ generator: inout SeededGenerator
    ) -> [SealedChangeset] {
        var chains = (1...3).map {
            NodeChain(key: TestBoards.key(6, $0), board: boards.founder.id)
        }
        var rest = changes.shuffled(using: &generator)[...]
        var changesets: [SealedChangeset] = []
        while !rest.isEmpty {
            let count = min(rest.count, 1 + generator.below(400))
            let slots = rest.prefix(count).map(RandomHistory.slot)
            let place = generator.below(chains.count)
            for batch in Slot.pack(Array(slots)) {
                changesets.append(chains[place].seal(batch.map(\.slot)))
            }
            rest = rest.dropFirst(count)
        }
        return changesets
    }

    /// Whoever has a standing vote on one of joined ideas is counted once where nobody objects,
    /// and never more than once; by the tables, not by the oracle.
    private static func expectEverybodyOnce(_ board: Board) throws {
        let queue = try DatabaseQueue(path: board.path)
        defer { try? queue.close() }
        let rows = try queue.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT agree + disagree + pass,
                        (SELECT count(DISTINCT member) FROM cluster AS one
                            JOIN vote ON vote.idea = one.idea
                            WHERE one.canonical = tally.idea AND vote & 15 <> 0),
                        EXISTS(SELECT 1 FROM cluster AS one JOIN carry ON carry.first = one.idea
                            WHERE one.canonical = tally.idea AND consent = 2)
                    FROM tally WHERE idea IN (SELECT canonical FROM cluster)
                    """)
        }
        #expect(rows.count > 50)
        for row in rows {
            let (counted, voters): (Int, Int) = (row[0], row[1])
            #expect(row[2] ? counted <= voters : counted == voters)
        }
    }

    /// When every join is undone, each idea has the standing votes that were cast on it.
    private static func expectSplittingRestores(
        _ board: Board, _ boards: TestBoards, _ generator: inout SeededGenerator
    ) throws {
        let queue = try DatabaseQueue(path: board.path)
        defer { try? queue.close() }
        let pairs = try queue.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT one.id, other.id FROM same_as JOIN idea AS one ON one.key = first
                    JOIN idea AS other ON other.key = second
                    """
            ).compactMap { row -> IdeaPair? in
                guard let first = IdeaID(Array(row[0] as Data)),
                    let second = IdeaID(Array(row[1] as Data))
                else { return nil }
                return IdeaPair(first, second)
            }
        }
        #expect(pairs.count > 100)
        var chain = NodeChain(key: TestBoards.key(6, 4), board: boards.founder.id)
        let time = HybridTimestamp(Milliseconds(unchecked: start + UInt64(span)))
        let slots = pairs.shuffled(using: &generator).map {
            RandomHistory.slot(Change(time, by: nil, .sameAs($0, isOn: false)))
        }
        try board.merge(Slot.pack(slots).map { chain.seal($0.map(\.slot)) }, from: nil)
        let wrong = try queue.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT idea FROM tally WHERE (agree, disagree, pass) <>
                        (SELECT total(vote & 15 = 1), total(vote & 15 = 2), total(vote & 15 = 3)
                        FROM vote WHERE vote.idea = tally.idea)
                    UNION ALL SELECT idea FROM cluster
                    """)
        }
        #expect(wrong.isEmpty)
    }
}
