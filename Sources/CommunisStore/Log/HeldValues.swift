import CommunisCore
import GRDB

extension Database {
    /// Whether the view already says what an imported change would say.
    ///
    /// So an import repeats nothing that was said here in other words or at another time: an
    /// export that comes back to the board it came from knows of every value, and of few times.
    func says(_ content: ChangeContent, by member: MemberID?) throws -> Bool {
        switch content {
        case .revision(let revision):
            // An imported text comes first or not at all: beside one that was written here it
            // would be a second head, and the idea would have two texts.
            return try has(
                """
                SELECT 1 FROM revision JOIN idea ON idea.key = revision.idea
                WHERE idea.id = ? AND field = ?
                """, revision.idea.data, Int64(revision.field.rawValue))
        case .ideaField(let idea, .buildsOn(let other)):
            return try has(
                "SELECT 1 FROM idea WHERE id = ? AND builds_on IS ?", idea.data, other?.data)
        case .ideaField(let idea, .source(let source)):
            return try has("SELECT 1 FROM idea WHERE id = ? AND source = ?", idea.data, source)
        case .ideaField(let idea, .withdrawn(let isOn)):
            return try has("SELECT 1 FROM idea WHERE id = ? AND withdrawn = ?", idea.data, isOn)
        case .label(let idea, let label, let isOn):
            return isOn
                == (try has(
                    """
                    SELECT 1 FROM label JOIN idea ON idea.key = label.idea
                    WHERE idea.id = ? AND axis = ? AND name = ?
                    """, idea.data, Int64(label.axis.rawValue), label.name))
        case .comment(let comment, .text):
            return try has(
                "SELECT 1 FROM comment WHERE id = ? AND text IS NOT NULL", comment.data)
        case .comment(let comment, .withdrawn(let isOn)):
            return try has(
                "SELECT 1 FROM comment WHERE id = ? AND withdrawn = ?", comment.data, isOn)
        case .sameAs(let pair, let isOn):
            return isOn == (try has("SELECT 1 \(Self.joined)", pair.first.data, pair.second.data))
        case .carry(let pair, let consent):
            return try has(
                """
                SELECT 1 FROM carry WHERE first = (SELECT key FROM idea WHERE id = ?)
                    AND second = (SELECT key FROM idea WHERE id = ?)
                    AND member = (SELECT key FROM member WHERE id = ?) AND consent = ?
                """, pair.first.data, pair.second.data, member?.data, Int64(consent.rawValue))
        case .member(let member, .name(let name)):
            return try has(
                "SELECT 1 FROM member WHERE id = ? AND coalesce(name, '') = ?", member.data, name)
        case .member(let member, .rights(let manage)):
            return try has(
                "SELECT 1 FROM member WHERE id = ? AND manages = ?", member.data, manage)
        case .status(let idea, let status, let note):
            return try has(
                """
                SELECT 1 FROM idea WHERE id = ? AND status = ? AND coalesce(status_note, '') = ?
                """, idea.data, Int64(status.rawValue), note)
        case .hidden(.idea(let idea), let isOn, let reason):
            return try has(
                """
                SELECT 1 FROM idea WHERE id = ? AND hidden = ? AND coalesce(hidden_reason, '') = ?
                """, idea.data, isOn, reason)
        case .hidden(.comment(let comment), let isOn, let reason):
            return try has(
                """
                SELECT 1 FROM comment
                WHERE id = ? AND hidden = ? AND coalesce(hidden_reason, '') = ?
                """, comment.data, isOn, reason)
        case .idea(let idea):
            return try has(
                "SELECT 1 FROM register WHERE kind = ? AND key = ?",
                Int64(Register.Kind.idea.rawValue), idea.data)
        case .vote, .board, .node, .nodeName, .erase:
            return false
        }
    }

    private static let joined = """
        FROM same_as WHERE first = (SELECT key FROM idea WHERE id = ?)
            AND second = (SELECT key FROM idea WHERE id = ?)
        """

    private func has(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws -> Bool
    {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: StatementArguments(arguments)) != nil
    }
}
