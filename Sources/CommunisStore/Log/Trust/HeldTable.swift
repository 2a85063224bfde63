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
        /// It lacks a text that nothing erased, as far as is known here, and its node has no role.
        case lacksText = 2
        /// The same, and its node had a role when it came: it would be in the log but for that. In a large
        /// sync the erasure may follow long after it.
        case awaitsErasure = 3

        var isTextLacking: Bool { self != .noRole }
    }

    struct Entry {
        var key: Int64
        var id: ChangesetID
        var cameFrom: Int64?
        var reason: Reason
        var header: ChangesetHeader
    }

    /// What peers may add; what leaves this log by a revocation is kept in any case.
    static let countLimit: Int64 = 10_000
    static let countLimitPerNode: Int64 = 1_000
    /// Whoever makes up keys by the dozen leaves room for what others bring.
    static let countLimitPerPeer: Int64 = 2_000
    /// Of what awaits an erasure, beside all that: whoever may write cannot take the room of the others.
    static let awaitingLimit: Int64 = 10_000
    static let byteLimit: Int64 = 64 * 1_024 * 1_024

    /// How full the table is: counted once in a transaction, kept up to date after that.
    private struct Filling {
        var count, bytes: Int64
        var awaitingCount, awaitingBytes: Int64
        var countOfNode: [Int64: Int64] = [:]
        var countOfPeer: [Int64: Int64] = [:]

        mutating func add(
            _ sign: Int64, bytes size: Int64, node: Int64, peer: Int64?, _ reason: Reason
        ) {
            guard reason != .awaitsErasure else {
                awaitingCount += sign
                awaitingBytes += sign * size
                return
            }
            count += sign
            bytes += sign * size
            countOfNode[node]? += sign
            if let peer { countOfPeer[peer]? += sign }
        }
    }

    let database: Database
    private var filling: Filling?

    init(_ database: Database) { self.database = database }

    /// Keeps a changeset that came from elsewhere. Its node gets a row here only if it is kept, so
    /// that who is refused leaves nothing behind.
    ///
    /// - Parameter isGranted: whether there is room for it in any case.
    /// - Returns: `false` where there is no room for it.
    mutating func add(
        _ changeset: OpenedChangeset, nodes: NodeTable, from peer: Int64?, _ reason: Reason,
        isGranted: Bool
    ) throws -> Bool {
        let id = changeset.id
        let known = try self.reason(of: id)
        // One that came without its text may come again with it.
        guard known?.isTextLacking != false, known != reason else { return true }
        let node = changeset.header.node
        // Where there is no room the one without its text stays.
        guard try isGranted || hasRoom(for: nodes.key(of: node), from: peer, reason) else {
            return false
        }
        if known != nil { try remove(id) }
        try insert(changeset.sealed, id, node: nodes.chain(of: node).key, from: peer, reason)
        return true
    }

    /// Keeps a changeset that was in the log.
    mutating func insert(
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
        guard database.changesCount == 1 else { return }
        filling?.add(1, bytes: Int64(sealed.payload.count), node: node, peer: peer, reason)
    }

    /// Why a changeset waits; `nil` for one that does not.
    func reason(of id: ChangesetID) throws -> Reason? {
        try database.integer("SELECT reason FROM held WHERE id = ?", id.data)
            .flatMap { Reason(rawValue: $0) }
    }

    /// Notes why a changeset waits now.
    mutating func note(_ reason: Reason, of entry: Entry) throws {
        guard reason != entry.reason else { return }
        filling = nil
        try database.run(
            "UPDATE held SET reason = ? WHERE key = ?", reason.rawValue, entry.key)
    }

    mutating func remove(_ id: ChangesetID) throws {
        guard
            let row = try database.row(
                """
                DELETE FROM held WHERE id = ? RETURNING node, length(payload), came_from, reason
                """, id.data)
        else { return }
        filling?.add(
            -1, bytes: try row[1], node: try row[0], peer: try row[2],
            Reason(rawValue: try row[3]) ?? .noRole)
    }

    var isEmpty: Bool {
        get throws { try database.integer("SELECT EXISTS(SELECT 1 FROM held)") == 0 }
    }

    func entries(of node: Int64) throws -> [Entry] { try entries("node = ?", node) }

    /// By the reasons that there are: whoever settles them ends at none, and a damaged file may
    /// hold others.
    func entriesLackingText() throws -> [Entry] {
        try entries("reason IN (?, ?)", Reason.lacksText.rawValue, Reason.awaitsErasure.rawValue)
    }

    /// The changeset of an entry: each by itself, since all together may be large.
    func changeset(of entry: Entry) throws -> SealedChangeset {
        guard
            let row = try database.row(
                "SELECT header, payload, signature FROM held WHERE key = ?", entry.key)
        else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "a held changeset is not there")
        }
        return SealedChangeset(
            header: try row.bytes(0), payload: try row.bytes(1), signature: try row.bytes(2))
    }

    func hasEntries(of node: Int64) throws -> Bool {
        try database.integer("SELECT EXISTS(SELECT 1 FROM held WHERE node = ?)", node) == 1
    }

    private func entries(_ condition: String, _ arguments: Int64...) throws -> [Entry] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT key, id, came_from, reason, header FROM held WHERE \(condition)
                    ORDER BY key
                    """),
            arguments: StatementArguments(arguments)
        ).compactMap { row in
            guard let header = ChangesetHeader(try row.bytes(4)) else { return nil }
            return Entry(
                key: try row[0], id: try row.identifier(1), cameFrom: try row[2],
                reason: Reason(rawValue: try row[3]) ?? .noRole, header: header)
        }
    }

    /// - Parameter node: `nil` for one of which nothing is here.
    private mutating func hasRoom(for node: Int64?, from peer: Int64?, _ reason: Reason) throws
        -> Bool
    {
        var filling = try self.filling ?? counted()
        defer { self.filling = filling }
        guard reason != .awaitsErasure else {
            return filling.awaitingCount < Self.awaitingLimit
                && filling.awaitingBytes < Self.byteLimit
        }
        let own = try count("node", node, &filling.countOfNode)
        let brought = try count("came_from", peer, &filling.countOfPeer)
        return own < Self.countLimitPerNode && brought < Self.countLimitPerPeer
            && filling.count < Self.countLimit
            && filling.bytes < Self.byteLimit
    }

    /// How many entries have this key in a column, counted once.
    private func count(_ column: String, _ key: Int64?, _ known: inout [Int64: Int64]) throws
        -> Int64
    {
        guard let key else { return 0 }
        let count =
            try known[key]
            ?? database.integer(
                "SELECT count(*) FROM held WHERE \(column) = ? AND reason <> ?", key,
                Reason.awaitsErasure.rawValue) ?? 0
        known[key] = count
        return count
    }

    private func counted() throws -> Filling {
        let row = try database.row(
            """
            SELECT count(*) FILTER (WHERE reason <> ?1),
                coalesce(sum(length(payload)) FILTER (WHERE reason <> ?1), 0),
                count(*) FILTER (WHERE reason = ?1),
                coalesce(sum(length(payload)) FILTER (WHERE reason = ?1), 0)
            FROM held
            """, Reason.awaitsErasure.rawValue)
        return Filling(
            count: try row?[0] ?? 0, bytes: try row?[1] ?? 0, awaitingCount: try row?[2] ?? 0,
            awaitingBytes: try row?[3] ?? 0)
    }
}
