import CommunisCore
import CommunisLog
import GRDB

/// A node's changesets as the one sees them who is about to speak of the node's role, and which of
/// them that word may vouch for.
///
/// To name a changeset is to vouch for all that lies before it, so it is named only where all of that
/// is known and good: one changeset with an early time behind others does not keep them.
struct SpokenChain {
    struct Entry {
        var previous: ChangesetID
        var sequence: UInt64
        var timestamp: HybridTimestamp
        var isInLog: Bool
        /// The role in which it was sealed, by what was said until now.
        var role = Role.none
    }

    /// What lies before a changeset, itself included.
    fileprivate enum Lineage {
        case whole
        /// All that is here is good, but it does not begin where the chain does.
        case reachingOut
        /// Something in it is later than what is vouched for.
        case late
        /// What comes before it is not here.
        case unseen
    }

    /// What a statement vouches for, and what it leaves outside.
    struct Vouched {
        /// The ends of what it vouches for.
        var heads: [ChangesetID] = []
        /// All that lies before the heads, themselves included.
        var covered: Set<ChangesetID> = []
        /// The changesets of the log that had a greater role than it gives, and lie outside.
        var lost: [ChangesetID] = []
        /// How many of them only since something before them is not here.
        var unseenCount = 0
    }

    private(set) var entries: [ChangesetID: Entry] = [:]
    /// Whether nothing was said of the node's role before.
    let isFirst: Bool

    init(of node: Int64, founder: NodeID, _ database: Database) throws {
        let standing = try database.standing(of: node, founder: founder)
        isFirst = standing.statements.isEmpty
        let rows = try database.rows(
            """
            SELECT id, header, 1 FROM changeset WHERE node = ?1
            UNION ALL SELECT id, header, 0 FROM held WHERE node = ?1
            """, node)
        for row in rows {
            guard let header = ChangesetHeader(try row.bytes(1)) else { continue }
            entries[try row.identifier(0)] = Entry(
                previous: header.previous, sequence: header.sequence, timestamp: header.timestamp,
                isInLog: try row[2])
        }
        for (id, role) in standing.judge(entries.mapValues(\.previous)).roles {
            entries[id]?.role = role
        }
    }

    /// What a statement that gives this role vouches for.
    ///
    /// Where it gives no role that writes, all that it names is of the log, and has a whole ancestry
    /// there: nothing that is late, nothing that is not here, or not with its texts. Where it gives one,
    /// what has a greater role by now is held to the same, lest more comes of it later than the new
    /// role allows; and what has a lesser one is named in any case, lest it gets the new one.
    ///
    /// - Parameter isLate: whether what carries a time is left outside.
    func vouched(giving role: Role, isLate: (Milliseconds) -> Bool) -> Vouched {
        guard !isFirst else { return Vouched() }
        let lineages = lineages(giving: role, isLate)
        let named = entries.filter { id, entry in
            role >= .contributor && entry.role < role || lineages[id].map(\.isNamed) ?? false
        }
        var vouched = Vouched(heads: Self.ends(of: named))
        vouched.covered = ancestry(of: vouched.heads)
        for (id, entry) in entries
        where entry.isInLog && entry.role >= .contributor && entry.role > role
            && !vouched.covered.contains(id)
        {
            vouched.lost.append(id)
            if lineages[id] == .unseen { vouched.unseenCount += 1 }
        }
        vouched.lost.sort()
        return vouched
    }

    /// How many ends of a chain a statement names. An honest one has one, or two where its key was
    /// copied. Of a node that makes more, so as to make a statement too long to be sealed, those of
    /// the greatest sequences are named, and what hangs on the others is judged as what comes later.
    private static var headLimit: Int { 1_000 }

    private static func ends(of named: [ChangesetID: Entry]) -> [ChangesetID] {
        var ends = named
        for entry in named.values { ends[entry.previous] = nil }
        let latest = ends.sorted {
            ($1.value.sequence, $0.key) < ($0.value.sequence, $1.key)
        }
        return latest.prefix(headLimit).map(\.key).sorted()
    }

    private func lineages(giving role: Role, _ isLate: (Milliseconds) -> Bool)
        -> [ChangesetID: Lineage]
    {
        var lineages: [ChangesetID: Lineage] = [:]
        for start in entries.keys {
            var path: [Entry] = []
            var ids: [ChangesetID] = []
            var id = start
            while lineages[id] == nil, let entry = entries[id],
                entry.isInLog || role >= .contributor
            {
                path.append(entry)
                ids.append(id)
                id = entry.previous
            }
            var lineage = lineages[id] ?? (id == .zero ? .whole : .reachingOut)
            for (id, entry) in zip(ids, path).reversed() {
                if role < .contributor || entry.role > role {
                    lineage = lineage.followed(byLate: isLate(entry.timestamp.moment))
                }
                lineages[id] = lineage
            }
        }
        return lineages
    }

    private func ancestry(of heads: [ChangesetID]) -> Set<ChangesetID> {
        var ancestry: Set<ChangesetID> = []
        for head in heads {
            var id = head
            while let entry = entries[id], ancestry.insert(id).inserted { id = entry.previous }
        }
        return ancestry
    }
}

extension SpokenChain.Lineage {
    /// What may be named: of what reaches out only where no more is asked of it.
    fileprivate var isNamed: Bool { self == .whole || self == .reachingOut }

    /// The lineage of a changeset that comes next, of which more is asked.
    fileprivate func followed(byLate isLate: Bool) -> Self {
        switch self {
        case .late: .late
        case .whole: isLate ? .late : .whole
        case .reachingOut, .unseen: isLate ? .late : .unseen
        }
    }
}
