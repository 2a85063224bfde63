import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Votes that wait say in the view already in which changeset they will be.
@Suite struct PlacedVotesTests {
    /// The changeset and place of every vote, by (idea, member).
    private func places(_ board: Board) throws -> [[Int64]] {
        let queue = try DatabaseQueue(path: board.path)
        defer { try? queue.close() }
        return try queue.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT changeset, position FROM vote ORDER BY idea, member"
            ).map { [$0[0], $0[1]] }
        }
    }

    private func expectSound(_ board: Board, _ boards: TestBoards) throws {
        #expect(try board.verify().differences == [])
        let copy = try boards.emptyCopy()
        try copy.merge(board.page(after: 0, excluding: nil).changesets, from: nil)
        #expect(try copy.verify().view == board.verify().view)
    }

    @Test("Sealing touches no row of the votes table, and each names its changeset")
    func untouched() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var workload = VoteWorkload(ideas: 20, members: 100)
        for _ in 0..<3 {
            for _ in 0..<30 {
                let vote = workload.next()
                try board.write([
                    Draft(by: vote.member, .vote(vote.idea, vote.vote), at: vote.timestamp)
                ])
            }
            let before = try places(board)
            try board.sealPending()
            #expect(try places(board) == before)
            let last = try board.snapshot().lastArrival
            #expect(before.contains { $0[0] == last })
        }
        try expectSound(board, boards)
    }

    @Test(
        "A vote of one moment with a sealed one of this node wins or loses by its id",
        arguments: 0..<8)
    func ties(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        let workload = VoteWorkload(ideas: 1, members: 1)
        let moment = HybridTimestamp(boards.clock.now)
        for ballot in [Ballot.agree, .disagree, .pass] {
            try board.write([
                Draft(
                    by: workload.members[0], .vote(workload.ideas[0], Vote(ballot)), at: moment)
            ])
            try board.sealPending()
        }
        try expectSound(board, boards)
    }

    @Test(
        "Votes of one moment that wait together are sealed apart and decided by ids",
        arguments: 0..<8)
    func tiesThatWait(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        let workload = VoteWorkload(ideas: 1, members: 1)
        let moment = HybridTimestamp(boards.clock.now)
        for ballot in [Ballot.agree, .disagree, .pass] {
            try board.write([
                Draft(
                    by: workload.members[0], .vote(workload.ideas[0], Vote(ballot)), at: moment)
            ])
        }
        try board.sealPending()
        #expect(try board.snapshot().check.count == 4)
        try expectSound(board, boards)
    }

    @Test("More votes than fit a changeset name theirs when they are sealed")
    func many() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var workload = VoteWorkload(ideas: 50, members: 2_000)
        let votes = (0..<2_500).map { _ in workload.next() }
        try board.write(
            votes.map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) })
        try board.sealPending()
        #expect(Set(try places(board).map { $0[0] }).count == 3)
        try expectSound(board, boards)
    }

    @Test("What an older version left waiting is found when it is sealed")
    func older() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var workload = VoteWorkload(ideas: 5, members: 20)
        for _ in 0..<10 {
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
        let queue = try DatabaseQueue(path: board.path)
        try queue.write { database in
            try database.execute(
                sql: "UPDATE pending SET placed = 0; UPDATE vote SET changeset = 0")
        }
        try board.sealPending()
        let last = try board.snapshot().lastArrival
        #expect(try places(board).allSatisfy { $0[0] == last })
        try expectSound(board, boards)
    }
}
