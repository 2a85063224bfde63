import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import Testing

/// A whole conversation, its votes spread at random over three nodes that import and sync apart:
/// every node ends with the cells that the conversation's own export has.
@Suite struct ConversationTests {
    /// One row of `votes.csv`.
    struct VoteLine {
        var timestamp: Int64
        var comment: Int
        var voter: Int
        var vote: Int
    }

    @Test(
        "A synthetic conversation with ties of one millisecond and re-votes across nodes",
        arguments: 1...3)
    func synthetic(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var lines: [VoteLine] = []
        for _ in 0..<6_000 {
            lines.append(
                VoteLine(
                    timestamp: 1_500_000_000_000 + Int64(generator.below(4_000)),
                    comment: generator.below(12), voter: generator.below(60),
                    vote: generator.below(3) - 1))
        }
        let folder = try TemporaryFolder()
        let comments =
            "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
            + (0..<12).map {
                "1400000000000,x,\($0),\($0 % 5),0,0,\($0 == 3 ? -1 : 1),Comment \($0)\n"
            }
            .joined()
        try comments.write(toFile: folder.file("comments.csv"), atomically: true, encoding: .utf8)
        try run(seed: seed, name: "made.up", comments: folder.file("comments.csv"), lines: lines) {
            _ in nil
        }
    }

    @Test("vTaiwan's UberX conversation: 49,997 votes on 197 ideas", arguments: 1...3)
    func vTaiwan(_ seed: Int) throws {
        guard let folder = SharedData.folder("polis/vtaiwan.uberx") else {
            print("skipped: the conversation vtaiwan.uberx is not at ../shared/data")
            return
        }
        let rows = try String(contentsOfFile: "\(folder)/votes.csv", encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        let lines = rows.map {
            VoteLine(
                timestamp: Int64($0[0])!, comment: Int($0[2])!, voter: Int($0[3])!,
                vote: Int($0[4])!)
        }
        #expect(lines.count == 49_997)
        let cells = try Self.cells("\(folder)/participants-votes.csv")
        #expect(cells.count == 49_443)
        try run(
            seed: seed, name: "vtaiwan.uberx", comments: "\(folder)/comments.csv", lines: lines
        ) { _ in cells }
    }

    /// Imports, syncs and compares.
    ///
    /// - Parameter cells: the values by "comment voter"; `nil` takes those of `expected`.
    private func run(
        seed: Int, name: String, comments: String, lines: [VoteLine],
        cells: ([VoteLine]) -> [String: Int]?
    ) throws {
        let clock = VirtualClock()
        let boards = try TestBoards(seed: UInt64(seed), clock: clock)
        var generator = SeededGenerator(seed: UInt64(seed))
        let source = boards.folder.file("all/\(name)")
        try Self.write([], comments: comments, to: source)
        _ = try PolisImport.run(source, into: boards.founder) { _, _, _ in }

        // Each node's clock is wrong by its own minutes; imported votes keep their own time.
        let nodes = try (1...3).map { number in
            let skewed = VirtualClock(clock.now.advanced(by: .seconds(Int64(number - 2) * 240)))
            return try PathClone.run(
                from: boards.founder, address: boards.founder.path,
                to: boards.folder.file("node\(number).sqlite"), name: "node\(number)",
                environment: .virtual(skewed, seed: UInt64(number))
            ).board
        }
        var parts: [[VoteLine]] = [[], [], []]
        for line in lines.shuffled(using: &generator) { parts[generator.below(3)].append(line) }
        for (number, part) in parts.enumerated() {
            let folder = boards.folder.file("part\(number)/\(name)")
            try Self.write(part, comments: comments, to: folder)
            _ = try PolisImport.run(folder, into: nodes[number]) { _, _, _ in }
            let again = try PolisImport.run(folder, into: nodes[number]) { _, _, _ in }
            #expect(again.changes == 0)
        }
        let pairs = [(0, 1), (1, 2), (0, 2), (0, 1), (1, 2)]
        let order = pairs.shuffled(using: &generator) + [(0, 1), (1, 2), (0, 1), (0, 2)]
        for (one, other) in order {
            let report = try PathSync.run(
                nodes[one], with: nodes[other], address: nodes[other].path, now: clock.now)
            #expect(report.isEqual)
        }

        let reports = try nodes.map { try $0.verify() }
        #expect(Set(reports.map(\.fingerprint)).count == 1)
        #expect(Set(reports.map(\.view)).count == 1)
        #expect(reports.allSatisfy { $0.differences.isEmpty && $0.parked == 0 })
        let expected = cells(lines) ?? Self.winners(parts, nodes.map(\.node))
        for node in nodes {
            var stored: [String: Int] = [:]
            try node.forEachVote { row in
                let comment = row.ideaSource?.split(separator: ":").last ?? "?"
                stored["\(comment) \(row.memberName ?? "?")"] = row.vote.ballot.number
            }
            #expect(stored == expected)
        }
    }

    /// The winners by hand: the greatest (time, counter, node) of each cell. The counter of a row
    /// is its place among the differing rows of its cell and millisecond in its part.
    private static func winners(_ parts: [[VoteLine]], _ nodes: [NodeID]) -> [String: Int] {
        var best: [String: (rank: (Int64, Int, NodeID), vote: Int)] = [:]
        for (part, node) in zip(parts, nodes) {
            var counters: [String: [Int]] = [:]
            for line in part {
                let cell = "\(line.comment) \(line.voter)"
                let moment = "\(cell) \(line.timestamp)"
                if counters[moment, default: []].contains(line.vote) { continue }
                counters[moment, default: []].append(line.vote)
                let rank = (line.timestamp, counters[moment]!.count, node)
                if best[cell].map({ $0.rank < rank }) ?? true { best[cell] = (rank, line.vote) }
            }
        }
        return best.mapValues(\.vote)
    }

    private static func write(_ lines: [VoteLine], comments: String, to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: comments, toPath: "\(folder)/comments.csv")
        let rows = lines.map { "\($0.timestamp),x,\($0.comment),\($0.voter),\($0.vote)\n" }
        try ("timestamp,datetime,comment-id,voter-id,vote\n" + rows.joined())
            .write(toFile: "\(folder)/votes.csv", atomically: true, encoding: .utf8)
    }

    /// The matrix of `participants-votes.csv`, by "comment voter".
    private static func cells(_ path: String) throws -> [String: Int] {
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let comments = rows[0].enumerated().filter { Int($0.element) != nil }
        var cells: [String: Int] = [:]
        for row in rows.dropFirst() {
            for (column, comment) in comments {
                if let value = Int(row[column]) { cells["\(comment) \(row[0])"] = value }
            }
        }
        return cells
    }
}
