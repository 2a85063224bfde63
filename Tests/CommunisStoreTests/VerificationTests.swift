import CommunisCore
import CommunisLog
import CommunisSchema
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// `verify` must find what is wrong with a file.
@Suite struct VerificationTests {
    private func filled() throws -> TestBoards {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 5, members: 20, board: boards.founder.id)
        var chain = try boards.chain(TestBoards.key(3, 3))
        try boards.founder.merge(workload.ideaChangesets(&chain), from: nil)
        try boards.founder.merge(workload.voteChangesets(200, perChangeset: 50, &chain), from: nil)
        return boards
    }

    @Test(
        "A view that is not the log's is found, in each of its tables",
        arguments: [
            "UPDATE vote SET vote = 3 WHERE rowid IN (SELECT 1)",
            "UPDATE tally SET agree = agree + 1",
            "UPDATE idea SET title = 'other' WHERE key = 1", "DELETE FROM revision WHERE key = 2",
            "UPDATE register SET timestamp = timestamp + 1 WHERE kind = 2",
            "INSERT INTO label(idea, axis, name) VALUES(1, 2, 'x')",
            "UPDATE member SET name = 'Mallory'", "INSERT INTO board_setting VALUES('x', 'y')",
            "DELETE FROM node_standing", "DELETE FROM vote WHERE member = 3",
            "UPDATE state SET check_count = check_count + 1",
            "UPDATE changeset SET verdict = 2 WHERE arrival = 3",
            "UPDATE changeset SET signature = zeroblob(64) WHERE arrival = 2",
            "DELETE FROM changeset WHERE arrival = 4",
            "UPDATE idea SET builds_on = randomblob(10) WHERE key = 1",
            "UPDATE idea SET author = author % 5 + 1", "UPDATE idea SET id = randomblob(10)",
            "UPDATE revision SET heads = zeroblob(10)", "UPDATE revision SET id = randomblob(10)",
            "UPDATE register SET key = randomblob(10) WHERE kind = 2",
            "UPDATE register SET changeset = 1 WHERE kind = 2",
            "UPDATE changeset SET role = 4 WHERE arrival = 5",
            "UPDATE changeset SET role = 1 WHERE arrival = 4", "DELETE FROM role_statement",
            "UPDATE log_range SET count = count + 1", "UPDATE log_range SET sum = zeroblob(32)",
            "UPDATE node SET id = randomblob(32)", "UPDATE member SET id = randomblob(12)",
            "INSERT INTO erased(changeset, slot) VALUES(zeroblob(32), 1)",
        ])
    func tampering(_ sql: String) throws {
        let boards = try filled()
        #expect(try boards.founder.verify().isSound)
        let queue = try DatabaseQueue(path: boards.founder.path)
        let statement = sql.replacingOccurrences(
            of: " WHERE rowid IN (SELECT 1)", with: " WHERE member = 2 AND vote <> 3")
        try queue.write { try $0.execute(sql: statement) }
        #expect(try !boards.founder.verify().isSound)
    }

    @Test("Every flipped bit of a stored changeset is found by verify")
    func flippedBits() throws {
        let boards = try filled()
        let queue = try DatabaseQueue(path: boards.founder.path)
        var generator = SeededGenerator(seed: 8)
        for column in ["header", "payload", "signature"] {
            for _ in 0..<8 {
                let original = try #require(
                    try queue.read {
                        try Data.fetchOne(
                            $0, sql: "SELECT \(column) FROM changeset WHERE arrival = 3")
                    })
                var damaged = original
                damaged[generator.below(damaged.count)] ^= UInt8(1 << generator.below(8))
                let update = "UPDATE changeset SET \(column) = ? WHERE arrival = 3"
                try queue.write { try $0.execute(sql: update, arguments: [damaged]) }
                #expect(try !boards.founder.verify().isSound)
                try queue.write { try $0.execute(sql: update, arguments: [original]) }
            }
        }
        #expect(try boards.founder.verify().isSound)
    }

    @Test("A file of the first version is brought up to this one")
    func firstVersion() throws {
        let boards = try filled()
        var workload = VoteWorkload(ideas: 5, members: 20, seed: 7)
        let votes = (0..<3).map { _ in workload.next() }
        try boards.founder.write(
            votes.map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) }
                + [Draft(by: nil, .board(setting: BoardSetting.name.rawValue, value: "Waits"))])
        let facts = try StoredView.facts(boards.founder.path)
        let path = boards.folder.file("older.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: Schema.migrations[0])
            try database.execute(
                sql: "ATTACH ? AS newer", arguments: [boards.founder.path])
            for (table, columns) in [
                ("node", "key, id, sequence, head"),
                (
                    "changeset",
                    "arrival, timestamp, id, node, came_from, verdict, header, payload, signature"
                ),
                (
                    "state",
                    """
                    singleton, board, founder, node, store, clock, horizon, view_version,
                    check_count, check_sum
                    """
                ),
                ("pending", "key, kind, timestamp, salt, bytes"),
            ] {
                try database.execute(
                    sql: "INSERT INTO \(table)(\(columns)) SELECT \(columns) FROM newer.\(table)")
            }
            let application = try Int.fetchOne(database, sql: "PRAGMA newer.application_id") ?? 0
            try database.execute(
                sql: """
                    UPDATE state SET view_version = 1;
                    PRAGMA application_id = \(application); PRAGMA user_version = 1;
                    """)
        }
        try queue.close()
        try FileManager.default.copyItem(
            atPath: boards.founder.path + ".key", toPath: path + ".key")
        let board = try Board.open(path, environment: .virtual(boards.clock, seed: 2))
        #expect(try Difference(StoredView.facts(path), facts) == nil)
        try board.sealPending()
        #expect(try Difference(StoredView.facts(path), facts) == nil)
        #expect(try board.verify().isSound)
    }

    @Test("A file from before the format was settled is refused with what to do, and not changed")
    func earlierFormat() throws {
        let boards = try filled()
        let path = boards.founder.path
        boards.founder.close()
        // As such a file has it: a setting in a slot without salt.
        let slot = Slot(
            kind: 11, timestamp: HybridTimestamp(boards.clock.now), changeCount: 1,
            content: .plain([1, 2, 3]))
        let founding = SealedChangeset.seal(
            [slot], board: nil, after: .start, with: boards.founderKey)
        try FileManager.default.removeItem(atPath: path)
        let older = try DatabaseQueue(path: path)
        try older.writeWithoutTransaction { database in
            for sql in Schema.migrations.prefix(11) { try database.execute(sql: sql) }
            try database.execute(
                sql: """
                    INSERT INTO node(key, id) VALUES(1, zeroblob(32));
                    INSERT INTO changeset(timestamp, id, node, verdict, role, header, payload,
                        signature) VALUES(?, ?, 1, 0, 5, ?, ?, ?);
                    PRAGMA user_version = 11; PRAGMA application_id = 1131376237;
                    """,
                arguments: [
                    slot.timestamp.rawValue, Data(founding.id.bytes), Data(founding.header),
                    Data(founding.payload), Data(founding.signature),
                ])
        }
        try older.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: BoardError.self) {
            try Board.open(path, environment: .virtual(boards.clock, seed: 2))
        }
        #expect(error?.code == .notUnderstood)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test("A view of older rules is computed anew when the file is opened")
    func olderView() throws {
        let boards = try filled()
        let facts = try StoredView.facts(boards.founder.path)
        let path = boards.founder.path
        boards.founder.close()
        let queue = try DatabaseQueue(path: path)
        try queue.write {
            try $0.execute(
                sql: "DELETE FROM vote; DELETE FROM tally; UPDATE state SET view_version = 0")
        }
        let board = try Board.open(path, environment: .virtual(boards.clock, seed: 2))
        #expect(try Difference(StoredView.facts(path), facts) == nil)
        #expect(try board.verify().isSound)
    }
}
