import CommunisCore
import Foundation
import GRDB

// Which revision of a text is shown follows from what each of them names, and from their order. Both
// are kept with them, so that a revision more costs no more where there are many: the heads are a
// place in an index (`revision_by_standing`).
extension ViewWriter {
    /// Shows the greatest head of a text, and marks the text if there are several.
    func updateText(_ text: TextKey) throws {
        let field = Int64(text.field.rawValue)
        func greatest(named: Int64) throws -> [Row] {
            try database.rows(
                """
                SELECT key FROM revision WHERE idea = ? AND field = ? AND named = ?
                ORDER BY standing DESC LIMIT 2
                """, text.idea, field, named)
        }
        let heads = try greatest(named: 0)
        // Revisions that name each other in a ring have no head; the greatest of all is shown then.
        let shown = try heads.first ?? greatest(named: 1).first
        let bit = Int64(1) << (field - 1)
        try database.run(
            """
            UPDATE idea SET \(text.field.name) = (SELECT text FROM revision WHERE key = ?),
                concurrent = (concurrent & ~?) | ? WHERE key = ?
            """,
            try shown.map { try $0[0] as Int64 }, bit, heads.count > 1 ? bit : 0, text.idea)
        if text.field == .title { try updateTime(of: text.idea) }
    }

    /// An idea has a time once it was made and has a title.
    private func updateTime(of idea: Int64) throws {
        let created = try database.integer(
            """
            SELECT register.timestamp FROM idea JOIN register
                ON register.kind = \(Register.Kind.idea.rawValue) AND register.key = idea.id
            WHERE idea.key = ? AND title IS NOT NULL
            """, idea)
        // The oldest of joined ideas stands for them.
        if try clusters.canonical(of: idea) != nil,
            try database.integer("SELECT created FROM idea WHERE key = ?", idea) != created
        {
            touchedJoins.insert(idea)
        }
        try database.run("UPDATE idea SET created = ? WHERE key = ?", created, idea)
        touchedIdeas.insert(idea)
    }

    /// Notes that a revision names others of its text, for good.
    func name(_ heads: [RevisionID], in text: TextKey) throws {
        let field = Int64(text.field.rawValue)
        for head in heads {
            try database.run(
                "INSERT OR IGNORE INTO revision_naming(idea, field, id) VALUES(?, ?, ?)",
                text.idea, field, head.data)
            try database.run(
                "UPDATE revision SET named = 1 WHERE id = ? AND idea = ? AND field = ?",
                head.data, text.idea, field)
        }
    }

    /// Makes the view say where a revision stands that was pending until now. Among others of its
    /// moment it may be another than is shown.
    func point(_ revision: Revision, to precedence: Precedence) throws {
        try database.run(
            "UPDATE revision SET standing = ? WHERE id = ?", precedence.column, revision.id.data)
        let text = TextKey(idea: try ideaKey(revision.idea), field: revision.field)
        let moment = precedence.column.prefix(8)
        let equals = try database.integer(
            """
            SELECT count(*) FROM (SELECT 1 FROM revision
                WHERE idea = ? AND field = ? AND named IN (0, 1) AND standing >= ?
                    AND standing <= ? LIMIT 2)
            """, text.idea, Int64(text.field.rawValue), moment,
            moment + Data(repeating: 0xFF, count: 72))
        if equals == 2 { touchedTexts.insert(text) }
    }
}

extension Precedence {
    /// As SQLite keeps it: bytes that sort as precedences do.
    var column: Data {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: timestamp.rawValue)
        bytes.append(node)
        bytes.append(changeset)
        bytes.append(bigEndian: UInt64(index))
        return bytes.data
    }
}

extension Identifier10 {
    /// Identifiers that stand back to back.
    static func list(_ bytes: [UInt8]) -> [Self] {
        stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount).compactMap {
            Self(bytes[$0..<$0 + byteCount])
        }
    }
}
