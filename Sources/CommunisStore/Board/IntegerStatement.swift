import GRDB
import GRDBSQLite

/// A prepared statement of a hot loop: it speaks to SQLite's C API, on GRDB's connection, without a
/// boxed argument for each value and a row object for each row.
struct IntegerStatement {
    private let database: Database
    private let prepared: Statement

    init(_ sql: String, _ database: Database) throws {
        self.database = database
        prepared = try database.cachedStatement(sql: sql)
    }

    /// Runs a statement that returns nothing.
    ///
    /// - Returns: how many rows it changed.
    @inline(__always)
    @discardableResult
    func run(_ values: Int64...) throws -> Int {
        let statement = prepared.sqliteStatement
        bind(values)
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard result == SQLITE_DONE else { throw failure(result) }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    /// Runs a statement that returns a row, of which `read` takes the columns.
    ///
    /// - Returns: `nil` where there is none.
    @inline(__always)
    func row<Value>(_ values: Int64..., read: (Columns) throws -> Value) throws -> Value? {
        let statement = prepared.sqliteStatement
        bind(values)
        defer { sqlite3_reset(statement) }
        let result = sqlite3_step(statement)
        switch result {
        case SQLITE_ROW: return try read(Columns(statement: statement))
        case SQLITE_DONE: return nil
        default: throw failure(result)
        }
    }

    /// Runs a statement that returns rows, of each of which `read` takes the columns.
    func forEachRow(_ read: (Columns) throws -> Void) throws {
        let statement = prepared.sqliteStatement
        defer { sqlite3_reset(statement) }
        while true {
            let result = sqlite3_step(statement)
            guard result == SQLITE_ROW else {
                if result == SQLITE_DONE { return }
                throw failure(result)
            }
            try read(Columns(statement: statement))
        }
    }

    /// The row that a statement stands at. Its bytes are SQLite's, until the next row.
    struct Columns {
        fileprivate let statement: OpaquePointer

        subscript(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        func isNull(_ column: Int32) -> Bool {
            sqlite3_column_type(statement, column) == SQLITE_NULL
        }

        func optional(_ column: Int32) -> Int64? { isNull(column) ? nil : self[column] }

        /// `nil` for NULL.
        func bytes(_ column: Int32) -> UnsafeRawBufferPointer? {
            guard !isNull(column) else { return nil }
            let start = sqlite3_column_blob(statement, column)
            return UnsafeRawBufferPointer(
                start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
            )
        }
    }

    @inline(__always)
    private func bind(_ values: [Int64]) {
        for (index, value) in values.enumerated() {
            sqlite3_bind_int64(prepared.sqliteStatement, Int32(index + 1), value)
        }
    }

    private func failure(_ result: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: result),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
}
