import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// How votes wait to be sealed, in the file.
@Suite struct PendingVotesTests {
    private let boards: TestBoards
    private let queue: DatabaseQueue
    private var workload = VoteWorkload(ideas: 3, members: 9)

    init() throws {
        boards = try TestBoards()
        queue = try DatabaseQueue(path: boards.founder.path)
    }

    private func bytes() throws -> [Data] {
        try queue.read { try Data.fetchAll($0, sql: "SELECT bytes FROM pending ORDER BY key") }
    }

    private func rows() throws -> [[DatabaseValue]] {
        let columns = "key, kind, timestamp, salt, bytes, clock, placed"
        return try queue.read { database in
            try Row.fetchAll(database, sql: "SELECT \(columns) FROM pending ORDER BY key")
                .map { Array($0.databaseValues) }
        }
    }

    private mutating func write(_ count: Int) throws -> [CastVote] {
        let votes = (0..<count).map { _ in workload.next() }
        try boards.founder.write(
            votes.map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) })
        return votes
    }

    @Test("A vote waits in 23 bytes, and is sealed in a block")
    mutating func blocks() throws {
        let votes = try write(20)
        #expect(try bytes().map(\.count) == Array(repeating: 23, count: 20))
        #expect(try boards.founder.verify().isSound)
        try boards.founder.sealPending()
        #expect(try boards.founder.verify().isSound)
        let last = try #require(try boards.founder.page(after: 0, excluding: nil).changesets.last)
        let opened = try last.open(board: boards.founder.id)
        guard case .votes(let block) = opened.slots.first?.content else {
            Issue.record("no votes")
            return
        }
        #expect(Set(block.votes) == Set(votes))
    }

    @Test("What waits gets keys from 1 again once it is sealed")
    mutating func keys() throws {
        _ = try write(3)
        // These have a time that the clock gave, and a salt.
        let vote = workload.next()
        try boards.founder.write([
            Draft(by: vote.member, .vote(vote.idea, vote.vote)),
            Draft.comment(
                on: vote.idea, "Yes", on: boards.founder.id, by: vote.member, key: .numbered(3)
            ).draft,
        ])
        let facts = try StoredView.facts(boards.founder.path)
        let waiting = try rows()
        #expect(waiting.count == 5)
        boards.founder.close()
        let board = try Board.open(
            boards.founder.path, environment: .virtual(boards.clock, seed: 2))
        #expect(try rows() == waiting)
        try board.sealPending()
        #expect(try Difference(StoredView.facts(board.path), facts) == nil)
        try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        #expect(try queue.read { try Int.fetchAll($0, sql: "SELECT key FROM pending") } == [1])
        #expect(
            try queue.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_sequence") }
                == ["changeset"])
        #expect(try board.verify().isSound)
    }

    @Test("One that is damaged is told, and nothing is sealed", arguments: [0xFF, 0x04])
    mutating func damaged(_ ballot: UInt8) throws {
        _ = try write(3)
        let log = try boards.founder.snapshot().lastArrival
        try queue.write { database in
            try database.execute(
                sql: "UPDATE pending SET bytes = ? WHERE key = (SELECT max(key) FROM pending)",
                arguments: [Data(repeating: ballot, count: 23)])
        }
        #expect(throws: BoardError.self) { try boards.founder.sealPending() }
        #expect(try boards.founder.snapshot().lastArrival == log)
        #expect(try bytes().count == 3)
    }
}
