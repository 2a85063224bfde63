import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

@testable import CommunisStore

/// Much that becomes due at once is let in a page at a time.
@Suite struct ParkedPagesTests {
    private static let size = 10_000

    /// A board with so many parked comments, each in a changeset of its own of 10 KB.
    ///
    /// - Parameter step: how many milliseconds lie between them.
    private static func board(_ count: Int, step: Int) throws -> (CostBoard, IdeaID) {
        var costs = try CostBoard()
        let idea = try costs.ideas(1)[0]
        let start = costs.boards.clock.now.advanced(by: .seconds(600))
        var changesets: [SealedChangeset] = []
        for number in 0..<count {
            let moment = start.advanced(by: .milliseconds(number * step))
            let text = "\(number) " + String(repeating: "x", count: size - 200)
            var comment = costs.change(costs.comment(text, on: idea))
            comment.timestamp = HybridTimestamp(moment)
            changesets += costs.seal([comment])
        }
        let report = try costs.board.merge(changesets, from: nil)
        #expect(report.verdicts[.parked] == count)
        costs.boards.clock.advance(by: .seconds(3_600))
        return (costs, idea)
    }

    @Test("After each page the view is what it is at the horizon, and the rest waits")
    func pages() throws {
        let (costs, idea) = try Self.board(40, step: 5)
        let board = costs.board
        var counts: [Int] = []
        while try board.admitPage(of: 10 * Self.size) {
            let waiting = try board.parkedCount()
            counts.append(waiting)
            let report = try board.verify()
            #expect(report.differences == [] && report.parked == waiting)
            #expect(try board.idea(idea)?.comments == 40 - waiting)
        }
        #expect(counts == [30, 20, 10, 0])
    }

    @Test("A process that ends between two pages leaves a board that goes on where it was")
    func interruption() throws {
        let (costs, idea) = try Self.board(40, step: 5)
        #expect(try costs.board.admitPage(of: 10 * Self.size))
        let path = costs.board.path
        costs.board.close()
        let board = try Board.open(path, environment: .virtual(costs.boards.clock, seed: 9))
        #expect(try board.parkedCount() == 0)
        #expect(try board.idea(idea)?.comments == 40)
        #expect(try board.verify().differences == [])
    }

    @Test("What shares a millisecond comes together, since the horizon cannot stop within it")
    func moment() throws {
        let (costs, idea) = try Self.board(40, step: 0)
        #expect(try costs.board.admitPage(of: 10 * Self.size))
        #expect(try costs.board.parkedCount() == 0)
        #expect(try costs.board.idea(idea)?.comments == 40)
        #expect(try costs.board.verify().differences == [])
    }

    @Test("What is written between two pages is dated before what waits")
    func writing() throws {
        let (costs, idea) = try Self.board(40, step: 5)
        let board = costs.board
        #expect(try board.admitPage(of: 10 * Self.size))
        let other = try Board.open(board.path, environment: .virtual(costs.boards.clock, seed: 9))
        try other.write([Draft(by: nil, .label(idea, Label(.tag, "new"), isOn: true))])
        try board.admitDue(by: 10 * Self.size)
        #expect(try board.parkedCount() == 0)
        #expect(try board.idea(idea)?.tags == ["new"])
        #expect(try board.verify().differences == [])
    }

    @Test("A damaged row that says another time than its changeset makes no opening endless")
    func damagedTime() throws {
        let (costs, idea) = try Self.board(3, step: 5)
        let board = costs.board
        let far = HybridTimestamp(costs.boards.clock.now.advanced(by: .seconds(86_400)))
        var late = costs
        var comment = late.change(late.comment("Later", on: idea))
        comment.timestamp = far
        try board.merge(late.seal([comment]), from: nil)
        try board.write { database in
            try database.run(
                "UPDATE changeset SET timestamp = ? WHERE timestamp = ?",
                HybridTimestamp(costs.boards.clock.now).column, far.column)
        }
        try board.admitDue()
        #expect(try board.parkedCount() == 1)
        #expect(try board.idea(idea)?.comments == 3)
    }
}
