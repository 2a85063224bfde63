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
            let joins = try Joins(database)
            let way = try joins.way(from: pair.first, to: pair.second)
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
            let cluster = try ClusterTable(database).cluster(of: key)
            let ideas = cluster?.component(of: key, for: memberKey) ?? [key]
            return try ideas.compactMap { idea -> IdeaID? in
                try database.row(
                    """
                    SELECT idea.id FROM vote JOIN idea ON idea.key = vote.idea
                    WHERE vote.idea = ? AND vote.member = ? AND vote & 15 <> 0
                    """, idea, memberKey
                ).map { try $0.identifier(0) }
            }.sorted()
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

    init(_ database: Database) throws { self.database = database }

    /// The shortest way between two ideas; empty if there is none.
    func way(from start: IdeaID, to end: IdeaID) throws -> [IdeaID] {
        var before: [IdeaID: IdeaID] = [:]
        var layer = [start]
        while !layer.isEmpty && before[end] == nil {
            var next: [IdeaID] = []
            for idea in layer {
                for other in try neighbours(of: idea) where other != start && before[other] == nil {
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

    private func neighbours(of idea: IdeaID) throws -> [IdeaID] {
        try database.rows(
            """
            SELECT other.id FROM idea JOIN same_as ON same_as.first = idea.key
            JOIN idea AS other ON other.key = same_as.second WHERE idea.id = ?1
            UNION SELECT other.id FROM idea JOIN same_as ON same_as.second = idea.key
            JOIN idea AS other ON other.key = same_as.first WHERE idea.id = ?1
            """, idea.data
        ).map { try $0.identifier(0) }
    }
}
