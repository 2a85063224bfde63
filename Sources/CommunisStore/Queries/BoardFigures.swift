import CommunisCore
import GRDB

/// What a board amounts to: the sums of what a query ranks.
package struct BoardFigures: Hashable, Sendable {
    /// How many ideas the query finds, whatever its limit.
    package var ideas: Int
    /// How many members' votes stand on one of them, or on an idea joined with it.
    package var members: Int
    /// The standing votes on them, counted as the board's ballot has it.
    package var tally: Tally
    package var comments: Int

    package init(ideas: Int, members: Int, tally: Tally, comments: Int) {
        self.ideas = ideas
        self.members = members
        self.tally = tally
        self.comments = comments
    }
}

extension Board {
    /// The figures of the ideas that a query finds; its order and limit make no difference.
    ///
    /// The members are counted in the table of votes, which takes a fraction of a second on a
    /// board of a million votes.
    package func figures(_ query: IdeaQuery) throws(BoardError) -> BoardFigures {
        try read { database in
            let ranking = try IdeaRanking(database, node: node, query)
            let sums = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), coalesce(sum(agree), 0), coalesce(sum(disagree), 0),
                        coalesce(sum(pass), 0), coalesce(sum(proven), 0),
                        coalesce(sum(comments), 0)
                    FROM \(ranking.source) WHERE \(ranking.condition)
                    """, arguments: StatementArguments(ranking.arguments))
            let members = try Int.fetchOne(
                database,
                sql: """
                    SELECT count(DISTINCT member) FROM vote
                    WHERE vote & 15 <> 0 AND timestamp >= ?
                        AND coalesce((SELECT canonical FROM cluster WHERE cluster.idea = vote.idea),
                            vote.idea) IN (SELECT idea FROM \(ranking.source)
                            WHERE \(ranking.condition))
                    """,
                arguments: StatementArguments(
                    [query.since.map { HybridTimestamp($0).column } ?? .min] + ranking.arguments))
            guard let sums else {
                return BoardFigures(ideas: 0, members: 0, tally: Tally(), comments: 0)
            }
            let tally = Tally(
                agree: try sums[1], disagree: try sums[2], pass: try sums[3], proven: try sums[4])
            return BoardFigures(
                ideas: try sums[0], members: members ?? 0,
                tally: tally.under(try ViewWriter.ballot(database)), comments: try sums[5])
        }
    }
}
