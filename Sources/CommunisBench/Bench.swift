import ArgumentParser
import CommunisStore
import CommunisTestSupport
import Foundation

/// Measures what docs/performance.md promises, one JSON line a row.
///
/// Each figure that needs a fresh process is measured in one: this program starts itself.
@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "CommunisBench",
        subcommands: [All.self, MergeWorker.self, WorstCaseWorker.self],
        defaultSubcommand: All.self)
}

struct All: ParsableCommand {
    enum Row: String, CaseIterable, ExpressibleByArgument {
        case merge, oneMoreVote, inProcessVotes, oneVote, top, search
        case pathSync10, pathSync1000, nothingNew, manyChangesets, hubSync
        case repair, repairSync, recompute, worstCase
    }

    @Option(help: "The path of the communis binary.")
    var communis: String

    @Option(help: "How often each figure is measured; the median is printed.")
    var runs = 3

    @Option(name: .customLong("row"), help: "Only these rows.")
    var rows: [Row] = []

    func run() throws {
        for row in rows.isEmpty ? Row.allCases : rows {
            switch row {
            case .merge: try MergeBench.run(runs: runs)
            case .oneMoreVote: try OneMoreVoteBench.run(runs: runs)
            case .inProcessVotes: try InProcessVotesBench.run(runs: runs)
            case .oneVote: try OneVoteBench.run(runs: runs, communis: communis)
            case .top: try TopBench.run(runs: runs, communis: communis)
            case .search: try SearchBench.run(runs: runs)
            case .pathSync10: try PathSyncBench.run(runs: runs, new: 10)
            case .pathSync1000: try PathSyncBench.run(runs: runs, new: 1_000)
            case .nothingNew: try PathSyncBench.nothingNew(runs: runs)
            case .manyChangesets: try ManyChangesetsBench.run(runs: runs)
            case .hubSync: try HubSyncBench.run(runs: runs, communis: communis)
            case .repair: try RepairBench.run(runs: runs)
            case .repairSync: try RepairSyncBench.run(runs: runs)
            case .recompute: try RecomputeBench.run(runs: runs)
            case .worstCase: try WorstCaseBench.run(runs: runs)
            }
        }
    }
}
