import CommunisSQLite
import Foundation
import GRDB
import GRDBSQLite

/// What keeps a file that others made from doing anything but being read
/// (https://www.sqlite.org/security.html).
enum BoardDefences {
    /// What SQLite refuses in a file or a statement: more than any board holds and any statement of
    /// ours needs (https://www.sqlite.org/c3ref/limit.html).
    private static let limits: [(Int32, Int32)] = [
        (SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (SQLITE_LIMIT_COLUMN, 100),
        (SQLITE_LIMIT_EXPR_DEPTH, 50),
        (SQLITE_LIMIT_COMPOUND_SELECT, 20),
        (SQLITE_LIMIT_FUNCTION_ARG, 16),
        // VACUUM attaches the file that it writes.
        (SQLITE_LIMIT_ATTACHED, 1),
        (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
        (SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    /// Before anything is read. For every board, since also one's own may have come from elsewhere.
    static func defend(_ database: Database) throws {
        guard let connection = database.sqliteConnection,
            communis_defend(connection) == SQLITE_OK
        else {
            throw DatabaseError(
                resultCode: .SQLITE_ERROR, message: "this SQLite lacks a defence of its files")
        }
        for (limit, value) in limits { sqlite3_limit(connection, limit, value) }
    }

    /// How many bytes a row of a stranger's file may have. A changeset has some 300 KB at most, and the
    /// words of an idea that are searched less. What is longer would be cut and measured, scalar by
    /// scalar, where it is shown.
    static let strangeLength: Int32 = 1_024 * 1_024

    /// What costs a little with each page: for files that others may have written.
    static func doubt(_ database: Database) throws {
        try database.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")
    }

    /// What is wrong with how the pages of a file hang together, in SQLite's words; `nil` where
    /// nothing is. In a file of 300 KB that names each page some hundred times, a table has more rows
    /// than anybody can read. Only where the schema is known to be ours: SQLite runs what it says.
    static func fault(in database: Database) throws -> String? {
        let answer = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? ""
        // The lines before the last say in which of the attached files: there is one.
        return answer == "ok" ? nil : answer.split(separator: "\n").last.map(String.init) ?? ""
    }
}
