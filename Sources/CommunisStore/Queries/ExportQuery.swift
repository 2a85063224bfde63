import CommunisCore
import Foundation
import GRDB

/// What an export tells of an idea besides its summary.
package struct IdeaOrigin: Sendable {
    /// Who submitted it; `nil` where a node did.
    package var author: MemberID?
    package var hiddenReason: String?
}

/// A comment as exports show it.
package struct CommentExportRow: Sendable {
    package var comment: CommentRow
    package var member: MemberID?
    package var hiddenReason: String?
}

/// A member whose vote shall not count across a pair of ideas.
package struct ObjectionRow: Sendable {
    package var first, second: IdeaID
    package var member: MemberID
}

extension Board {
    package func ideaOrigins() throws(BoardError) -> [IdeaID: IdeaOrigin] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT idea.id, member.id, CASE WHEN hidden THEN hidden_reason END FROM idea
                    LEFT JOIN member ON member.key = idea.author WHERE created IS NOT NULL
                    """)
            var origins: [IdeaID: IdeaOrigin] = [:]
            while let row = try rows.next() {
                origins[try row.identifier(0)] = IdeaOrigin(
                    author: (try row[1] as Data?).flatMap { MemberID($0) }, hiddenReason: try row[2]
                )
            }
            return origins
        }
    }

    /// Every comment, oldest first; those of one millisecond by id, since an export tells no more
    /// of a time.
    package func commentsForExport() throws(BoardError) -> [CommentExportRow] {
        try read { database in
            try database.rows(
                """
                SELECT \(CommentRow.columns), member.id,
                    CASE WHEN comment.hidden THEN comment.hidden_reason END
                FROM \(CommentRow.tables) ORDER BY comment.created >> 16, comment.id
                """
            ).map { row in
                let next = CommentRow.columnCount
                return CommentExportRow(
                    comment: try CommentRow(row),
                    member: try (row[next] as Data?).flatMap { MemberID($0) },
                    hiddenReason: try row[next + 1])
            }
        }
    }

    /// The pairs of ideas that are joined, by id.
    package func joins() throws(BoardError) -> [IdeaPair] {
        try read { database in
            try database.rows(
                """
                SELECT one.id, other.id FROM same_as JOIN idea AS one ON one.key = same_as.first
                JOIN idea AS other ON other.key = same_as.second ORDER BY 1, 2
                """
            ).compactMap { IdeaPair(try $0.identifier(0), try $0.identifier(1)) }
        }
    }

    /// Who objects to which pair, by ids.
    package func objections() throws(BoardError) -> [ObjectionRow] {
        try read { database in
            try database.rows(
                """
                SELECT one.id, other.id, member.id
                FROM carry JOIN idea AS one ON one.key = carry.first
                JOIN idea AS other ON other.key = carry.second
                JOIN member ON member.key = carry.member
                WHERE consent = 2 ORDER BY 1, 2, 3
                """
            ).map {
                ObjectionRow(
                    first: try $0.identifier(0), second: try $0.identifier(1),
                    member: try $0.identifier(2))
            }
        }
    }
}
