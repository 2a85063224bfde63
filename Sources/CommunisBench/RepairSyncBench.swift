import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation

/// A whole repair of two copies that never met: 20,000 changesets of one vote each in common, 500
/// recent ones at each that the other lacks; the changesets are moved, verified and merged.
enum RepairSyncBench {
    private static let common = 20_000
    private static let recent = 500

    static func run(runs: Int) throws {
        let folder = try TemporaryFolder()
        let bench = try BenchBoard(folder.file("first.sqlite"))
        let first = bench.board
        var workload = VoteWorkload(ideas: 1_000, members: 10_000, board: first.id)
        var chains = try (0..<2).map { _ in try bench.chain() }
        try first.merge(workload.ideaChangesets(&chains[0]), from: nil)
        try first.merge(
            workload.voteChangesets(common, perChangeset: 1, &chains[0]), from: nil)
        let second = try bench.clone(to: folder.file("second.sqlite"))
        _ = try SyncSample(second, with: first, address: first.path)

        let samples = try (0..<max(3, runs)).map { run in
            for (index, board) in [first, second].enumerated() {
                try board.merge(
                    workload.voteChangesets(recent, perChangeset: 1, &chains[index]), from: nil)
            }
            // Under an address that is not known yet, so that there is no cursor to go by.
            let sample = try SyncSample(second, with: first, address: "run \(run)")
            guard sample.report.mode == .repair, sample.report.sent.changesets == recent,
                sample.report.received.changesets == recent
            else { throw BenchError.failed("a repair moved something else than what differs") }
            return sample
        }
        var line = samples.fields
        line["row"] = "repairSync"
        line["changesets"] = common
        line["differences"] = 2 * recent
        line["reconciliationBytes"] = samples.map(\.report.reconciliationBytes).max() ?? 0
        try Measuring.print(line)
    }
}
