import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Synchronization

/// Opening a board whose view is of older rules: the view of 1,000,000 votes is computed anew, while
/// another connection goes on reading the old one.
enum RecomputeBench {
    private static let votes = 1_000_000

    static func run(runs: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("board.sqlite")
        var bench = try BenchBoard(path)
        var workload = VoteWorkload(ideas: 1_000, members: votes / 10, board: bench.board.id)
        var chain = try bench.chain()
        try bench.fill(&workload, votes: votes, &chain)
        let samples = try (0..<runs).map { _ in try recompute(bench.board) }
        try Measuring.print([
            "row": "recompute", "votes": votes,
            "processorSeconds": Measuring.median(samples.map(\.processor)),
            "wallSeconds": Measuring.median(samples.map(\.wall)),
            "longestReadMilliseconds": samples.map(\.longestRead).max() ?? .nan,
            "reads": samples.map(\.reads).min() ?? 0, "runs": runs,
        ])
    }

    private struct Sample {
        var processor, wall, longestRead: Double
        var reads: Int
    }

    /// - Parameter reader: an open connection to the board.
    private static func recompute(_ reader: Board) throws -> Sample {
        try DatabaseQueue(path: reader.path).write { database in
            try database.execute(sql: "UPDATE state SET view_version = 0")
        }
        let before = try reader.ideas(IdeaQuery()).map(\.score)
        let outcome = Mutex<(processor: Double, wall: Double)?>(nil)
        let isDone = Atomic(false)
        let writer = Thread {
            let start = ContinuousClock.now
            let processor = Measuring.processorTime
            try? Board.open(reader.path, environment: environment).close()
            let wall = (ContinuousClock.now - start) / .seconds(1)
            outcome.withLock { $0 = (Measuring.processorTime - processor, wall) }
            isDone.store(true, ordering: .releasing)
        }
        writer.start()
        var longest = Duration.zero
        var reads = 0
        var query = IdeaQuery()
        query.limit = 10
        while !isDone.load(ordering: .acquiring) {
            let start = ContinuousClock.now
            let ideas = try reader.ideas(query)
            longest = max(longest, ContinuousClock.now - start)
            guard ideas.map(\.score) == Array(before.prefix(10)) else {
                throw BenchError.failed("a reader saw a view that was not whole")
            }
            reads += 1
            // Often enough to meet every phase, seldom enough not to be what is measured.
            Thread.sleep(forTimeInterval: 0.01)
        }
        guard let measured = outcome.withLock({ $0 }),
            try reader.ideas(IdeaQuery()).map(\.score) == before
        else { throw BenchError.failed("the view was not computed anew") }
        return Sample(
            processor: measured.processor, wall: measured.wall,
            longestRead: longest / .milliseconds(1), reads: reads)
    }

    private static var environment: BoardEnvironment {
        var environment = BoardEnvironment.system
        environment.isDurable = false
        return environment
    }
}
