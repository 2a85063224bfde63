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
    ///   its effect too, for good: a later role does not give it back. What it erased is said again
    ///   in this node's name.
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
        var drafts =
            try cut.map { cut throws(BoardError) in
                try read { try $0.doneErasures(of: node, from: cut, board: id) }
            }?.map { Draft(by: nil, $0) } ?? []
        drafts.append(Draft(by: nil, content))
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
        var ends = entries
        for header in entries.values { ends[header.previous] = nil }
        let latest = ends.sorted {
            ($1.value.sequence, $0.key) < ($0.value.sequence, $1.key)
        }
        return latest.prefix(Self.headLimit).map(\.key).sorted()
    }

    /// How many ends of a chain a statement names. An honest one has one, or two where its key was
    /// copied. Of a node that makes more, so as to make a statement too long to be sealed, those of
    /// the greatest sequences are named, and what hangs on the others is judged as what comes later.
    private static var headLimit: Int { 1_000 }

    /// How many changesets of a node are here that it sealed with times from a moment on.
    package func changesetCount(of node: NodeID, from moment: Milliseconds) throws(BoardError)
        -> Int
    {
        try read { database in
            Int(
                try database.integer(
                    """
                    SELECT count(*) FROM changeset JOIN node ON node.key = changeset.node
                    WHERE node.id = ? AND timestamp >= ?
                    """, node.data, HybridTimestamp(moment).column) ?? 0)
        }
    }
}

extension Database {
    /// What a node erased from a moment on, as far as it is erased here.
    ///
    /// An erasure that loses its effect asks for the text again, and where no copy has it any more the
    /// whole changeset that held it, with what others wrote in it, would be held outside every log.
    fileprivate func doneErasures(of node: NodeID, from moment: Milliseconds, board: BoardID) throws
        -> [ChangeContent]
    {
        let own = try rows(
            """
            SELECT \(ChangesetRow.columns) FROM changeset
            WHERE node = (SELECT key FROM node WHERE id = ?) AND timestamp >= ?
            """, node.data, HybridTimestamp(moment).column)
        var found: [ChangeContent] = []
        for row in own {
            let changeset = try ChangesetRow(row).sealed.open(
                board: board, verifyingSignature: false)
            for slot in changeset.slots {
                guard case .change(let change) = slot.content,
                    case .erase(let target, let number) = change.content,
                    try integer(
                        "SELECT 1 FROM erased WHERE changeset = ? AND slot = ?", target.data,
                        Int64(number)) != nil
                else { continue }
                found.append(change.content)
            }
        }
        return found
    }
}
