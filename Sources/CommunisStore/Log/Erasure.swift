import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// Free text that is to be gone: its bytes leave the log, its digest stays, so that the changeset
/// still verifies.
enum Erasure {
    /// Drops the bytes of every erased slot that the log still holds.
    ///
    /// - Returns: whether there were any.
    static func dropBytes(_ database: Database) throws -> Bool {
        var hasDropped = false
        let rows = try database.rows(
            """
            SELECT \(ChangesetRow.columns) FROM changeset
            WHERE id IN (SELECT changeset FROM erased)
            """)
        for row in try rows.map(ChangesetRow.init) {
            let erased = try database.erasedSlots(of: row.sealed.id)
            let payload = row.sealed.erasing(erased).payload
            if payload != row.sealed.payload {
                try database.run(
                    "UPDATE changeset SET payload = ? WHERE arrival = ?",
                    Data(payload), row.arrival)
                hasDropped = true
            }
        }
        return hasDropped
    }
}

// What was erased is in pages that the file no longer uses, until it is written anew. A note in the
// transaction that erases sees to that where the process ends before.
extension Erasure {
    static func noteUnfinished(_ database: Database) throws {
        try database.run("INSERT OR REPLACE INTO setting(name, value) VALUES(?, '1')", note)
    }

    static func isUnfinished(_ database: Database) throws -> Bool {
        try database.integer("SELECT 1 FROM setting WHERE name = ?", note) != nil
    }

    static func noteFinished(_ database: Database) throws {
        try database.run("DELETE FROM setting WHERE name = ?", note)
    }

    private static let note = "erasing"
}

extension SealedChangeset {
    /// The same changeset without the contents of these slots. Only free text can go.
    func erasing(_ numbers: Set<UInt32>) -> SealedChangeset {
        guard var slots = [Slot](payload: payload) else { return self }
        for number in numbers where Int(number) < slots.count {
            let slot = slots[Int(number)]
            if Register.Kind(rawValue: slot.kind)?.isSalted == true {
                slots[Int(number)] = slot.erased
            }
        }
        var changeset = self
        changeset.payload = slots.payload
        return changeset
    }
}
