import CommunisCore
import GRDB
import GRDBSQLite

/// A prepared statement of what every vote passes: it speaks to SQLite's C API, on GRDB's
/// connection, without a boxed argument for each value and a row object for each row, which cost
/// some 4 µs a statement.
struct DirectStatement {
    private let database: Database
    private let prepared: Statement

    init(_ sql: String, _ database: Database) throws {
        self.database = database
        prepared = try database.cachedStatement(sql: sql)
    }

    // MARK: - With integers

    /// Runs a statement that returns nothing.
    ///
    /// - Parameter values: its parameters; `nil` for NULL.
    /// - Returns: how many rows it changed.
    @inline(__always)
    @discardableResult
    func run(_ values: Int64?...) throws -> Int { try run(values) }

    @inline(__always)
    @discardableResult
    func run(_ values: [Int64?]) throws -> Int {
        bind(values)
        return try run()
    }

    /// Runs a statement that returns a row, of which `read` takes the columns.
    ///
    /// - Returns: `nil` where there is none.
    @inline(__always)
    func row<Value>(_ values: Int64?..., read: (Columns) throws -> Value) throws -> Value? {
        bind(values)
        return try row(read)
    }

    /// Runs a statement that returns rows, of each of which `read` takes the columns.
    func forEachRow(_ values: Int64?..., read: (Columns) throws -> Void) throws {
        bind(values)
        let statement = prepared.sqliteStatement
        defer { sqlite3_reset(statement) }
        while try step(statement) { try read(Columns(statement: statement)) }
    }

    // MARK: - With an identifier

    /// Runs a statement that returns nothing, whose only parameter is an identifier.
    func run(id: some FixedBytes) throws { try withBound(id) { _ = try run() } }

    /// The same for a statement that returns a row.
    func row<Value>(id: some FixedBytes, read: (Columns) throws -> Value) throws -> Value? {
        try withBound(id) { try row(read) }
    }

    /// Binds without a copy: the bytes live until the parameter is taken back.
    private func withBound<Identifier: FixedBytes, Value>(
        _ id: Identifier, _ body: () throws -> Value
    ) throws -> Value {
        try withUnsafeTemporaryAllocation(byteCount: Identifier.byteCount, alignment: 8) { bytes in
            // Never empty: an identifier has bytes.
            id.store(to: bytes.baseAddress!)
            sqlite3_bind_blob(
                prepared.sqliteStatement, 1, bytes.baseAddress, Int32(Identifier.byteCount), nil)
            defer { sqlite3_clear_bindings(prepared.sqliteStatement) }
            return try body()
        }
    }

    // MARK: - With bytes too

    /// A parameter of a statement that takes bytes among its integers.
    enum Parameter {
        case integer(Int64?)
        case bytes([UInt8]?)
    }

    /// Runs a statement that returns nothing.
    func run(with parameters: Parameter...) throws {
        let statement = prepared.sqliteStatement
        for (index, parameter) in zip(Int32(1)..., parameters) {
            switch parameter {
            case .integer(let value): bind(value, index)
            case .bytes(nil): sqlite3_bind_null(statement, index)
            case .bytes(let bytes?):
                bytes.withUnsafeBytes { bytes in
                    // SQLITE_TRANSIENT: SQLite copies. No bytes are no address, which would be NULL.
                    _ = sqlite3_bind_blob(
                        statement, index, bytes.baseAddress ?? UnsafeRawPointer(statement),
                        Int32(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
                }
            }
        }
        defer { sqlite3_clear_bindings(statement) }
        _ = try run()
    }

    // MARK: - Steps

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
    private func run() throws -> Int {
        let statement = prepared.sqliteStatement
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard result == SQLITE_DONE else { throw failure(result) }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    @inline(__always)
    private func row<Value>(_ read: (Columns) throws -> Value) throws -> Value? {
        let statement = prepared.sqliteStatement
        defer { sqlite3_reset(statement) }
        return try step(statement) ? read(Columns(statement: statement)) : nil
    }

    /// Whether there is a row.
    @inline(__always)
    private func step(_ statement: OpaquePointer) throws -> Bool {
        let result = sqlite3_step(statement)
        guard result == SQLITE_ROW || result == SQLITE_DONE else { throw failure(result) }
        return result == SQLITE_ROW
    }

    @inline(__always)
    private func bind(_ values: [Int64?]) {
        for (index, value) in values.enumerated() { bind(value, Int32(index + 1)) }
    }

    @inline(__always)
    private func bind(_ value: Int64?, _ index: Int32) {
        if let value {
            sqlite3_bind_int64(prepared.sqliteStatement, index, value)
        } else {
            sqlite3_bind_null(prepared.sqliteStatement, index)
        }
    }

    private func failure(_ result: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: result),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
}
