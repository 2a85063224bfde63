import CommunisCore
import Foundation
import GRDB

/// The nodes as one write transaction sees them: where their chains stand, and what they may do.
final class NodeTable {
    /// Where a node's chain stands in the log.
    struct Chain {
        let key: Int64
        var sequence: UInt64
        var head: ChangesetID
        /// How many of its changesets the log holds.
        var changesets: Int
        var isChanged = false
    }

    /// What a node may do, by what the log says now.
    struct Trust {
        /// The role of what it seals from now on.
        var role: Role
        /// Ids that would come to lie in the ancestry of a statement's heads: these, and only
        /// these, are not judged by the role of now.
        var gaps: Set<ChangesetID>
        var countsVotes: Bool
        var proves: Bool

        func rights(as role: Role) -> Rights {
            Rights(role: role, countsVotes: countsVotes, proves: proves)
        }
    }

    private let database: Database
    private let founder: NodeID
    private var chains: [NodeID: Chain] = [:]
    private var trusts: [NodeID: Trust] = [:]

    init(_ database: Database, founder: NodeID) {
        self.database = database
        self.founder = founder
    }

    /// The key of a node in this file; `nil` for one of which nothing is here.
    func key(of id: NodeID) throws -> Int64? {
        try chains[id]?.key ?? database.integer("SELECT key FROM node WHERE id = ?", id.data)
    }

    /// Where a node's chain stands. A node that has no row yet gets one.
    func chain(of id: NodeID) throws -> Chain {
        if let chain = chains[id] { return chain }
        let key = try ViewWriter.nodeKey(id, database)
        let row = try database.row("SELECT sequence, head, changesets FROM node WHERE key = ?", key)
        let chain = Chain(
            key: key, sequence: try row?.count(0) ?? 0,
            head: try (row?.bytes(1)).flatMap { ChangesetID($0) } ?? .zero,
            changesets: try row?[2] ?? 0)
        chains[id] = chain
        return chain
    }

    func set(_ chain: Chain, of id: NodeID) {
        var chain = chain
        chain.isChanged = true
        chains[id] = chain
    }

    func trust(of id: NodeID) throws -> Trust {
        if let trust = trusts[id] { return trust }
        let trust = try database.trust(of: id, founder: founder)
        trusts[id] = trust
        return trust
    }

    /// To be called when something was said about a node.
    func forgetTrust(of id: NodeID) { trusts[id] = nil }

    /// Writes where the chains stand now.
    func save() throws {
        for (id, chain) in chains where chain.isChanged {
            try database.run(
                "UPDATE node SET sequence = ?, head = ?, changesets = ? WHERE key = ?",
                Int64(clamping: chain.sequence), chain.head == .zero ? nil : chain.head.data,
                chain.changesets, chain.key)
            chains[id]?.isChanged = false
        }
    }
}

extension Database {
    /// What a node may do, by what the log says now.
    func trust(of id: NodeID, founder: NodeID) throws -> NodeTable.Trust {
        let found = try DirectStatement(
            """
            SELECT key, disavowed, proves
            FROM node LEFT JOIN node_standing ON node_standing.node = node.key WHERE id = ?
            """, self
        ).row(id: id) { row in
            (
                key: try row[0], isDisavowed: (try row.optional(1) ?? 0) != 0,
                proves: (try row.optional(2) ?? 0) != 0
            )
        }
        guard let found else {
            // As long as the log is empty, not even the founder has a row.
            return NodeTable.Trust(
                role: id == founder ? .founder : .none, gaps: [], countsVotes: true, proves: false)
        }
        var gaps: Set<ChangesetID> = []
        try DirectStatement("SELECT id FROM chain_gap WHERE node = ?", self)
            .forEachRow(found.key) { gaps.insert(try $0.identifier(0)) }
        return NodeTable.Trust(
            role: id == founder
                ? .founder : try standing(of: found.key, founder: founder).current,
            gaps: gaps, countsVotes: !found.isDisavowed, proves: found.proves)
    }
}

extension Database {
    /// What was said about a node's role by those who had the right to.
    func standing(of node: Int64, founder: NodeID) throws -> NodeStanding {
        var statements: [RoleStatement] = []
        try DirectStatement(
            """
            SELECT role_statement.timestamp, author.id, changeset.id, position,
                role_statement.role, heads
            FROM role_statement
                JOIN changeset ON changeset.arrival = role_statement.changeset
                JOIN node AS author ON author.key = changeset.node
            WHERE role_statement.node = ?
            """, self
        ).forEachRow(node) { row in
            let author: NodeID = try row.identifier(1)
            statements.append(
                RoleStatement(
                    isFounders: author == founder,
                    precedence: Precedence(
                        timestamp: HybridTimestamp(column: try row[0]), node: author,
                        changeset: try row.identifier(2), index: Int(try row[3])),
                    role: Role(rawValue: UInt8(truncatingIfNeeded: try row[4])) ?? .none,
                    heads: ChangesetID.list(try row.bytes(5).map { Array($0) } ?? [])))
        }
        return NodeStanding(statements)
    }
}

extension ChangesetID {
    /// Ids that were stored back to back.
    static func list(_ bytes: [UInt8]) -> [ChangesetID] {
        stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount).compactMap {
            ChangesetID(Array(bytes[$0..<$0 + byteCount]))
        }
    }
}
