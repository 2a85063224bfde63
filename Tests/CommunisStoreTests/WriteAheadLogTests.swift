import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// What a process leaves of SQLite's write-ahead log, which the next one reads first.
@Suite struct WriteAheadLogTests {
    private func logBytes(_ board: Board) throws -> Int {
        let path = board.path + "-wal"
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// Transactions of one vote each.
    private func vote(_ count: Int, on board: Board) throws {
        var workload = VoteWorkload(ideas: 100, members: 2_000)
        for _ in 0..<count {
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
    }

    @Test("A short one stays when the file is closed")
    func short() throws {
        let boards = try TestBoards()
        try vote(3, on: boards.founder)
        let before = try logBytes(boards.founder)
        #expect(before > 0)
        boards.founder.close()
        #expect(try logBytes(boards.founder) == before)
    }

    @Test("A long one is emptied when a board is merely released")
    func released() throws {
        let boards = try TestBoards()
        let path = boards.folder.file("copy.sqlite")
        try boards.founder.backup(to: path)
        let log = path + "-wal"
        do {
            let board = try Board.open(path, environment: .virtual(boards.clock, seed: 9))
            try vote(400, on: board)
            #expect(try logBytes(board) > 4 << 20)
        }
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test("A long one is emptied when the file is closed; small transactions keep it below 17 MB")
    func long() throws {
        let boards = try TestBoards()
        var greatest = 0
        for _ in 0..<20 {
            try vote(100, on: boards.founder)
            greatest = max(greatest, try logBytes(boards.founder))
        }
        #expect(greatest > 4 << 20 && greatest < 17 << 20)
        boards.founder.close()
        #expect(try logBytes(boards.founder) == 0)
        let again = try Board.open(
            boards.founder.path, environment: .virtual(boards.clock, seed: 9))
        #expect(try again.verify().isSound)
        #expect(try again.snapshot().check.count > 1)
    }
}
