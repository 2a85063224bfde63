import CommunisCore
import Foundation
import GRDB

/// An idea as lists and exports show it.
package struct IdeaSummary: Sendable {
    package var id: IdeaID
    package var ref: String
    package var title: String
    package var need: String
    package var body: String
    package var status: Status
    package var statusNote: String
    package var tally: Tally
    package var score: Int
    package var comments: Int
    package var facets: [String]
    package var tags: [String]
    package var createdAt: Milliseconds
    /// The name of the member who submitted it, if it is known.
    package var createdBy: String?
    /// The imported row's own name.
    package var source: String?
    package var isHidden: Bool
    package var isWithdrawn: Bool
    /// Fields that were revised in two places at once.
    package var concurrentFields: [TextField]
    package var buildsOn: IdeaID?
    /// The idea that stands for this one and those joined with it, if that is another.
    package var joinedTo: IdeaID?
    /// The ideas that this one stands for besides itself; its tally counts their votes too.
    package var joined: [IdeaID]
}

/// Which ideas, in which order.
package struct IdeaQuery: Sendable {
    package enum Order: String, CaseIterable, Sendable {
        /// By score, then agreements, then age, then id.
        case top
        /// By Fider's trending score.
        case trending
        /// The youngest first.
        case new
        /// The most comments first.
        case discussed
    }

    package var order = Order.top
    /// At most so many; `nil` for all.
    package var limit: Int?
    package var status: Status?
    package var tag: String?
    package var facet: String?
    /// Counts only votes cast since then, and leaves out ideas without any.
    package var since: Milliseconds?
    /// Also ideas that are hidden or withdrawn.
    package var includesUnlisted = false

    package init() {}
}

extension Board {
    /// The ideas that a query finds, in its order.
    package func ideas(_ query: IdeaQuery) throws(BoardError) -> [IdeaSummary] {
        let now = environment.now()
        return try read { database in
            let ranked: [RankedIdea] =
                if query.order == .trending {
                    try TrendingIdeas.rank(database, node: node, query, now: now)
                } else {
                    try RankedIdea.rank(database, node: node, query)
                }
            return try IdeaSummaries(database).summaries(ranked)
        }
    }

    /// One idea, listed or not.
    package func idea(_ id: IdeaID) throws(BoardError) -> IdeaSummary? {
        try read { database in
            guard let key = try database.integer("SELECT key FROM idea WHERE id = ?", id.data),
                let ranked = try RankedIdea.stored(database, idea: key)
            else { return nil }
            return try IdeaSummaries(database).summaries([ranked]).first
        }
    }
}

/// An idea's key with the counts by which it was ranked.
struct RankedIdea {
    var key: Int64
    var tally: Tally

    static func stored(_ database: Database, idea: Int64) throws -> RankedIdea? {
        try database.row(
            "SELECT idea, agree, disagree, pass, proven FROM tally WHERE idea = ?", idea
        ).map(RankedIdea.init)
    }

    init(key: Int64, tally: Tally) {
        self.key = key
        self.tally = tally
    }

    init(_ row: Row) throws {
        key = try row[0]
        tally = Tally(agree: try row[1], disagree: try row[2], pass: try row[3], proven: try row[4])
    }

    /// Ranks in SQL: along an index where nothing is filtered, so that the top of a large board
    /// costs what is shown.
    static func rank(_ database: Database, node: NodeID, _ query: IdeaQuery) throws
        -> [RankedIdea]
    {
        let ranking = try IdeaRanking(database, node: node, query)
        let order =
            switch query.order {
            case .top, .trending: "score DESC, agree DESC, created, id"
            case .new: "created DESC, id"
            case .discussed: "comments DESC, score DESC, agree DESC, created, id"
            }
        let sql =
            """
            SELECT idea, agree, disagree, pass, proven FROM \(ranking.source)
            WHERE \(ranking.condition) ORDER BY \(order)
            """ + (query.limit.map { " LIMIT \(max(0, $0))" } ?? "")
        return try Row.fetchAll(
            database, sql: sql, arguments: StatementArguments(ranking.arguments)
        ).map(RankedIdea.init)
    }
}

/// Where a query finds its ideas with their counts, and which of them it wants.
struct IdeaRanking {
    /// A table called `tally`, with that one's columns.
    let source: String
    let condition: String
    /// Those of the source, then those of the condition.
    let arguments: [any DatabaseValueConvertible]

    init(_ database: Database, node: NodeID, _ query: IdeaQuery) throws {
        let filter = IdeaFilter(query)
        condition = filter.condition
        guard let since = query.since else {
            source = "tally"
            arguments = filter.arguments
            return
        }
        let score =
            try ViewWriter.ballot(database) == .approve
            ? "since.agree" : "since.agree - since.disagree"
        source = """
            (SELECT tally.idea, tally.id, tally.created, tally.listed, tally.comments,
                \(score) AS score, since.agree AS agree, since.disagree AS disagree,
                since.pass AS pass, since.proven AS proven
            FROM tally JOIN (\(RecentVotes.sql)) AS since ON since.idea = tally.idea)
            AS tally
            """
        let votes = try RecentVotes(database, node: node, since: HybridTimestamp(since))
        arguments = votes.arguments + filter.arguments
    }
}

/// The conditions of a query, over the rows of `tally`.
struct IdeaFilter {
    var condition: String
    var arguments: [any DatabaseValueConvertible] = []

    init(_ query: IdeaQuery) {
        var conditions = [query.includesUnlisted ? "created IS NOT NULL" : "listed = 1"]
        if let status = query.status {
            conditions.append("(SELECT status FROM idea WHERE key = tally.idea) = ?")
            arguments.append(Int64(status.rawValue))
        }
        for (axis, name) in [(Label.Axis.facet, query.facet), (.tag, query.tag)] {
            guard let name else { continue }
            conditions.append(
                "tally.idea IN (SELECT idea FROM label WHERE axis = \(axis.rawValue) AND name = ?)")
            arguments.append(name)
        }
        condition = conditions.joined(separator: " AND ")
    }
}

/// Ranks by what moved in the last 30 days.
enum TrendingIdeas {
    static func rank(
        _ database: Database, node: NodeID, _ query: IdeaQuery, now: Milliseconds
    ) throws -> [RankedIdea] {
        let start = HybridTimestamp(now.advanced(by: .zero - Trending.window))
        let votes = try RecentVotes(database, node: node, since: start)
        let ballot = try ViewWriter.ballot(database)
        var recent: [Int64: Int] = [:]
        for row in try Row.fetchAll(
            database, sql: RecentVotes.sql, arguments: StatementArguments(votes.arguments))
        {
            recent[try row[0]] =
                Tally(agree: try row[1], disagree: try row[2], pass: try row[3], proven: try row[4])
                .under(ballot).score
        }
        var comments: [Int64: Int] = [:]
        for row in try database.rows(
            """
            SELECT idea, count(*) FROM comment
            WHERE created >= ? AND NOT hidden AND NOT withdrawn AND idea IS NOT NULL GROUP BY idea
            """, start.column)
        {
            comments[try row[0]] = try row[1]
        }
        var all = query
        all.order = .top
        all.limit = nil
        let scored = try RankedIdea.rank(database, node: node, all).map { idea in
            let created = try database.integer(
                "SELECT created FROM tally WHERE idea = ?", idea.key)
            let age = now.since(HybridTimestamp(column: created ?? 0).moment)
            let score = Trending.score(
                recentScore: recent[idea.key] ?? 0, recentComments: comments[idea.key] ?? 0,
                age: age, power: pow)
            return (idea: idea, score: score)
        }
        // Equal scores stay in the order of `top`.
        let order = scored.enumerated().sorted {
            $0.element.score != $1.element.score
                ? $0.element.score > $1.element.score : $0.offset < $1.offset
        }
        return order.prefix(query.limit ?? .max).map(\.element.idea)
    }
}
