import CommunisCore
import Foundation
import GRDB

/// The winning votes cast since a moment, counted by idea.
struct RecentVotes {
    private let since: HybridTimestamp
    /// The clusters' canonical ideas with what counts for them, as a JSON array of
    /// `[idea, agree, disagree, pass, proven]`: which vote of a member counts is not for SQL.
    private let joined: String

    init(_ database: Database, node: NodeID, since: HybridTimestamp) throws {
        self.since = since
        let order = ChangeOrder(database, node: node)
        let rows = try ClusterTable(database).all().compactMap { canonical -> [Int64]? in
            let cluster = Cluster(canonical, database)
            let tally = try ClusterCount(cluster, database, order: order).tally(since: since)
            if tally == Tally() { return nil }
            return [
                canonical, Int64(tally.agree), Int64(tally.disagree), Int64(tally.pass),
                Int64(tally.proven),
            ]
        }
        joined = String(decoding: try JSONEncoder().encode(rows), as: UTF8.self)
    }

    /// The columns idea, agree, disagree, pass, proven: one row an idea that has such votes, one
    /// for joined ideas.
    static let sql = """
        SELECT idea, sum(vote & 15 = 1) AS agree, sum(vote & 15 = 2) AS disagree,
            sum(vote & 15 = 3) AS pass, sum(vote IN (17, 18)) AS proven
        FROM vote WHERE timestamp >= ? AND vote & 15 <> 0
            AND NOT EXISTS(SELECT 1 FROM cluster WHERE cluster.idea = vote.idea) GROUP BY idea
        UNION ALL
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)
        """

    var arguments: [any DatabaseValueConvertible] { [since.column, joined] }
}
