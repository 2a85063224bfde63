import CommunisCore
import GRDB

/// The integers by which this file knows the ideas or the members: found, or given to those that
/// are new. A first sync looks up every member there is.
struct LocalKeys<Identifier: FixedBytes> {
    private let database: Database
    private let selection, insertion: DirectStatement
    private var known: [Identifier: Int64] = [:]

    /// - Parameters:
    ///   - finding: selects the key of the id that is its only parameter.
    ///   - adding: inserts the id that is its only parameter; the row gets a key.
    init(finding: String, adding: String, in database: Database) throws {
        self.database = database
        selection = try DirectStatement(finding, database)
        insertion = try DirectStatement(adding, database)
    }

    /// Makes room for so many that are about to be asked for.
    mutating func reserve(_ count: Int) { known.reserveCapacity(known.count + count) }

    /// The key, and whether it was given just now.
    mutating func key(_ id: Identifier) throws -> (key: Int64, isNew: Bool) {
        if let key = known[id] { return (key, false) }
        let found = try selection.row(id: id) { try $0[0] }
        let key = try found ?? insert(id)
        // A vote packs two of them into 64 bits. They are given from 1 on.
        guard key > 0, key <= UInt32.max else { throw Row.damaged }
        known[id] = key
        return (key, found == nil)
    }

    private func insert(_ id: Identifier) throws -> Int64 {
        try insertion.run(id: id)
        return database.lastInsertedRowID
    }
}
