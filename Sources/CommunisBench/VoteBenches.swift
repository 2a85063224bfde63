import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation

/// The cost of one more vote on boards of 10,000, 100,000 and 1,000,000 votes: should be flat.
enum OneMoreVoteBench {
    private static let votes = 2_000

    static func run(runs: Int) throws {
        for size in [10_000, 100_000, 1_000_000] {
            let folder = try TemporaryFolder()
            var board = try BenchBoard(folder.file("board.sqlite"))
            var workload = VoteWorkload(
                ideas: 1_000, members: max(1_000, size / 10), board: board.board.id)
            var chain = try board.chain()
            try board.fill(&workload, votes: size, &chain)
            let microseconds = try (0..<runs).map { _ in
                try InProcessVotesBench.cast(Self.votes, on: board.board, &workload)
            }
            try Measuring.print([
                "row": "oneMoreVote", "votes": size,
                "processorMicroseconds": Measuring.median(microseconds), "runs": runs,
            ])
        }
    }
}

/// Votes of one transaction each, in one process, without waiting for the disk.
enum InProcessVotesBench {
    private static let votes = 5_000

    static func run(runs: Int) throws {
        let folder = try TemporaryFolder()
        var board = try BenchBoard(folder.file("board.sqlite"))
        var workload = VoteWorkload(ideas: 1_000, members: 10_000, board: board.board.id)
        var chain = try board.chain()
        try board.fill(&workload, votes: 100_000, &chain)
        let microseconds = try (0..<runs).map { _ in
            try cast(votes, on: board.board, &workload)
        }
        try Measuring.print([
            "row": "inProcessVotes",
            "votesPerProcessorSecond": 1e6 / Measuring.median(microseconds), "runs": runs,
        ])
    }

    /// The processor time of one vote, in microseconds.
    static func cast(_ count: Int, on board: Board, _ workload: inout VoteWorkload) throws
        -> Double
    {
        let before = Measuring.processorTime
        for _ in 0..<count {
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
        let spent = Measuring.processorTime - before
        try board.sealPending()
        return spent / Double(count) * 1e6
    }
}

/// `communis vote`, durable: a whole process.
enum OneVoteBench {
    private static let votes = 20

    static func run(runs: Int, communis: String) throws {
        let folder = try TemporaryFolder()
        var board = try BenchBoard(folder.file("communis.sqlite"), isDurable: true)
        var workload = VoteWorkload(ideas: 1_000, members: 10_000, board: board.board.id)
        var chain = try board.chain()
        try board.fill(&workload, votes: 100_000, &chain)
        let refs = try board.board.ideas(IdeaQuery()).map(\.ref)
        board.board.close()
        let samples = try (0..<runs * votes).map { number in
            try Measuring.program(
                communis,
                ["vote", refs[number % refs.count], "--as", "voter\(number)@example.org"],
                folder: folder.path)
        }
        try Measuring.print([
            "row": "oneVote", "wallSeconds": Measuring.median(samples.map(\.wall)),
            "processorSeconds": Measuring.median(samples.map(\.processor)),
            "runs": samples.count,
        ])
    }
}

/// `communis top` on 100,000 ideas and 1,000,000 votes: a whole process.
enum TopBench {
    private static let samples = 10

    static func run(runs: Int, communis: String) throws {
        let folder = try TemporaryFolder()
        var board = try BenchBoard(folder.file("communis.sqlite"))
        var workload = VoteWorkload(ideas: 100_000, members: 100_000, board: board.board.id)
        var chain = try board.chain()
        try board.fill(&workload, votes: 1_000_000, &chain)
        board.board.close()
        let measured = try (0..<runs * samples).map { _ in
            try Measuring.program(communis, ["top"], folder: folder.path)
        }
        try Measuring.print([
            "row": "top", "ideas": 100_000, "votes": 1_000_000,
            "wallSeconds": Measuring.median(measured.map(\.wall)),
            "processorSeconds": Measuring.median(measured.map(\.processor)),
            "runs": measured.count,
        ])
    }
}
