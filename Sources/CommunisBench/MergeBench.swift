import ArgumentParser
import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation

/// Merging sealed changesets into an empty board, everything included: decoding, verifying, log,
/// view, tallies, check value.
enum MergeBench {
    static func run(runs: Int) throws {
        for votes in [100_000, 1_000_000] {
            let results = try (0..<runs).map { _ in try worker(votes) }
            func median(_ key: String) -> Double {
                Measuring.median(results.compactMap { $0[key] as? Double })
            }
            try Measuring.print([
                "row": "merge", "votes": votes, "processorSeconds": median("processorSeconds"),
                "wallSeconds": median("wallSeconds"), "peakBytes": Int(median("peakBytes")),
                "fileBytes": Int(median("fileBytes")), "runs": runs,
            ])
        }
    }

    /// In a process of its own, so that the peak of memory is its own too.
    private static func worker(_ votes: Int) throws -> [String: Any] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["merge-worker", String(votes)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0,
            let result = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { throw BenchError.failed("the merge worker failed") }
        return result
    }
}

struct MergeWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge-worker", shouldDisplay: false)

    @Argument var votes: Int

    func run() throws {
        let folder = try TemporaryFolder()
        let board = try BenchBoard(folder.file("board.sqlite"))
        // The changesets wait in a file and are read a page at a time, as a sync does, outside the
        // measured time.
        let file = try ChangesetFile(folder.file("changesets"))
        var workload = VoteWorkload(
            ideas: 1_000, members: max(1_000, votes / 10), board: board.board.id)
        var chain = try board.chain()
        try file.append(workload.ideaChangesets(&chain))
        for start in stride(from: 0, to: votes, by: 50_000) {
            try file.append(workload.voteChangesets(min(50_000, votes - start), &chain))
        }
        try file.rewind()
        var processor = 0.0
        var wall = Duration.zero
        func measure<Value>(_ work: () throws -> Value) rethrows -> Value {
            let before = Measuring.processorTime
            let start = ContinuousClock.now
            defer {
                wall += ContinuousClock.now - start
                processor += Measuring.processorTime - before
            }
            return try work()
        }
        while case let page = try file.nextPage(), !page.isEmpty {
            let report = try measure { try board.board.merge(page, from: nil) }
            guard report.changesets == page.count else {
                throw BenchError.failed("changesets were not merged: \(report.refused)")
            }
        }
        // What of it is in the write-ahead log comes to the file.
        measure { board.board.close() }
        try Measuring.print([
            "processorSeconds": processor, "peakBytes": Measuring.peakMemory,
            "wallSeconds": Double(wall.milliseconds) / 1000,
            "fileBytes": board.fileBytes,
        ])
    }
}
