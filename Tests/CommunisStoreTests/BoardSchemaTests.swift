import CommunisSchema
import CommunisTestSupport
import Foundation
import GRDB
import Testing

@testable import CommunisStore

/// A file is a board's only if its schema is what our migrations make.
@Suite struct BoardSchemaTests {
    @Test("The digest at hand is that of what all migrations make")
    func current() throws {
        let version = Schema.migrations.count
        let made = try BoardSchema.digest(ofVersion: version)
        #expect(made == Schema.digest, "write it into schema/Schema.swift")
    }

    @Test(
        "A file of each version is taken, brought up to this one, and then like a new one",
        arguments: 1..<Schema.migrations.count)
    func older(_ version: Int) throws {
        let boards = try TestBoards()
        boards.founder.close()
        let path = boards.folder.file("old.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            for sql in Schema.migrations.prefix(version) { try database.execute(sql: sql) }
            try database.execute(
                sql: """
                    PRAGMA user_version = \(version);
                    PRAGMA application_id = \(Board.applicationID);
                    ATTACH '\(boards.founder.path)' AS made;
                    INSERT INTO state(singleton, board, founder, node, store, clock, horizon,
                            view_version, check_count, check_sum)
                        SELECT singleton, board, founder, node, store, 0, horizon, 0, 0,
                            zeroblob(256)
                        FROM made.state;
                    DETACH made;
                    """)
            #expect(try BoardSchema.isThat(ofVersion: version, database))
        }
        try queue.close()
        chmod(path, 0o600)
        let board = try Board.open(path, environment: .virtual(boards.clock, seed: 3))
        #expect(try board.read { try BoardSchema.isThat(ofVersion: Schema.migrations.count, $0) })
        #expect(try board.verify().isSound)
    }

    private static let endless = """
        (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)
        """

    /// What somebody may put into a schema, each harmless to make.
    static let changes = [
        "ALTER TABLE state RENAME TO s; CREATE VIEW state AS SELECT * FROM s, \(endless)",
        "ALTER TABLE tally RENAME TO t; CREATE VIEW tally AS SELECT t.* FROM t, \(endless)",
        """
        CREATE TRIGGER more BEFORE INSERT ON changeset BEGIN SELECT count(*) FROM \(endless); END
        """,
        "CREATE VIEW other AS SELECT * FROM \(endless)",
        "CREATE TABLE more(x INTEGER)",
        "CREATE INDEX more ON idea(upper(title))",
        "CREATE INDEX more ON idea(title) WHERE length(title) > 3",
        "ALTER TABLE idea ADD COLUMN made TEXT AS (hex(zeroblob(1000000))) VIRTUAL",
        "ALTER TABLE idea ADD COLUMN more TEXT CHECK(length(more) < 10)",
        "ALTER TABLE idea ADD COLUMN more INTEGER DEFAULT 9223372036854775807",
        "CREATE VIRTUAL TABLE more USING fts5(x)",
        "CREATE VIRTUAL TABLE more USING fts5vocab('search', 'col')",
        "DROP INDEX idea_by_author",
        "DROP TABLE search_posting",
        "DROP TABLE contact; CREATE TABLE contact(address, member)",
        "ANALYZE",
        "PRAGMA user_version = 0", "PRAGMA user_version = -2147483648",
        "PRAGMA user_version = 1",
    ]

    @Test(
        "What is not laid out as a board is refused before anything of it is read",
        arguments: changes)
    func changed(_ sql: String) throws {
        let boards = try TestBoards()
        boards.founder.close()
        let path = boards.founder.path
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        for use in [BoardUse.writing, .reading, .peer(of: nil)] {
            let error = #expect(throws: BoardError.self) {
                try Board.open(path, for: use, environment: .virtual(boards.clock, seed: 4))
            }
            #expect(error?.code == .notUnderstood, "\(error?.problem.english ?? "")")
        }
    }

    @Test("A schema that was written by hand is refused too")
    func written() throws {
        let boards = try TestBoards()
        boards.founder.close()
        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'vote';
                    PRAGMA writable_schema = RESET;
                    """)
        }
        try queue.close()
        #expect(throws: BoardError.self) { try Board.open(boards.founder.path) }
    }

    @Test("A file whose pages are of any size is a board")
    func pageSizes() throws {
        let boards = try TestBoards()
        boards.founder.close()
        for size in [512, 65_536] {
            let queue = try DatabaseQueue(path: boards.founder.path)
            try queue.writeWithoutTransaction { database in
                try database.execute(
                    sql: """
                        PRAGMA journal_mode = DELETE; PRAGMA page_size = \(size); VACUUM;
                        PRAGMA journal_mode = WAL;
                        """)
            }
            try queue.close()
            let board = try Board.open(
                boards.founder.path, environment: .virtual(boards.clock, seed: 5))
            #expect(try board.verify().isSound)
            board.close()
        }
    }
}
