import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// Changesets that are verified and not (yet) of the set: outside the log, its check value and
/// every sync. What strangers send can fill it only so far.
struct HeldTable {
    enum Reason: Int64 {
        /// Its node has no role that writes.
        case noRole = 1
        /// It lacks a text that nothing erased, as far as is known here.
        case lacksText = 2
    }

    struct Entry {
        var key: Int64
        var id: ChangesetID
        var cameFrom: Int64?
        var reason: Reason
        var sealed: SealedChangeset
    }

    /// What peers may add; what leaves this log by a revocation is kept in any case.
    static let countLimit: Int64 = 10_000
    static let countLimitPerNode: Int64 = 1_000
    static let byteLimit: Int64 = 64 * 1_024 * 1_024

    let database: Database

    /// Keeps a changeset that came from elsewhere.
    ///
    /// - Returns: `false` where there is no room for it.
    func add(_ changeset: OpenedChangeset, node: Int64, from peer: Int64?, _ reason: Reason) throws
        -> Bool
    {
        let id = changeset.id
        if let known = try database.row("SELECT reason FROM held WHERE id = ?", id.data) {
            // One that came without its text may come again with it.
            if Reason(rawValue: known[0]) == .lacksText { try remove(id) } else { return true }
        }
        guard try hasRoom(for: node) else { return false }
        try insert(changeset.sealed, id, node: node, from: peer, reason)
        return true
    }

    /// Keeps a changeset that was in the log.
    func insert(
        _ sealed: SealedChangeset, _ id: ChangesetID, node: Int64, from peer: Int64?,
        _ reason: Reason
    ) throws {
        try database.run(
            """
            INSERT OR IGNORE INTO held(id, node, came_from, reason, header, payload, signature)
            VALUES(?, ?, ?, ?, ?, ?, ?)
            """,
            id.data, node, peer, reason.rawValue, Data(sealed.header), Data(sealed.payload),
            Data(sealed.signature))
    }

    func remove(_ id: ChangesetID) throws {
        try database.run("DELETE FROM held WHERE id = ?", id.data)
    }

    var isEmpty: Bool {
        get throws { try database.integer("SELECT EXISTS(SELECT 1 FROM held)") == 0 }
    }

    func entries(of node: Int64) throws -> [Entry] { try entries("node = ?", node) }

    func entriesLackingText() throws -> [Entry] {
        try entries("reason = ?", Reason.lacksText.rawValue)
    }

    func hasEntries(of node: Int64) throws -> Bool {
        try database.integer("SELECT EXISTS(SELECT 1 FROM held WHERE node = ?)", node) == 1
    }

    private func entries(_ condition: String, _ argument: Int64) throws -> [Entry] {
        try database.rows(
            """
            SELECT key, id, came_from, reason, header, payload, signature FROM held
            WHERE \(condition) ORDER BY key
            """, argument
        ).map { row in
            Entry(
                key: row[0], id: try row.identifier(1), cameFrom: row[2],
                reason: Reason(rawValue: row[3]) ?? .noRole,
                sealed: SealedChangeset(
                    header: row.bytes(4), payload: row.bytes(5), signature: row.bytes(6)))
        }
    }

    private func hasRoom(for node: Int64) throws -> Bool {
        let own = try database.integer("SELECT count(*) FROM held WHERE node = ?", node) ?? 0
        guard own < Self.countLimitPerNode else { return false }
        let row = try database.row("SELECT count(*), coalesce(sum(length(payload)), 0) FROM held")
        return (row?[0] as Int64? ?? 0) < Self.countLimit
            && (row?[1] as Int64? ?? 0) < Self.byteLimit
    }
}
