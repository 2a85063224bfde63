import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Files that are laid out as a board is and hold what no version writes, or bytes that are nothing:
/// all that is done with a board ends, and none of it traps, hangs or takes memory without end.
@Suite struct HostileFileTests {
    @Test("The sample itself is a sound board")
    func sample() throws {
        let sample = try SampleBoard()
        let path = try sample.write()
        let board = try Board.open(path, environment: .virtual(sample.boards.clock, seed: 2))
        #expect(try board.verify().differences == [])
        board.close()
        expectNone(try sample.faults(of: path))
        // A stranger's, with what is in its log too.
        let shared = try sample.write(isShared: true)
        expectNone(try sample.faults(of: shared))
    }

    @Test("Pages overwritten at random", .timeLimit(.minutes(10)), arguments: 0..<8)
    func pages(_ seed: Int) throws {
        let sample = try SampleBoard(seed: UInt64(seed) + 1)
        var generator = SeededGenerator(seed: UInt64(seed))
        for round in 0..<10 {
            let path = try sample.write(isShared: round.isMultiple(of: 2)) { bytes in
                let size = SampleBoard.pageSize
                for _ in 0...generator.below(3) {
                    let start = generator.below(bytes.count / size) * size
                    switch generator.below(4) {
                    case 0:
                        for place in start..<start + size { bytes[place] = 0 }
                    case 1:
                        let other = generator.below(bytes.count / size) * size
                        for place in 0..<size { bytes[start + place] = bytes[other + place] }
                    default:
                        // The header of the file stays a board's, so that what follows is reached.
                        for _ in 0..<8 {
                            let place = start + generator.below(size)
                            if place >= 100 { bytes[place] ^= 1 << UInt8(generator.below(8)) }
                        }
                    }
                }
            }
            let use = SampleBoard.uses[(seed + round / 2) % SampleBoard.uses.count]
            expectNone(
                try sample.faults(of: path, for: use), "seed \(seed), round \(round), \(use)")
            sample.remove(path)
        }
    }

    /// What is written into a column of a type.
    private static func values(_ type: String) -> [String] {
        let integers = ["9223372036854775807", "-9223372036854775808", "-1", "4294967297"]
        let blobs = ["x''", "zeroblob(33)", "zeroblob(70000)"]
        let texts = ["''", "CAST(x'ff00fe' AS TEXT)", "hex(zeroblob(50000))"]
        return switch type {
        case "INTEGER": integers
        case "BLOB": blobs
        case "TEXT": texts
        default: integers + blobs + texts
        }
    }

    static let tables = [
        "node", "changeset", "pending", "register", "idea", "revision", "member", "vote", "tally",
        "comment", "label", "same_as", "carry", "node_standing", "board_setting", "erased",
        "state", "setting", "peer", "contact", "cluster", "search_text", "search_term",
        "role_statement", "chain_gap", "held", "log_range", "invitation", "invitation_use",
        "sqlite_sequence", "search_data", "search_idx", "search_docsize", "search_config",
        "search_part_data", "search_part_idx", "search_part_config", "revision_naming",
        "search_end",
    ]

    @Test("Every table is tried")
    func all() throws {
        let sample = try SampleBoard()
        let queue = try DatabaseQueue(path: try sample.write())
        let names = try queue.read { database in
            try String.fetchSet(
                database,
                sql:
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '% VIRTUAL %'"
            )
        }
        #expect(names.symmetricDifference(Self.tables) == [])
    }

    @Test(
        "The least, the greatest and the wrong value in every column of every table",
        .timeLimit(.minutes(20)), arguments: tables)
    func values(in table: String) throws {
        let sample = try SampleBoard()
        let columns = try columns(of: table, sample)
        #expect(!columns.isEmpty)
        for (column, type) in columns {
            // Each column in every use, and each value in one.
            for (number, value) in Self.values(type).enumerated() {
                let path = try sample.write()
                let queue = try DatabaseQueue(path: path)
                let change = "UPDATE OR IGNORE \(table) SET \(column) = \(value)"
                try queue.writeWithoutTransaction { try $0.execute(sql: change) }
                try queue.close()
                let use = SampleBoard.uses[number % SampleBoard.uses.count]
                expectNone(try sample.faults(of: path, for: use), "\(change), \(use)")
                sample.remove(path)
            }
        }
    }

    @Test(
        "One changeset twice, and one node by two keys",
        arguments: [
            "UPDATE changeset SET id = (SELECT id FROM changeset ORDER BY arrival LIMIT 1)",
            "UPDATE changeset SET node = (SELECT max(key) FROM node)",
            "UPDATE search_term SET length = 0",
            "UPDATE search_docsize SET sz = x'fffffffffffffffffffffe7f'",
            "UPDATE tally SET agree = 9223372036854775807, disagree = 9223372036854775807",
            "UPDATE idea SET builds_on = id", "UPDATE cluster SET canonical = idea + 1",
            "INSERT OR IGNORE INTO same_as SELECT a.key, b.key FROM idea AS a, idea AS b",
        ])
    func contradictions(_ change: String) throws {
        let sample = try SampleBoard()
        let path = try sample.write()
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: change) }
        try queue.close()
        expectNone(try sample.faults(of: path), change)
    }

    private func expectNone(_ faults: [String], _ what: String = "") {
        #expect(faults.isEmpty, "\(what): \(faults)")
    }

    private func columns(of table: String, _ sample: SampleBoard) throws -> [(String, String)] {
        let path = try sample.write()
        defer { sample.remove(path) }
        let queue = try DatabaseQueue(path: path)
        return try queue.read { database in
            try Row.fetchAll(database, sql: "PRAGMA table_info(\(table))").map {
                ($0["name"], $0["type"])
            }
        }
    }
}
