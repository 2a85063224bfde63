import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// Gives a node a role from now on.
    ///
    /// What the node sealed before, as far as it is known here, keeps counting as it did: a
    /// demotion takes nothing back, and a promotion legalises nothing. Only the first role a node
    /// is given covers what it sealed before it, so that a copy may be set up before it is
    /// admitted.
    ///
    /// - Parameter cut: where the node loses a role, what it sealed with times from this on loses
    ///   its effect too.
    /// - Throws: `notPermitted` where this node may not give or take the role; `notUnderstood` for
    ///   a key of small order.
    package func setRole(
        of node: NodeID, to role: Role, name: String? = nil, cut: Milliseconds? = nil
    ) throws(BoardError) {
        guard node != founder else {
            throw BoardError(
                .notPermitted, "nobody gives or takes the founder's role",
                "name another copy; `communis node list` shows them")
        }
        guard !node.isSmallOrder else {
            throw BoardError(
                .notUnderstood, "this is not the key of a copy: anyone could sign for it",
                "give the id that the copy shows")
        }
        let isLosing = role < .contributor
        let heads: [ChangesetID] = try read { database in
            try self.heads(of: node, losing: isLosing, cut: cut, database)
        }
        let content = ChangeContent.node(node, .role(role, heads: heads))
        try checkRight(to: content)
        guard try isOutranked(node) == false else {
            throw BoardError(
                .notPermitted, "the founder gave this copy its role, which outranks a steward",
                "do it at the founder's copy of the board")
        }
        var drafts = [Draft(by: nil, content)]
        if let name { drafts.append(Draft(by: nil, .node(node, .name(name)))) }
        try write(drafts)
    }

    /// Whether only the founder's word about a node would count.
    private func isOutranked(_ node: NodeID) throws(BoardError) -> Bool {
        guard self.node != founder else { return false }
        return try read { database in
            guard let key = try database.integer("SELECT key FROM node WHERE id = ?", node.data)
            else { return false }
            return try database.standing(of: key, founder: founder).statements
                .contains(where: \.isFounders)
        }
    }

    /// The ends of the node's chain here.
    private func heads(
        of node: NodeID, losing: Bool, cut: Milliseconds?, _ database: Database
    ) throws -> [ChangesetID] {
        guard let key = try database.integer("SELECT key FROM node WHERE id = ?", node.data),
            try !database.standing(of: key, founder: founder).statements.isEmpty
        else { return [] }
        var entries: [ChangesetID: ChangesetHeader] = [:]
        let rows = try database.rows(
            """
            SELECT id, header FROM changeset WHERE node = ?1
            UNION ALL SELECT id, header FROM held WHERE node = ?1 AND ?2 = 0
            """, key, losing)
        for row in rows {
            guard let header = ChangesetHeader(try row.bytes(1)) else { continue }
            if let cut, header.timestamp.moment >= cut { continue }
            entries[try row.identifier(0)] = header
        }
        return Set(entries.keys).subtracting(entries.values.map(\.previous)).sorted()
    }
}
