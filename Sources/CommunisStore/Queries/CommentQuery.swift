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

/// A copy of the board that sealed something.
package struct CopyRow: Sendable {
    package var node: NodeID
    package var name: String?
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

    /// The copies of the board at which comments were written: that they are their members' is the
    /// word of those copies.
    package func copies(of comments: [CommentID]) throws(BoardError) -> [CommentID: CopyRow] {
        try read { database in
            let names = try NodeNames(database)
            return try comments.reduce(into: [:]) { copies, comment in
                let text = Register.text(of: comment)
                guard
                    let row = try database.row(
                        """
                        SELECT node.id FROM register
                        LEFT JOIN changeset ON changeset.arrival = register.changeset
                        LEFT JOIN node ON node.key = changeset.node
                        WHERE register.kind = ? AND register.key = ?
                        """, Int64(text.kind.rawValue), text.key.data)
                else { return }
                // What is not sealed yet was written here.
                let author = (try row[0] as Data?).flatMap { NodeID($0) } ?? node
                copies[comment] = CopyRow(node: author, name: names[author])
            }
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
