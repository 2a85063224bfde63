import CommunisCore
import Foundation
import GRDB

/// What one member gave to the board.
package struct Contributions: Sendable {
    package struct CastVote: Sendable {
        package var idea: IdeaSummary
        package var vote: Vote
        package var at: Milliseconds
    }

    package struct Comment: Sendable {
        package var comment: CommentRow
        package var ref: String
        package var idea: IdeaSummary
    }

    /// Hidden and withdrawn ones included; newest first, as all of these.
    package var ideas: [IdeaSummary]
    /// Standing votes.
    package var votes: [CastVote]
    package var comments: [Comment]
}

extension Board {
    /// The ideas, standing votes and comments of a member, newest first.
    package func contributions(of member: MemberID) throws(BoardError) -> Contributions {
        try read { database in
            guard let key = try database.integer("SELECT key FROM member WHERE id = ?", member.data)
            else { return Contributions(ideas: [], votes: [], comments: []) }
            let summaries = try IdeaSummaries(database)
            // Each once: somebody may have given one idea a hundred thousand tags, and said as much of it.
            var known: [Int64: IdeaSummary?] = [:]
            func idea(_ key: Int64) throws -> IdeaSummary? {
                if let idea = known[key] { return idea }
                let idea = try RankedIdea.stored(database, idea: key).flatMap {
                    try summaries.summaries([$0]).first
                }
                known[key] = .some(idea)
                return idea
            }
            let ideas = try database.rows(
                "SELECT key FROM idea WHERE author = ? ORDER BY created DESC, id", key
            ).compactMap { try idea(try $0[0]) }
            let votes = try database.rows(
                """
                SELECT idea, vote, timestamp FROM vote WHERE member = ? AND vote & 15 <> 0
                ORDER BY timestamp DESC, idea
                """, key
            ).compactMap { row -> Contributions.CastVote? in
                // A vote may be here before its idea.
                guard let idea = try idea(try row[0]),
                    let vote = Vote(rawValue: UInt8(truncatingIfNeeded: try row[1] as Int64))
                else { return nil }
                return .init(idea: idea, vote: vote, at: try row.timestamp(2).moment)
            }
            let refs = References(database)
            let comments = try database.rows(
                """
                SELECT \(CommentRow.columns), comment.idea FROM \(CommentRow.tables)
                WHERE comment.member = ? ORDER BY comment.created DESC, comment.id
                """, key
            ).compactMap { row -> Contributions.Comment? in
                guard let idea = try idea(row[CommentRow.columnCount]) else { return nil }
                let comment = try CommentRow(row)
                return .init(comment: comment, ref: try refs.ref(comment.id), idea: idea)
            }
            return Contributions(ideas: ideas, votes: votes, comments: comments)
        }
    }
}
