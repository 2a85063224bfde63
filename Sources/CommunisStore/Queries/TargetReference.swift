import CommunisCore
import Foundation
import GRDB

/// An idea or a comment that a person named, as far as it matters to hide or withdraw it.
package struct TargetRow: Sendable {
    package var target: HidingTarget
    package var ref: String
    /// The idea itself, or the one commented on.
    package var idea: IdeaID
    /// The idea's title or the comment's text.
    package var text: String
    /// Who wrote it, if a member did.
    package var author: MemberID?
    package var isHidden: Bool
    package var hiddenReason: String
    package var isWithdrawn: Bool
}

extension Board {
    /// The idea or comment that a prefix of its id names, in any case, five characters or more.
    ///
    /// - Throws: `notFound`; `notUnderstood` with the candidates if it names several.
    package func target(_ reference: String) throws(BoardError) -> TargetRow {
        try read { database in
            guard let prefix = ReferencePrefix(reference, byteCount: IdeaID.byteCount) else {
                throw BoardError(
                    .notUnderstood, "\(reference.quoted) is not a ref",
                    """
                    give 5 to 16 of the letters and digits that `communis show` puts to ideas and \
                    comments
                    """)
            }
            let limit = ReferencePrefix.candidateLimit + 1
            let refs = References(database)
            let found =
                try database.rows(
                    """
                    SELECT idea.id, title, member.id, hidden, hidden_reason, withdrawn
                    FROM idea LEFT JOIN member ON member.key = idea.author
                    WHERE idea.id BETWEEN ? AND ? AND idea.created IS NOT NULL
                    ORDER BY idea.id LIMIT ?
                    """, prefix.low, prefix.high, limit
                ).map { try TargetRow(idea: $0, refs) }
                + database.rows(
                    """
                    SELECT comment.id, text, member.id, comment.hidden, comment.hidden_reason,
                        comment.withdrawn, idea.id
                    FROM comment JOIN idea ON idea.key = comment.idea
                    LEFT JOIN member ON member.key = comment.member
                    WHERE comment.id BETWEEN ? AND ? ORDER BY comment.id LIMIT ?
                    """, prefix.low, prefix.high, limit
                ).map { try TargetRow(comment: $0, refs) }
            guard let first = found.first else {
                throw BoardError(
                    .notFound, "no idea or comment \(reference.quoted) on this board",
                    "see `communis list` and `communis show` for the refs")
            }
            if found.count == 1 { return first }
            throw ReferencePrefix.ambiguity(
                reference, "\(reference.quoted) names several ideas or comments",
                try found.map { try $0.candidate(refs) })
        }
    }

    /// The refs of comments.
    package func refs(of comments: [CommentID]) throws(BoardError) -> [CommentID: String] {
        try read { database in
            let refs = References(database)
            return Dictionary(
                try comments.map { ($0, try refs.ref($0)) }, uniquingKeysWith: { first, _ in first }
            )
        }
    }

    /// The idea that a comment is on, if its text is here.
    package func idea(of comment: CommentID) throws(BoardError) -> IdeaID? {
        try read { database in
            try database.row(
                """
                SELECT idea.id FROM comment JOIN idea ON idea.key = comment.idea
                WHERE comment.id = ?
                """, comment.data
            )?.identifier(0)
        }
    }
}

extension TargetRow {
    fileprivate init(idea row: Row, _ refs: References) throws {
        let id: IdeaID = try row.identifier(0)
        try self.init(row, .idea(id), ref: try refs.ref(id), idea: id)
    }

    fileprivate init(comment row: Row, _ refs: References) throws {
        let id: CommentID = try row.identifier(0)
        try self.init(row, .comment(id), ref: try refs.ref(id), idea: try row.identifier(6))
    }

    private init(_ row: Row, _ target: HidingTarget, ref: String, idea: IdeaID) throws {
        self.target = target
        self.ref = ref
        self.idea = idea
        text = try row[1] ?? ""
        author = (try row[2] as Data?).flatMap { MemberID($0) }
        isHidden = try row[3]
        hiddenReason = try row[4] ?? ""
        isWithdrawn = try row[5]
    }

    /// The line by which it is told apart from others of one prefix. An idea's own ref may be the
    /// beginning of a comment's.
    fileprivate func candidate(_ refs: References) throws -> String {
        switch target {
        case .idea(let id): "\(try refs.wideRef(id))  \(text.printable)"
        case .comment: "\(ref)  \(text.quoted)"
        }
    }
}
