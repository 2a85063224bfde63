import CommunisCore
import GRDB

/// How two ideas are joined.
package enum JoinState: Sendable {
    case apart
    /// By a join of exactly these two.
    case direct
    /// By joins of others between them: the shortest way from one to the other, both included.
    case through([IdeaID])
}

extension Board {
    /// How two ideas are joined, if they are.
    package func joinState(of pair: IdeaPair) throws(BoardError) -> JoinState {
        try read { database in
            let way = try Joins(database).way(from: pair.first, to: pair.second)
            return switch way.count {
            case 0: .apart
            case 2: .direct
            default: .through(way)
            }
        }
    }

    /// Whether a member objects to counting across a pair.
    package func objects(_ member: MemberID, to pair: IdeaPair) throws(BoardError) -> Bool {
        try read { database in
            try database.integer(
                """
                SELECT consent FROM carry WHERE first = (SELECT key FROM idea WHERE id = ?)
                    AND second = (SELECT key FROM idea WHERE id = ?)
                    AND member = (SELECT key FROM member WHERE id = ?)
                """, pair.first.data, pair.second.data, member.data)
                == Int64(Consent.objects.rawValue)
        }
    }

    /// The ideas on which a member's vote stands, among those that are one with an idea for that
    /// member: what taking back a vote on it takes back.
    package func standingVotes(of member: MemberID, joinedWith idea: IdeaID)
        throws(BoardError) -> [IdeaID]
    {
        try read { database in
            guard
                let key = try database.integer("SELECT key FROM idea WHERE id = ?", idea.data),
                let memberKey = try database.integer(
                    "SELECT key FROM member WHERE id = ?", member.data)
            else { return [] }
            guard let cluster = try ClusterTable(database).cluster(of: key) else {
                return try database.integer(
                    "SELECT 1 FROM vote WHERE idea = ? AND member = ? AND vote & 15 <> 0", key,
                    memberKey) == nil ? [] : [idea]
            }
            let votes = try database.rows(
                """
                SELECT vote.idea, idea.id FROM vote
                CROSS JOIN cluster ON cluster.idea = vote.idea
                CROSS JOIN idea ON idea.key = vote.idea
                WHERE member = ? AND canonical = ? AND vote & 15 <> 0
                """, memberKey, cluster.canonical)
            let ids: [Int64: IdeaID] = try votes.reduce(into: [:]) {
                $0[try $1[0]] = try $1.identifier(1)
            }
            return try cluster.ideas(among: Array(ids.keys), joinedWith: key, for: memberKey)
                .compactMap { ids[$0] }.sorted()
        }
    }

    /// What an idea builds on, what that builds on, and so on: the nearest first.
    package func ancestors(of idea: IdeaID, limit: Int) throws(BoardError) -> [IdeaID] {
        try read { database in
            var found: [IdeaID] = []
            var seen: Set<IdeaID> = [idea]
            var next = idea
            while found.count < limit,
                let row = try database.row("SELECT builds_on FROM idea WHERE id = ?", next.data),
                let base = IdeaID(try row.bytes(0)), seen.insert(base).inserted
            {
                found.append(base)
                next = base
            }
            return found
        }
    }

    /// The ideas that build on an idea, the oldest first.
    package func descendants(of idea: IdeaID, limit: Int) throws(BoardError) -> [IdeaID] {
        try read { database in
            try database.rows(
                """
                SELECT id FROM idea WHERE builds_on = ?1 AND id <> ?1 AND created IS NOT NULL
                    AND NOT hidden AND NOT withdrawn ORDER BY created, id LIMIT ?2
                """, idea.data, limit
            ).map { try $0.identifier(0) }
        }
    }
}

/// The graph of joins.
private struct Joins {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// The shortest way between two ideas; empty if there is none. Of several it is the one that the
    /// ids decide.
    func way(from start: IdeaID, to end: IdeaID) throws -> [IdeaID] {
        let clusters = try ClusterTable(database)
        guard
            let key = try database.integer("SELECT key FROM idea WHERE id = ?", start.data),
            let cluster = try clusters.cluster(of: key)
        else { return [] }
        let neighbours = try neighbours(in: cluster)
        var before: [IdeaID: IdeaID] = [:]
        var layer = [start]
        while !layer.isEmpty && before[end] == nil {
            var next: [IdeaID] = []
            for idea in layer {
                for other in neighbours[idea] ?? [] where other != start && before[other] == nil {
                    before[other] = idea
                    next.append(other)
                }
            }
            layer = next
        }
        guard before[end] != nil else { return [] }
        var way = [end]
        while let last = way.last, let previous = before[last] { way.append(previous) }
        return way.reversed()
    }

    /// The ideas with which each of a cluster is joined, by id.
    private func neighbours(in cluster: Cluster) throws -> [IdeaID: [IdeaID]] {
        let graph = try cluster.graph()
        let statement = try DirectStatement("SELECT id FROM idea WHERE key = ?", database)
        let ids = try graph.ideas.map { key -> IdeaID in
            guard let id: IdeaID = try statement.row(key, read: { try $0.identifier(0) }) else {
                throw Row.damaged
            }
            return id
        }
        var neighbours: [IdeaID: [IdeaID]] = [:]
        for (first, second) in graph.ends {
            neighbours[ids[first], default: []].append(ids[second])
            neighbours[ids[second], default: []].append(ids[first])
        }
        return neighbours.mapValues { $0.sorted() }
    }
}
