import CommunisCore
import CommunisSchema
import Crypto
import GRDB

/// The schema of a board's file, which has to be exactly what our migrations make: SQLite runs what a
/// schema says (https://www.sqlite.org/security.html), and a view in a table's place answers a query
/// without end.
enum BoardSchema {
    /// Some 70 in every version.
    private static let rowLimit = 1_000

    /// Whether the file's schema is that of a version.
    ///
    /// The digest of the current version's is at hand, since to run the migrations takes as long as a
    /// whole command; another is compared with what they make of an empty file.
    static func isThat(ofVersion version: Int, _ database: Database) throws -> Bool {
        let found = try digest(database)
        if version == Schema.migrations.count && found == Schema.digest { return true }
        return try found == digest(ofVersion: version)
    }

    /// What the schema of a version is, by its migrations.
    static func digest(ofVersion version: Int) throws -> String {
        let queue = try DatabaseQueue()
        return try queue.writeWithoutTransaction { database in
            for sql in Schema.migrations.prefix(version) { try database.execute(sql: sql) }
            return try digest(database)
        }
    }

    /// Of all that a schema says, by name: VACUUM changes the order.
    private static func digest(_ database: Database) throws -> String {
        let statement = try DirectStatement(
            """
            SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY name, type
            """, database)
        var hasher = SHA256()
        var count = 0
        try statement.forEachRow { row in
            count += 1
            guard count <= rowLimit else { throw Row.damaged }
            for column in Int32(0)..<4 {
                let text = try row.text(column)
                hasher.update(data: Array("\(text.utf8.count):\(text)".utf8))
            }
        }
        return Hexadecimal.encode(Array(hasher.finalize()))
    }
}
