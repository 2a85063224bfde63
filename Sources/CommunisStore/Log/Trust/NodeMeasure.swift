import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What counts on a board at one moment of a transaction, to be compared with what counts later in it.
///
/// All but votes is kept in temporary tables, by ids, since the view's own keys change when it is computed anew.
struct NodeMeasure {
    private let node: NodeID
    private let board: BoardID
    private let founder: NodeID
    /// The node's key in this file; 0 where it has none.
    private let key: Int64
    /// The node's changesets that wait for their time.
    private let waiting: [ChangesetID: Waiting]
    private let roles: [NodeID: Int64]
    private let votes: VoteMeasure

    /// A changeset that waits for its time, with what it may say.
    private struct Waiting {
        var timestamp: HybridTimestamp
        var rights: Rights
    }

    init(of node: NodeID, _ database: Database, board: BoardID, founder: NodeID) throws {
        (self.node, self.board, self.founder) = (node, board, founder)
        key = try database.integer("SELECT key FROM node WHERE id = ?", node.data) ?? 0
        roles = try Self.roles(database, but: node)
        let trust = try database.trust(of: node, founder: founder)
        waiting = try Self.waiting(database, of: key, trust)
        votes = try VoteMeasure(database)
        try Self.note("was", database, but: node)
    }

    /// What changed since then. Ends the measuring.
    func effect(_ database: Database) throws -> NodeEffect {
        try Self.note("now", database, but: node)
        var effect = NodeEffect()
        let (own, others) = try votes.changes(database, of: key)
        effect.kept = try share(
            database, own.kept, in: "now", and: "was", isSame: true, isOwn: true)
        effect.lost = try share(database, own.lost, in: "was", and: "now", isOwn: true)
        effect.gained = try share(database, own.gained, in: "now", and: "was", isOwn: true)
        effect.othersLost = try share(database, others.lost, in: "was", and: "now", isOwn: false)
        effect.othersGained = try share(
            database, others.gained, in: "now", and: "was", isOwn: false)
        effect.lostWaiting = try lostWaiting(database)
        let after = try Self.roles(database, but: node)
        effect.changedRoles = Set(roles.keys).union(after.keys)
            .count(where: { roles[$0] != after[$0] })
        effect.unread = Int(
            try database.integer(
                "SELECT count(*) FROM changeset WHERE node = ? AND verdict = ? AND role >= ?", key,
                Verdict.unknown.rawValue, Int64(Role.contributor.rawValue)) ?? 0)
        for table in ["was_said", "now_said"] {
            try database.execute(sql: "DROP TABLE IF EXISTS temp.\(table)")
        }
        return effect
    }

    // MARK: - What counts

    /// Notes who said what counts: every idea, comment and other register, but for first titles, which
    /// are part of their ideas, for erasures, and for the words about the node itself.
    private static func note(_ name: String, _ database: Database, but node: NodeID) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE \(name)_said(
                    part INTEGER, key BLOB, timestamp INTEGER, node INTEGER,
                    PRIMARY KEY(part, key)) WITHOUT ROWID;
                INSERT INTO temp.\(name)_said
                SELECT \(Part.idea.rawValue), idea.id, created, changeset.node
                FROM idea JOIN register ON register.kind = 14 AND register.key = idea.id
                    JOIN changeset ON changeset.arrival = register.changeset
                WHERE created IS NOT NULL;
                INSERT INTO temp.\(name)_said
                SELECT \(Part.comment.rawValue), comment.id, comment.created, changeset.node
                FROM \(CommentRow.tables)
                    JOIN register ON register.kind = 5
                        AND register.key = CAST(comment.id || x'01' AS BLOB)
                    JOIN changeset ON changeset.arrival = register.changeset;
                INSERT INTO temp.\(name)_said
                SELECT kind, key, register.timestamp, changeset.node
                FROM register JOIN changeset ON changeset.arrival = register.changeset
                WHERE kind NOT IN (13, 14)
                    AND NOT (kind = 12 AND substr(key, 1, 32) = x'\(Hexadecimal.encode(node.bytes))')
                    AND NOT (kind = 5 AND substr(key, -1) = x'01')
                    AND NOT (kind = 2 AND EXISTS(
                        SELECT 1 FROM revision
                        WHERE id = register.key AND field = 1 AND length(heads) = 0));
                """)
    }

    /// What is noted beside the registers, which stand under their kind.
    private enum Part: Int {
        /// An idea, by who made it.
        case idea = -1
        /// A comment, by its text.
        case comment = -2
    }

    /// Counts what is in one note, and is the same in the other or not.
    ///
    /// - Parameter isOwn: whether of the node, or of all others.
    private func share(
        _ database: Database, _ votes: VoteMeasure.Count, in one: String, and other: String,
        isSame: Bool = false, isOwn: Bool
    ) throws -> NodeEffect.Share {
        let (own, same) = (isOwn ? "=" : "<>", isSame ? "EXISTS" : "NOT EXISTS")
        var share = NodeEffect.Share()
        (share.votes, share.people, share.votedIdeas) = (
            votes.votes, votes.people, votes.votedIdeas
        )
        func count(_ part: String, _ condition: String = "") throws -> Int {
            Int(
                try database.integer(
                    """
                    SELECT count(*) FROM temp.\(one)_said AS one
                    WHERE part \(part) AND node \(own) ? AND \(same)(
                        SELECT 1 FROM temp.\(other)_said AS other
                        WHERE other.part = one.part AND other.key = one.key \(condition))
                    """, key) ?? 0)
        }
        share.ideas = try count("= \(Part.idea.rawValue)")
        share.comments = try count("= \(Part.comment.rawValue)")
        share.others = try count(
            "> 0", "AND other.timestamp = one.timestamp AND other.node = one.node")
        return share
    }

    private static func roles(_ database: Database, but node: NodeID) throws -> [NodeID: Int64] {
        let rows = try database.rows(
            """
            SELECT node.id, role FROM node_standing JOIN node ON node.key = node_standing.node
            WHERE role IS NOT NULL AND node.id <> ?
            """, node.data)
        return try rows.reduce(into: [:]) { $0[try $1.identifier(0)] = try $1[1] as Int64 }
    }
}

// What waits for its time is in no register: it is counted as it is said.
extension NodeMeasure {
    private static func waiting(
        _ database: Database, of node: Int64, _ trust: NodeTable.Trust
    ) throws -> [ChangesetID: Waiting] {
        let rows = try database.rows(
            """
            SELECT id, timestamp, role FROM changeset WHERE verdict = \(Verdict.parked.rawValue)
                AND node = ? AND role >= ?
            """, node, Int64(Role.contributor.rawValue))
        return try rows.reduce(into: [:]) { waiting, row in
            let role = Role(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64)) ?? .none
            waiting[try row.identifier(0)] = Waiting(
                timestamp: try row.timestamp(1), rights: trust.rights(as: role))
        }
    }

    private func lostWaiting(_ database: Database) throws -> NodeEffect.Share {
        let trust = try database.trust(of: node, founder: founder)
        let now = try Self.waiting(database, of: key, trust)
        var lost = LostChanges()
        for (id, before) in waiting {
            let after = now[id]?.rights ?? Rights(role: .none)
            guard after != before.rights,
                let row = try database.row(
                    """
                    SELECT header, payload, signature FROM changeset WHERE timestamp = ?1 AND id = ?2
                    UNION ALL SELECT header, payload, signature FROM held WHERE id = ?2
                    """, before.timestamp.column, id.data)
            else { continue }
            let sealed = SealedChangeset(
                header: try row.bytes(0), payload: try row.bytes(1), signature: try row.bytes(2))
            let changeset = try sealed.open(board: board, verifyingSignature: false)
            let erased = try database.erasedSlots(of: id)
            for (number, slot) in changeset.slots.enumerated()
            where !(slot.isErasable && erased.contains(UInt32(number))) {
                lost.count(slot, of: node, before: before.rights, after: after)
            }
        }
        return lost.share
    }
}

/// Changes that a node might make before, and may not after.
private struct LostChanges {
    private var counted = NodeEffect.Share()
    private var people: Set<MemberID> = []
    private var ideas: Set<IdeaID> = []

    mutating func count(_ slot: OpenedSlot, of node: NodeID, before: Rights, after: Rights) {
        func isLost(_ content: ChangeContent) -> Bool {
            before.allow(content, by: node) && !after.allow(content, by: node)
        }
        switch slot.content {
        case .votes(let block):
            for vote in block.votes where isLost(.vote(vote.idea, vote.vote)) {
                counted.votes += 1
                people.insert(vote.member)
                ideas.insert(vote.idea)
            }
        case .change(let change) where isLost(change.content):
            switch change.content {
            case .idea: counted.ideas += 1
            case .revision(let revision) where revision.field == .title && revision.heads.isEmpty:
                break
            case .comment(_, .text): counted.comments += 1
            case let content where content.kind.isNeverParked: break
            default: counted.others += 1
            }
        default: break
        }
    }

    var share: NodeEffect.Share {
        var share = counted
        (share.people, share.votedIdeas) = (people.count, ideas.count)
        return share
    }
}
