import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation

/// Logs of changesets of one vote each: what a sync costs with nothing new and with one new vote,
/// and a clone, of which a signature a changeset is most.
///
/// The smaller log is there to be compared with. Every changeset is signed by a node that has a role.
enum ManyChangesetsBench {
    static func run(runs: Int) throws {
        for count in [1_000, 1_000_000] { try run(count, runs: runs) }
    }

    private static func run(_ count: Int, runs: Int) throws {
        let folder = try TemporaryFolder()
        let bench = try BenchBoard(folder.file("first.sqlite"))
        let first = bench.board
        var workload = VoteWorkload(ideas: 1_000, members: 10_000, board: first.id)
        var chain = try bench.chain()
        try first.merge(workload.ideaChangesets(&chain), from: nil)
        for start in stride(from: 0, to: count, by: 50_000) {
            try first.merge(
                workload.voteChangesets(min(50_000, count - start), perChangeset: 1, &chain),
                from: nil)
        }

        let before = Measuring.processorTime
        let start = ContinuousClock.now
        let second = try bench.clone(to: folder.file("second.sqlite"))
        let wall = (ContinuousClock.now - start) / .seconds(1)
        let processor = Measuring.processorTime - before

        func sync() throws -> SyncSample {
            try SyncSample(second, with: first, address: first.path)
        }
        _ = try sync()
        let nothing = try (0..<max(5, runs)).map { _ in try sync() }
        let one = try (0..<max(5, runs)).map { _ in
            let vote = workload.next()
            try first.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
            return try sync()
        }
        guard one.allSatisfy({ $0.changesets == 1 }) else {
            throw BenchError.failed("a sync with one new vote moved something else")
        }
        try Measuring.print([
            "row": "manyChangesets", "changesets": count,
            "cloneProcessorSeconds": processor, "cloneWallSeconds": wall,
            "clonedPerProcessorSecond": Double(count) / processor, "runs": nothing.count,
            "nothingNew": nothing.fields, "oneNew": one.fields,
        ])
    }
}
