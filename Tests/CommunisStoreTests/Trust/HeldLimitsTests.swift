import CommunisCore
import CommunisLog
import CommunisTestSupport
import GRDB
import Testing

@testable import CommunisStore

/// What strangers send fills a copy only so far, and leaves nothing of what was refused.
@Suite struct HeldLimitsTests {
    private func rows(_ boards: TestBoards, of table: String) throws -> Int {
        let queue = try DatabaseQueue(path: boards.founder.path)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    @Test("Of one unknown key a thousand changesets are held, the rest is refused")
    func oneKey() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 2, members: 5)
        var chain = NodeChain(key: TestBoards.key(5, 5), board: boards.founder.id)
        let votes = workload.voteChangesets(1_001, perChangeset: 1, &chain)
        let report = try boards.founder.merge(votes, from: nil)
        #expect(report.held.count == 1_000 && report.refused == [.noRoom: 1])
        // Once more: what is held is known, the last is refused again.
        #expect(try boards.founder.merge(votes, from: nil).refused == [.noRoom: 1])
        // Admitted, all that is held counts, and there is room for the rest.
        try boards.founder.setRole(of: chain.key.node, to: .contributor)
        #expect(try boards.founder.merge(votes, from: nil).changesets == 1)
        #expect(try boards.founder.verify().isSound)
    }

    @Test("Texts of a member that were erased since arrive whole, however many")
    func erasedTexts() throws {
        let boards = try TestBoards()
        var chain = try boards.chain(TestBoards.key(5, 5))
        let member = VoteWorkload(ideas: 1, members: 1).members[0]
        let limit = Int(HeldTable.countLimitPerNode)
        let names = (0..<limit + 20).map { number in
            let moment = boards.clock.now.advanced(by: .milliseconds(number))
            return chain.seal([
                Change(
                    HybridTimestamp(moment), by: nil, .member(member, .name("name \(number)"))
                ).slot(salt: Array(repeating: 7, count: Slot.saltByteCount))
            ])
        }
        boards.clock.advance(by: .seconds(60))
        try boards.founder.merge(names, from: nil)
        #expect(try boards.founder.erase(.names(of: member), by: nil) == names.count)

        let log = try boards.founder.page(after: 0, excluding: nil).changesets
        let copy = try boards.emptyCopy()
        let report = try copy.merge(log, from: nil)
        #expect(report.refused == [:] && report.held.isEmpty)
        #expect(report.changesets == log.count)
        // In parts, the erasure last.
        let slow = try boards.emptyCopy()
        var total = MergeReport()
        for start in stride(from: 0, to: log.count, by: 300) {
            total += try slow.merge(Array(log[start..<min(start + 300, log.count)]), from: nil)
        }
        #expect(total.refused == [:] && total.held.isEmpty)
        #expect(try slow.verify().view == copy.verify().view)
        #expect(try slow.verify().held == 0)
    }

    @Test("Keys without number: ten thousand changesets are held, and no row is left of the others")
    func manyKeys() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 2, members: 5)
        let limit = Int(HeldTable.countLimit)
        func strangers(_ numbers: Range<Int>) -> [SealedChangeset] {
            numbers.flatMap { number in
                var chain = NodeChain(
                    key: TestBoards.key(6, UInt64(number)), board: boards.founder.id)
                return workload.voteChangesets(1, &chain)
            }
        }
        var friend = try boards.chain(TestBoards.key(5, 1))
        let known = try rows(boards, of: "node")
        let report = try boards.founder.merge(strangers(0..<limit + 50), from: nil)
        #expect(report.held.count == limit && report.refused == [.noRoom: 50])
        #expect(
            try boards.founder.merge(strangers(limit + 50..<limit + 70), from: nil).held.isEmpty)
        #expect(try rows(boards, of: "node") == known + limit)

        // Who is admitted merges all the same, and a revocation keeps what it takes out.
        let votes = workload.voteChangesets(30, perChangeset: 10, &friend)
        #expect(try boards.founder.merge(votes, from: nil).changesets == 3)
        // So does what came without its text first, whole.
        let member = VoteWorkload(ideas: 1, members: 1).members[0]
        let slot = Change(HybridTimestamp(boards.clock.now), by: nil, .member(member, .name("Ann")))
            .slot(salt: Array(repeating: 7, count: Slot.saltByteCount))
        var named = friend.seal([slot])
        named.payload = [slot.erased].payload
        #expect(try boards.founder.merge([named], from: nil).lackingText == [named.id])
        named.payload = [slot].payload
        let whole = try boards.founder.merge([named], from: nil)
        #expect(whole.changesets == 1 && whole.refused == [:])
        boards.clock.advance(by: .seconds(1))
        try boards.founder.setRole(
            of: friend.key.node, to: .none, cut: Milliseconds(unchecked: 0))
        #expect(try rows(boards, of: "held") == limit + 4)
        #expect(try boards.founder.verify().isSound)
    }

    @Test("A copy of which nothing is here is not listed")
    func listing() throws {
        let boards = try TestBoards()
        let before = try boards.founder.nodes().map(\.id)
        // As older versions left them.
        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.write { try $0.execute(sql: "INSERT INTO node(id) VALUES(randomblob(32))") }
        #expect(try boards.founder.nodes().map(\.id) == before)
    }
}
