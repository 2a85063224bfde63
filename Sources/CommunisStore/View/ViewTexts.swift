import CommunisCore
import Foundation
import GRDB

extension ViewWriter {
    /// Shows the greatest head of a text, and marks the text if there are several.
    func updateText(_ key: TextKey) throws {
        let rows = try database.rows(
            """
            SELECT revision.id, revision.heads, register.timestamp, register.changeset,
                register.position, revision.key, revision.member
            FROM revision JOIN register ON register.kind = 2 AND register.key = revision.id
            WHERE revision.idea = ? AND revision.field = ?
            """, key.idea, Int64(key.field.rawValue))
        var authors: [RevisionID: Int64] = [:]
        let revisions = try rows.map { row in
            let (node, changeset) = try order.author(of: try row[3])
            let id: RevisionID = try row.identifier(0)
            authors[id] = try row[6] as Int64?
            return RevisionStanding(
                id: id, heads: RevisionID.list(try row.bytes(1)),
                precedence: Precedence(
                    timestamp: try row.timestamp(2), node: node, changeset: changeset,
                    index: try row[4]))
        }
        let heads = TextHeads(revisions)
        let bit = Int64(1) << Int64(key.field.rawValue - 1)
        try database.run(
            """
            UPDATE idea SET \(key.field.name) = (SELECT text FROM revision WHERE id = ?),
                concurrent = (concurrent & ~?) | ? WHERE key = ?
            """,
            heads.heads.first?.id.data, bit, heads.heads.count > 1 ? bit : 0, key.idea)
        if key.field == .title {
            // The oldest of joined ideas stands for them.
            if try clusters.canonical(of: key.idea) != nil { touchedJoins.insert(key.idea) }
            try database.run(
                "UPDATE idea SET created = ?, author = ? WHERE key = ?",
                heads.root?.precedence.timestamp.column, heads.root.flatMap { authors[$0.id] },
                key.idea)
            touchedIdeas.insert(key.idea)
        }
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
