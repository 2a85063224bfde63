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

extension Row {
    func identifier<Identifier: FixedBytes>(_ column: Int) throws -> Identifier {
        let data = (self[column] as Data?) ?? Data()
        guard let identifier = data.withUnsafeBytes({ Identifier($0) }) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "an identifier has a wrong size")
        }
        return identifier
    }

    func timestamp(_ column: Int) -> HybridTimestamp { HybridTimestamp(column: self[column]) }

    func bytes(_ column: Int) -> [UInt8] {
        // A copy of memory; as a sequence, Data is read a byte at a time.
        ((self[column] as Data?) ?? Data()).withUnsafeBytes { Array($0) }
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
