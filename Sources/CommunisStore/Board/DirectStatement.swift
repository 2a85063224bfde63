import CommunisCore
import GRDB
import GRDBSQLite

/// A prepared statement of what votes pass most often: it speaks to SQLite's C API, on GRDB's
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

    /// Runs a statement that returns rows, of each of which `read` takes the columns; it may not run
    /// the same statement.
    @inline(__always)
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
            expectFree(parameters: 1)
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
        expectFree(parameters: parameters.count)
        defer { sqlite3_clear_bindings(statement) }
        for (index, parameter) in zip(Int32(1)..., parameters) {
            switch parameter {
            case .integer(let value): bind(value, index)
            case .bytes(nil): sqlite3_bind_null(statement, index)
            case .bytes(let bytes?): try bind(bytes, index)
            }
        }
        _ = try run()
    }

    private func bind(_ bytes: [UInt8], _ index: Int32) throws {
        let statement = prepared.sqliteStatement
        let result = bytes.withUnsafeBytes { bytes in
            // SQLITE_TRANSIENT: SQLite copies. No bytes have no address, which would be NULL.
            sqlite3_bind_blob(
                statement, index, bytes.baseAddress ?? UnsafeRawPointer(statement),
                Int32(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
        guard result == SQLITE_OK else { throw failure(result) }
    }

    // MARK: - Steps

    /// The row that a statement stands at. A value that is not of its column's kind, as a damaged page
    /// gives, is no value.
    struct Columns {
        fileprivate let statement: OpaquePointer

        subscript(_ column: Int32) -> Int64 {
            get throws {
                guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else {
                    throw Row.damaged
                }
                return sqlite3_column_int64(statement, column)
            }
        }

        /// `nil` for NULL.
        func optional(_ column: Int32) throws -> Int64? { try isNull(column) ? nil : self[column] }

        func isNull(_ column: Int32) -> Bool {
            sqlite3_column_type(statement, column) == SQLITE_NULL
        }

        /// `nil` for NULL. They are SQLite's, until the next row or the end of what reads them.
        func bytes(_ column: Int32) throws -> UnsafeRawBufferPointer? {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_NULL: return nil
            case SQLITE_BLOB: return memory(column)
            default: throw Row.damaged
            }
        }

        func text(_ column: Int32) throws -> String {
            guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { throw Row.damaged }
            return String(decoding: memory(column), as: UTF8.self)
        }

        func identifier<Identifier: FixedBytes>(_ column: Int32) throws -> Identifier {
            guard let identifier = try bytes(column).flatMap({ Identifier($0) }) else {
                throw Row.damaged
            }
            return identifier
        }

        private func memory(_ column: Int32) -> UnsafeRawBufferPointer {
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

    /// A parameter too few would be that of the last run; one that runs would be begun anew.
    @inline(__always)
    private func expectFree(parameters count: Int) {
        let statement = prepared.sqliteStatement
        precondition(sqlite3_stmt_busy(statement) == 0)
        precondition(Int(sqlite3_bind_parameter_count(statement)) == count)
    }

    @inline(__always)
    private func bind(_ values: [Int64?]) {
        expectFree(parameters: values.count)
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
