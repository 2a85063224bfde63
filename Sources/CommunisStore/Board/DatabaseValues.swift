import CommunisCore
import Foundation
import GRDB

extension [UInt8] {
    var data: Data { Data(self) }
}

extension FixedBytes {
    var data: Data { Data(bytes) }
}

extension HybridTimestamp {
    /// As SQLite keeps it. Below 2^63, since milliseconds lie below 2^47.
    var column: Int64 { Int64(bitPattern: rawValue) }
    init(column: Int64) { self.init(rawValue: UInt64(bitPattern: column)) }
}

// The values of a row, as the columns have them. What a damaged page gives is no reason to trap, as
// GRDB's own subscripts do: these throw.
extension Row {
    subscript(_ column: Int) -> Int64 { get throws { try value(column) } }
    subscript(_ column: Int) -> Int64? { get throws { try optional(column) } }
    subscript(_ column: Int) -> Int { get throws { try value(column) } }
    subscript(_ column: Int) -> Int? { get throws { try optional(column) } }
    subscript(_ column: Int) -> Bool { get throws { try value(column) } }
    subscript(_ column: Int) -> Bool? { get throws { try optional(column) } }
    subscript(_ column: Int) -> String { get throws { try value(column) } }
    subscript(_ column: Int) -> String? { get throws { try optional(column) } }
    subscript(_ column: Int) -> Data { get throws { try value(column) } }
    subscript(_ column: Int) -> Data? { get throws { try optional(column) } }

    func identifier<Identifier: FixedBytes>(_ column: Int) throws -> Identifier {
        let data = try self[column] as Data? ?? Data()
        guard let identifier = data.withUnsafeBytes({ Identifier($0) }) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "an identifier has a wrong size")
        }
        return identifier
    }

    func timestamp(_ column: Int) throws -> HybridTimestamp {
        HybridTimestamp(column: try self[column])
    }

    func bytes(_ column: Int) throws -> [UInt8] {
        // A copy of memory; as a sequence, Data is read a byte at a time.
        (try self[column] as Data? ?? Data()).withUnsafeBytes { Array($0) }
    }

    /// A number that is never negative.
    func count(_ column: Int) throws -> UInt64 {
        guard let count = UInt64(exactly: try self[column] as Int64) else { throw Self.damaged }
        return count
    }

    private func value<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value {
        guard let value: Value = try optional(column) else { throw Self.damaged }
        return value
    }

    private func optional<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value? {
        let stored: DatabaseValue = self[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw Self.damaged }
        return value
    }

    static var damaged: DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a value is not of its column's kind")
    }
}

extension Database {
    /// Runs a statement that returns nothing, prepared once a connection.
    func run(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws {
        try run(sql, arguments)
    }

    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }

    func row(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    func rows(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    func integer(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws -> Int64? {
        try Int64.fetchOne(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }
}
