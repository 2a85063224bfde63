import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What is to be gone: its bytes leave the log, its digest stays, so that the changeset
/// still verifies.
enum Erasure {
    /// Drops the bytes of every erased slot that the log, or what is held beside it, still holds.
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
        for row in try database.rows(
            "SELECT key, payload, id FROM held WHERE id IN (SELECT changeset FROM erased)")
        {
            let held = SealedChangeset(header: [], payload: try row.bytes(1), signature: [])
            let payload = held.erasing(
                try database.erasedSlots(of: try row.identifier(2))
            ).payload
            guard payload != held.payload else { continue }
            try database.run(
                "UPDATE held SET payload = ? WHERE key = ?", Data(payload), try row[0] as Int64)
            hasDropped = true
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
    /// The same changeset without the contents of these slots. All can go but those of closed kinds.
    func erasing(_ numbers: Set<UInt32>) -> SealedChangeset {
        guard var slots = [Slot](payload: payload) else { return self }
        for number in numbers where Int(number) < slots.count {
            let slot = slots[Int(number)]
            if !slot.isClosed { slots[Int(number)] = slot.erased }
        }
        var changeset = self
        changeset.payload = slots.payload
        return changeset
    }
}
