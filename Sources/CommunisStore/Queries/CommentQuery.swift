import CommunisCore
import Foundation
import GRDB

/// A comment as pages and exports show it.
package struct CommentRow: Sendable {
    package var id: CommentID
    package var idea: IdeaID
    package var text: String
    package var createdAt: Milliseconds
    package var createdBy: String?
    package var isHidden: Bool
    package var isWithdrawn: Bool

    static let columns = """
        comment.id, idea.id, text, comment.created, member.name, comment.hidden, comment.withdrawn
        """
    static let columnCount = 7
    static let tables = """
        comment JOIN idea ON idea.key = comment.idea
        LEFT JOIN member ON member.key = comment.member
        """

    init(_ row: Row) throws {
        id = try row.identifier(0)
        idea = try row.identifier(1)
        text = try row[2]
        createdAt = try row.timestamp(3).moment
        createdBy = try row[4]
        isHidden = try row[5]
        isWithdrawn = try row[6]
    }
}

/// A member as exports show it.
package struct MemberRow: Sendable {
    package var id: MemberID
    package var name: String?
    package var isManager: Bool
    /// How many ideas the member's vote stands on.
    package var votes: Int
}

extension Board {
    /// The comments on an idea, or on all, oldest first.
    package func comments(on idea: IdeaID? = nil) throws(BoardError) -> [CommentRow] {
        try read { database in
            try database.rows(
                """
                SELECT \(CommentRow.columns) FROM \(CommentRow.tables)
                WHERE \(idea == nil ? "?1 IS NULL" : "idea.id = ?1")
                ORDER BY comment.created, comment.id
                """, idea?.data
            ).map(CommentRow.init)
        }
    }

    /// Everybody who ever voted, wrote or was named, by id. No address is among it.
    package func members() throws(BoardError) -> [MemberRow] {
        try read { database in
            try database.rows(
                """
                SELECT id, name, manages, (SELECT count(*) FROM vote
                    WHERE vote.member = member.key AND vote & 15 <> 0)
                FROM member ORDER BY id
                """
            ).map { row in
                MemberRow(
                    id: try row.identifier(0), name: try row[1], isManager: try row[2],
                    votes: try row[3])
            }
        }
    }
}
