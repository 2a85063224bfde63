import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation

/// Two copies of a board with so many votes in common, side by side in one process.
private struct CopyPair {
    private let folder: TemporaryFolder
    let first: Board
    let second: Board
    private var workloads: [VoteWorkload]

    init(votes: Int) throws {
        folder = try TemporaryFolder()
        var founder = try BenchBoard(folder.file("first.sqlite"))
        var workload = VoteWorkload(ideas: 1_000, members: max(10_000, votes / 10))
        var chain = try founder.chain()
        try founder.fill(&workload, votes: votes, &chain)
        first = founder.board
        second = try founder.clone(to: folder.file("second.sqlite"))
        // The same ideas and members, and other votes at each.
        workloads = [3, 4].map { VoteWorkload(ideas: 1_000, members: 10_000, seed: $0) }
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

    func sync() throws -> SyncSample { try SyncSample(second, with: first, address: first.path) }
}

/// A sync by path of two copies with 100,000 votes in common and some new ones at each.
enum PathSyncBench {
    static func run(runs: Int, new: Int) throws {
        var pair = try CopyPair(votes: 100_000)
        let samples = try (0..<max(5, runs)).map { _ in
            try pair.vote(new)
            let sample = try pair.sync()
            guard sample.report.sent.changes == new, sample.report.received.changes == new else {
                throw BenchError.failed("votes were lost")
            }
            return sample
        }
        try report("pathSync\(new)", samples, votes: 100_000)
    }

    /// The same where nothing is new, on a million votes.
    static func nothingNew(runs: Int) throws {
        let pair = try CopyPair(votes: 1_000_000)
        let samples = try (0..<max(5, runs)).map { _ in try pair.sync() }
        try report("nothingNew", samples, votes: 1_000_000)
    }

    private static func report(_ row: String, _ samples: [SyncSample], votes: Int) throws {
        var line = samples.fields
        line["row"] = row
        line["votes"] = votes
        try Measuring.print(line)
    }
}
