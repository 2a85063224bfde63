import CommunisCore
import Foundation
import GRDB

/// An idea that was made on this board, whether it has a title or not. Its id follows from this
/// board, its author and a key, so that it can be told whether it is an import's.
package struct KnownIdea: Hashable, Sendable {
    package var id: IdeaID
    /// `nil` where a copy itself made it.
    package var author: MemberID?
    package var createdAt: Milliseconds
}

/// A comment that may be here, by what an import knows of it.
package struct SoughtComment: Sendable {
    /// The ids that it may have, the likelier first.
    package var ids: [CommentID]
    package var idea: IdeaID
    package var member: MemberID?
    package var text: String
    package var at: Milliseconds

    package init(
        _ ids: [CommentID], on idea: IdeaID, by member: MemberID?, text: String, at: Milliseconds
    ) {
        self.ids = ids
        self.idea = idea
        self.member = member
        self.text = text
        self.at = at
    }
}

extension Board {
    /// Those of these ideas that were made here. Of one that is only spoken of nothing is known.
    package func knownIdeas(_ ids: some Sequence<IdeaID>) throws(BoardError) -> [IdeaID: KnownIdea]
    {
        try read { database in
            var made: [IdeaID: KnownIdea] = [:]
            for id in ids {
                let row = try database.row("\(KnownIdea.selection) WHERE idea.id = ?", id.data)
                if let row { made[id] = try KnownIdea(row) }
            }
            return made
        }
    }

    /// The ideas made here that are said to be from these sources, which anybody may say; by id.
    package func knownIdeas(from sources: Set<String>) throws(BoardError) -> [String: [KnownIdea]] {
        if sources.isEmpty { return [:] }
        return try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "\(KnownIdea.selection) WHERE idea.source IS NOT NULL ORDER BY idea.id")
            var made: [String: [KnownIdea]] = [:]
            while let row = try rows.next() {
                let source: String = try row[KnownIdea.columnCount]
                if sources.contains(source) { made[source, default: []].append(try KnownIdea(row)) }
            }
            return made
        }
    }

    /// The comment here that each of these is: the first of its ids that is here, else a comment that
    /// says the same by the same member in the same millisecond; `nil` where there is none.
    package func comments(like sought: [SoughtComment]) throws(BoardError) -> [CommentID?] {
        try read { database in
            try sought.map { comment in
                for id in comment.ids {
                    let row = try database.row(
                        "SELECT 1 FROM comment WHERE id = ? AND text IS NOT NULL", id.data)
                    if row != nil { return id }
                }
                return try database.row(
                    """
                    SELECT id FROM comment
                    WHERE idea = (SELECT key FROM idea WHERE id = ?1)
                        AND member IS (SELECT key FROM member WHERE id = ?2)
                        AND (member IS NULL) = (?2 IS NULL) AND created >> 16 = ?3 AND text = ?4
                    ORDER BY id LIMIT 1
                    """, comment.idea.data, comment.member?.data,
                    Int64(comment.at.sinceEpoch), comment.text
                )?.identifier(0)
            }
        }
    }
}

extension KnownIdea {
    fileprivate static let columnCount = 3
    /// The columns of an idea, and its source.
    fileprivate static let selection = """
        SELECT idea.id, member.id, register.timestamp, idea.source FROM idea
        JOIN register ON register.kind = \(Register.Kind.idea.rawValue) AND register.key = idea.id
        LEFT JOIN member ON member.key = idea.author
        """

    fileprivate init(_ row: Row) throws {
        id = try row.identifier(0)
        author = try (row[1] as Data?).flatMap { MemberID($0) }
        createdAt = try row.timestamp(2).moment
    }
}
