import GRDB
import GRDBSQLite

/// How many terms each column of an idea holds, as FTS5 keeps it: a blob of varints
/// (https://www.sqlite.org/fts5.html#fts5_data_structures).
///
/// Thousands of them are read in a search: through SQLite's C API, without a row object for each.
struct ColumnLengths {
    private let database: Database
    private let statement: Statement

    init(_ database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(
            sql: "SELECT sz FROM search_docsize WHERE id = ?")
    }

    /// All zero if the idea is not in the index.
    func of(_ idea: Int64) throws -> [Int] {
        let prepared = statement.sqliteStatement
        defer { sqlite3_reset(prepared) }
        sqlite3_bind_int64(prepared, 1, idea)
        let result = sqlite3_step(prepared)
        guard result == SQLITE_ROW else {
            guard result == SQLITE_DONE else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: result),
                    message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
            }
            return Self.read([])
        }
        let bytes = UnsafeRawBufferPointer(
            start: sqlite3_column_blob(prepared, 0), count: Int(sqlite3_column_bytes(prepared, 0)))
        return Self.read(bytes)
    }

    /// SQLite's varints, the high bits first (https://www.sqlite.org/fileformat2.html#varint); a
    /// column has fewer than 2^32 terms, so the nine-byte form does not occur.
    static func read(_ bytes: some Sequence<UInt8>) -> [Int] {
        var lengths: [Int] = []
        var value = 0
        for byte in bytes {
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 != 0 { continue }
            lengths.append(value)
            value = 0
        }
        let missing = SearchColumn.allCases.count - lengths.count
        return lengths + Array(repeating: 0, count: max(0, missing))
    }
}
