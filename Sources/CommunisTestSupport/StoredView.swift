import Foundation
import GRDB

/// The view as a board's file has it, read with plain SQL into the lines of `NaiveView`.
package enum StoredView {
    package static func facts(_ path: String) throws -> Set<String> {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            var facts: Set<String> = []
            for sql in queries { facts.formUnion(try String.fetchAll(database, sql: sql)) }
            return facts
        }
    }

    private static let queries = [
        """
        SELECT concat('vote', \(id("idea.id")), \(id("member.id")), vote, timestamp,
            \(author("vote.changeset")))
        FROM vote JOIN idea ON idea.key = vote.idea JOIN member ON member.key = vote.member
        """,
        """
        SELECT concat('register', kind, \(id("key")), timestamp, \(author("register.changeset")))
        FROM register
        """,
        "SELECT concat('label', \(id("idea.id")), axis, name) FROM label JOIN idea ON key = idea",
        """
        SELECT concat('same', \(id("one.id")), \(id("other.id"))) FROM same_as
        JOIN idea AS one ON one.key = first JOIN idea AS other ON other.key = second
        """,
        """
        SELECT concat('carry', \(id("one.id")), \(id("other.id")), \(id("member.id")), consent)
        FROM carry JOIN idea AS one ON one.key = first JOIN idea AS other ON other.key = second
        JOIN member ON member.key = carry.member
        """,
        """
        SELECT concat('cluster', \(id("idea.id")), \(id("canonical.id"))) FROM cluster
        JOIN idea ON idea.key = cluster.idea
        JOIN idea AS canonical ON canonical.key = cluster.canonical
        """,
        "SELECT concat('name', \(id("id")), name) FROM member WHERE name IS NOT NULL",
        "SELECT concat('manages', \(id("id"))) FROM member WHERE manages",
        "SELECT concat('setting', name, value) FROM board_setting",
        standing("name", "name"), standing("role", "role, \(id("role_heads"))"),
        standing("proves", "proves"), standing("clock", "clock_offset", column: "clock_offset"),
        standing("disavowed", "disavowed"),
        "SELECT concat('erased', \(id("changeset")), slot) FROM erased",
        """
        SELECT concat('comment', \(id("comment.id")), 'withdrawn', withdrawn, 'hidden', hidden)
        FROM comment WHERE text IS NULL
        """,
        """
        SELECT concat('comment', \(id("comment.id")), 'on', \(id("idea.id")), 'by',
            CASE WHEN member.id IS NULL THEN '-' ELSE \(id("member.id")) END, 'at', comment.created || ':', text,
            'withdrawn', comment.withdrawn, 'hidden', comment.hidden)
        FROM comment JOIN idea ON idea.key = comment.idea
        LEFT JOIN member ON member.key = comment.member WHERE text IS NOT NULL
        """,
        text("title", 1), text("need", 2), text("body", 4),
        """
        SELECT concat('created', \(id("idea.id")), created, 'by',
            CASE WHEN member.id IS NULL THEN '-' ELSE \(id("member.id")) END)
        FROM idea LEFT JOIN member ON member.key = author WHERE created IS NOT NULL
        """,
        "SELECT concat('source', \(id("id")), source) FROM idea WHERE source IS NOT NULL",
        """
        SELECT concat('builds', \(id("id")), \(id("builds_on"))) FROM idea
        WHERE builds_on IS NOT NULL
        """,
        """
        SELECT concat('status', \(id("id")), status, coalesce(status_note, '')) FROM idea
        WHERE status <> 1 OR status_note IS NOT NULL
        """,
        """
        SELECT concat('tally', \(id("id")), 'listed', listed, 'score', score, agree, disagree, pass,
            proven, 'comments', comments)
        FROM tally WHERE created IS NOT NULL OR agree OR disagree OR pass OR comments
        """,
    ].map(withConcat)

    private static func id(_ column: String) -> String { "lower(hex(\(column)))" }

    private static func author(_ changeset: String) -> String {
        """
        \(id("""
            coalesce((SELECT node.id FROM changeset JOIN node ON node.key = changeset.node
                WHERE arrival = \(changeset)), (SELECT node FROM state))
            """))
        """
    }

    private static func standing(_ name: String, _ values: String, column: String? = nil) -> String
    {
        """
        SELECT concat('node', \(id("node.id")), '\(name)', \(values)) FROM node_standing
        JOIN node ON node.key = node_standing.node WHERE \(column ?? name) IS NOT NULL
        """
    }

    private static func text(_ field: String, _ bit: Int) -> String {
        """
        SELECT concat('text', \(id("id")), '\(field)', \(field),
            CASE WHEN concurrent & \(bit) THEN 'concurrent' ELSE 'settled' END)
        FROM idea WHERE \(field) IS NOT NULL
        """
    }

    /// `concat` joins its arguments with spaces, as `concat_ws`, which SQLite has from 3.44 on.
    private static func withConcat(_ sql: String) -> String {
        guard let start = sql.range(of: "concat(") else { return sql }
        var arguments = [""]
        var depth = 1
        var index = start.upperBound
        while true {
            let character = sql[index]
            index = sql.index(after: index)
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0 { break }
            if character == ",", depth == 1 {
                arguments.append("")
            } else {
                arguments[arguments.count - 1].append(character)
            }
        }
        let joined = arguments.map { "(\($0))" }.joined(separator: " || ' ' || ")
        return sql[..<start.lowerBound] + joined + sql[index...]
    }
}
