import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// Merging is set union, and the view is a function of the set: in every order, of everything
/// there is to merge.
@Suite struct MergeLawsTests {
    /// Six changes of one kind on few registers, by two nodes, with times that tie.
    private static func changesets(_ kind: Register.Kind, _ boards: TestBoards) -> [SealedChangeset]
    {
        let keys = [TestBoards.key(5, 1), TestBoards.key(5, 2)]
        var chains = keys.map { NodeChain(key: $0, board: boards.founder.id) }
        var history = RandomHistory(
            seed: UInt64(kind.rawValue), board: boards.founder.id, ideas: 2, members: 2,
            nodes: keys.map(\.node),
            start: Milliseconds(unchecked: 1_767_225_000_000), span: 2)
        return (0..<6).map { number in
            var slots = [RandomHistory.slot(history.next(kind))]
            // An idea and a title now and then, so that there is something to list and to erase.
            if number.isMultiple(of: 3) {
                slots.append(RandomHistory.slot(history.next(.revision)))
                slots.append(RandomHistory.slot(history.next(.idea)))
            }
            return chains[number % 2].seal(slots)
        }
    }

    @Test(
        "Every order of up to five changes of a kind gives the view of the oracle",
        arguments: Register.Kind.allCases)
    func everyOrder(_ kind: Register.Kind) throws {
        let boards = try TestBoards()
        try boards.admit((1...3).map { TestBoards.key(5, $0) }, as: .steward)
        let founding = try boards.founding()
        var changesets = Self.changesets(kind, boards)
        if kind == .erase {
            // Erasures whose targets are among the changesets.
            var chain = NodeChain(key: TestBoards.key(5, 3), board: boards.founder.id)
            let time = HybridTimestamp(Milliseconds(unchecked: 1_767_225_000_001))
            for number in 0..<2 {
                let target = changesets[number * 3].id
                let erase = Change(time, by: nil, .erase(target, slot: 1))
                changesets[number + 1] = chain.seal([RandomHistory.slot(erase)])
            }
        }
        let board = try boards.emptyCopy()
        let blank = try BlankBoard(board)
        var seen: [Set<Int>: Set<String>] = [:]
        let orders = [0..<5, 1..<6].flatMap { Permutations.of($0, taking: 5) }
        for order in orders {
            try blank.restore()
            try board.merge(founding, from: nil)
            for (count, place) in order.enumerated() {
                try board.merge([changesets[place]], from: nil)
                let prefix = Set(order[...count])
                let expected =
                    seen[prefix]
                    ?? NaiveView(
                        founding + prefix.map { changesets[$0] },
                        horizon: Horizon(now: boards.clock.now).moment
                    ).facts
                seen[prefix] = expected
                // Every prefix is somebody's last change; comparing each once is enough.
                guard count == 4 || blank.isNew(order[...count]) else { continue }
                let stored = try StoredView.facts(board.path)
                #expect(Difference(stored, expected) == nil, "after \(order[...count])")
                if stored != expected { return }
            }
        }
    }

    @Test("Long random histories in random batches and orders, with repeats", arguments: 0..<12)
    func randomHistories(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        try boards.admit((1...4).map { TestBoards.key(UInt64(seed), $0) }, as: .steward)
        let founding = try boards.founding()
        var generator = SeededGenerator(seed: UInt64(seed))
        let changesets = Self.randomChangesets(seed: UInt64(seed), boards, &generator)
        let expected = NaiveView(
            founding + changesets, horizon: Horizon(now: boards.clock.now).moment)
        var views: Set<String> = []
        var fingerprints: Set<String> = []
        for _ in 0..<3 {
            let board = try boards.emptyCopy()
            try board.merge(founding, from: nil)
            var pile = (changesets + changesets.prefix(20)).shuffled(using: &generator)
            while !pile.isEmpty {
                let batch = Array(pile.prefix(1 + generator.below(17)))
                pile.removeFirst(batch.count)
                try board.merge(batch, from: nil)
            }
            let stored = try StoredView.facts(board.path)
            #expect(Difference(stored, expected.facts) == nil)
            let report = try board.verify()
            #expect(report.differences == [])
            #expect(report.changesets == changesets.count + founding.count)
            views.insert(report.view)
            fingerprints.insert(report.fingerprint)
        }
        #expect(views.count == 1)
        #expect(fingerprints.count == 1)
    }

    /// Some 120 changesets of four nodes: well-formed ones, erasures, some from the future, some
    /// void, some with kinds of a newer version.
    static func randomChangesets(
        seed: UInt64, _ boards: TestBoards, _ generator: inout SeededGenerator
    ) -> [SealedChangeset] {
        let keys = (1...4).map { TestBoards.key(seed, $0) }
        var chains = keys.map { NodeChain(key: $0, board: boards.founder.id) }
        var history = RandomHistory(
            seed: seed, board: boards.founder.id, ideas: 5, members: 6, nodes: keys.map(\.node),
            start: Milliseconds(unchecked: 1_767_225_000_000), span: 40)
        var future = RandomHistory(
            seed: seed, board: boards.founder.id, ideas: 5, members: 6, nodes: keys.map(\.node),
            start: Milliseconds(unchecked: 1_798_761_600_000), span: 40)
        var changesets: [SealedChangeset] = []
        for _ in 0..<120 {
            let isFuture = generator.below(12) == 0
            var changes: [Change] = (0...generator.below(5)).map { _ in
                isFuture ? future.next() : history.next()
            }
            if generator.below(10) == 0, let target = changesets.randomElement(using: &generator) {
                changes.append(
                    Change(
                        changes[0].timestamp, by: nil,
                        .erase(target.id, slot: UInt32(generator.below(4)))))
            }
            var slots = changes.map(RandomHistory.slot)
            switch generator.below(15) {
            case 0:
                slots.append(
                    Slot(
                        kind: 99, timestamp: changes[0].timestamp, changeCount: 1,
                        content: .salted([1, 2, 3], salt: Array(repeating: 0, count: 16))))
            case 1:
                slots.append(
                    Slot(
                        kind: 2, timestamp: changes[0].timestamp, changeCount: 1,
                        content: .salted([255], salt: Array(repeating: 0, count: 16))))
            default: break
            }
            changesets.append(chains[generator.below(4)].seal(slots))
        }
        return changesets
    }
}
