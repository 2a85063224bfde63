import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import GRDB

/// Two copies of a board with so many votes in common, side by side in one process.
private struct CopyPair {
    private let folder: TemporaryFolder
    let first: Board
    let second: Board
    private var workloads: [VoteWorkload]
    private let files: [DatabaseQueue]

    init(votes: Int) throws {
        folder = try TemporaryFolder()
        var founder = try BenchBoard(folder.file("first.sqlite"))
        var workload = VoteWorkload(
            ideas: 1_000, members: max(10_000, votes / 10), board: founder.board.id)
        var chain = try founder.chain()
        try founder.fill(&workload, votes: votes, &chain)
        first = founder.board
        second = try founder.clone(to: folder.file("second.sqlite"))
        files = try [first, second].map { try DatabaseQueue(path: $0.path) }
        // The same ideas and members, and other votes at each.
        let board = founder.board.id
        workloads = [3, 4].map {
            VoteWorkload(ideas: 1_000, members: 10_000, board: board, seed: $0)
        }
        // What the cloning itself changed has moved too.
        _ = try sync()
    }

    /// So many new votes at each copy, each with a time of its own, waiting to be sealed.
    mutating func vote(_ count: Int) throws {
        for (index, board) in [first, second].enumerated() {
            let drafts = (0..<count).map { _ in
                let vote = workloads[index].next()
                return Draft(by: vote.member, .vote(vote.idea, vote.vote), at: vote.timestamp)
            }
            try board.write(drafts)
        }
    }

    /// Moves what was written since the last call from the write-ahead logs to the files.
    ///
    /// - Returns: the processor time that it took, in seconds.
    func checkpoint() throws -> Double {
        let before = Measuring.processorTime
        for file in files {
            try file.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
            }
        }
        return Measuring.processorTime - before
    }

    func sync() throws -> SyncSample { try SyncSample(second, with: first, address: first.path) }
}

/// A sync by path of two copies with 100,000 votes in common and some new ones at each.
enum PathSyncBench {
    static func run(runs: Int, new: Int) throws {
        var pair = try CopyPair(votes: 100_000)
        var checkpoints: [Double] = []
        let samples = try (0..<max(5, runs)).map { _ in
            try pair.vote(new)
            let sample = try pair.sync()
            guard sample.report.sent.changes == new, sample.report.received.changes == new else {
                throw BenchError.failed("votes were lost")
            }
            // SQLite does this by itself once in several syncs: none of these would show it.
            checkpoints.append(try pair.checkpoint())
            return sample
        }
        try report(
            "pathSync\(new)", samples, votes: 100_000,
            ["checkpointProcessorSeconds": Measuring.median(checkpoints)])
    }

    /// The same where nothing is new, on a million votes.
    static func nothingNew(runs: Int) throws {
        let pair = try CopyPair(votes: 1_000_000)
        let samples = try (0..<max(5, runs)).map { _ in try pair.sync() }
        try report("nothingNew", samples, votes: 1_000_000)
    }

    private static func report(
        _ row: String, _ samples: [SyncSample], votes: Int, _ others: [String: Any] = [:]
    ) throws {
        var line = samples.fields.merging(others) { $1 }
        line["row"] = row
        line["votes"] = votes
        try Measuring.print(line)
    }
}
