import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import GRDB

/// The reconciliation of two logs of a million changesets in common and 500 recent ones at each
/// side that the other lacks.
///
/// Only times and ids are real: nothing else is read. The changesets themselves are not moved.
enum RepairBench {
    private static let common = 1_000_000
    private static let recent = 500

    static func run(runs: Int) throws {
        let folder = try TemporaryFolder()
        var bench: BenchBoard? = try BenchBoard(folder.file("first.sqlite"))
        bench?.board.close()
        bench = nil
        var generator = SeededGenerator(seed: 9)
        try fill(folder.file("first.sqlite"), common, from: 1, &generator)
        try FileManager.default.copyItem(
            atPath: folder.file("first.sqlite"), toPath: folder.file("second.sqlite"))
        for name in ["first", "second"] {
            try fill(
                folder.file("\(name).sqlite"), recent, from: common - 1_000, &generator)
        }
        let first = try Board.open(folder.file("first.sqlite"))
        let second = try Board.open(folder.file("second.sqlite"))
        var samples: [Double] = []
        var bytes = 0
        var rounds = 0
        for _ in 0..<max(3, runs) {
            let before = Measuring.processorTime
            (bytes, rounds) = try reconcile(first, second)
            samples.append(Measuring.processorTime - before)
        }
        // The model of docs/performance.md; a difference more or less is 32 bytes and a range.
        guard rounds == 3, (66_000...72_000).contains(bytes) else {
            throw BenchError.failed("\(rounds) round trips of \(bytes) bytes together")
        }
        try Measuring.print([
            "row": "repair", "changesets": common, "differences": 2 * recent,
            "processorSeconds": Measuring.median(samples), "bodyBytes": bytes,
            "roundTrips": rounds, "runs": samples.count,
        ])
    }

    /// Writes changesets without contents, some at each of rising times.
    private static func fill(
        _ path: String, _ count: Int, from moment: Int, _ generator: inout SeededGenerator
    ) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: "DELETE FROM log_range")
            let insert = try database.makeStatement(
                sql: """
                    INSERT INTO changeset(timestamp, id, node, verdict, header, payload, signature)
                    VALUES(?, ?, 1, 0, x'', x'', x'')
                    """)
            for number in 0..<count {
                let id: ChangesetID = generator.identifier()
                try insert.execute(arguments: [(moment + number) << 16, Data(id.bytes)])
            }
        }
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }

    private static func reconcile(_ client: Board, _ server: Board) throws
        -> (bytes: Int, rounds: Int)
    {
        let limit = SyncLimits().reconciliationFrame
        var message: [UInt8]? = try client.reconciling { log, _ in
            try Negentropy(log, frameLimit: limit).initiate()
        }
        var (bytes, rounds, have, need) = (0, 0, 0, 0)
        while let sent = message {
            let answer = try server.reconciling { log, _ in
                try Negentropy(log, frameLimit: limit).answer(sent)
            }
            let step = try client.reconciling { log, _ in
                try Negentropy(log, frameLimit: limit).reconcile(answer)
            }
            bytes += sent.count + answer.count
            rounds += 1
            have += step.have.count
            need += step.need.reduce(0) { $0 + $1.ids.count }
            message = step.message
        }
        guard have == recent, need == recent else {
            throw BenchError.failed("\(have) and \(need) differences were found")
        }
        return (bytes, rounds)
    }
}
