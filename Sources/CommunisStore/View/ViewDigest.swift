import CommunisCore
import Crypto
import Foundation
import GRDB

/// A digest of the canonical contents of a view: the same on every node that holds the same set
/// and the same horizon, since nothing in it is local (no keys, arrival numbers or rankings over
/// time).
///
/// SHA-256 over the values of each row, each with its type and length, in an order that the contents
/// decide.
enum ViewDigest {
    /// One part of the view: its name in reports, and the query that lists it canonically.
    struct Part {
        var name: String
        var sql: String
    }

    /// Who made a change: the node's public key.
    private static func author(_ changeset: String) -> String {
        """
        coalesce((SELECT node.id FROM changeset JOIN node ON node.key = changeset.node
            WHERE changeset.arrival = \(changeset)), (SELECT node FROM state))
        """
    }

    /// Of ideas and tallies only rows that say something: a change that has lost may have left the
    /// row of an idea that nothing else names, or not, as the order of arrival had it.
    static let parts = [
        Part(
            name: "registers",
            sql: """
                SELECT kind, key, timestamp, \(author("register.changeset")) FROM register
                ORDER BY kind, key
                """),
        Part(
            name: "ideas",
            sql: """
                SELECT idea.id, created, author.id, title, need, body, concurrent, builds_on, source,
                    withdrawn, hidden, hidden_reason, status, status_note
                FROM idea LEFT JOIN member AS author ON author.key = idea.author
                WHERE author.id IS NOT NULL OR title IS NOT NULL OR need IS NOT NULL OR body IS NOT NULL OR builds_on
                    IS NOT NULL OR source IS NOT NULL OR withdrawn OR hidden
                    OR hidden_reason IS NOT NULL OR status <> 1 OR status_note IS NOT NULL
                ORDER BY idea.id
                """),
        Part(
            name: "revisions",
            sql: """
                SELECT revision.id, idea.id, field, member.id, text, heads
                FROM revision JOIN idea ON idea.key = revision.idea
                LEFT JOIN member ON member.key = revision.member ORDER BY revision.id
                """),
        Part(
            name: "comments",
            sql: """
                SELECT comment.id, idea.id, member.id, comment.created, text, comment.withdrawn,
                    comment.hidden, comment.hidden_reason
                FROM comment LEFT JOIN idea ON idea.key = comment.idea
                LEFT JOIN member ON member.key = comment.member ORDER BY comment.id
                """),
        Part(
            name: "labels",
            sql: """
                SELECT idea.id, axis, name FROM label JOIN idea ON idea.key = label.idea
                ORDER BY idea.id, axis, name
                """),
        Part(
            name: "members",
            sql: """
                SELECT id, name, manages FROM member WHERE name IS NOT NULL OR manages ORDER BY id
                """),
        Part(
            name: "joins",
            sql: """
                SELECT one.id, other.id FROM same_as JOIN idea AS one ON one.key = same_as.first
                JOIN idea AS other ON other.key = same_as.second ORDER BY 1, 2
                """),
        Part(
            name: "clusters",
            sql: """
                SELECT idea.id, canonical.id FROM cluster JOIN idea ON idea.key = cluster.idea
                JOIN idea AS canonical ON canonical.key = cluster.canonical ORDER BY 1
                """),
        Part(
            name: "consents",
            sql: """
                SELECT one.id, other.id, member.id, consent
                FROM carry JOIN idea AS one ON one.key = carry.first
                JOIN idea AS other ON other.key = carry.second
                JOIN member ON member.key = carry.member ORDER BY 1, 2, 3
                """),
        Part(
            name: "nodes",
            sql: """
                SELECT node.id, name, role, role_heads, proves, clock_offset, disavowed
                FROM node_standing JOIN node ON node.key = node_standing.node ORDER BY node.id
                """),
        Part(
            name: "roles",
            sql: """
                SELECT node.id, changeset.id, position, role_statement.timestamp,
                    role_statement.role, heads
                FROM role_statement JOIN node ON node.key = role_statement.node
                    JOIN changeset ON changeset.arrival = role_statement.changeset
                ORDER BY 1, 2, 3
                """),
        Part(name: "settings", sql: "SELECT name, value FROM board_setting ORDER BY name"),
        Part(name: "erasures", sql: "SELECT changeset, slot FROM erased ORDER BY changeset, slot"),
        Part(
            name: "tallies",
            sql: """
                SELECT id, created, listed, score, agree, disagree, pass, proven, comments FROM tally
                WHERE created IS NOT NULL OR agree OR disagree OR pass OR comments
                ORDER BY id
                """),
    ]

    /// The digest of each part, by name, votes included.
    static func digests(_ database: Database) throws -> [String: [UInt8]] {
        var digests = ["votes": try votes(database)]
        for part in parts { digests[part.name] = try digest(database, part.sql) }
        return digests
    }

    /// The digest of the whole, from those of its parts.
    static func combine(_ digests: [String: [UInt8]]) -> [UInt8] {
        var hasher = SHA256()
        for (name, digest) in digests.sorted(by: { $0.key < $1.key }) {
            hasher.update(data: Array(name.utf8) + [0] + digest)
        }
        return Array(hasher.finalize())
    }

    private static func digest(_ database: Database, _ sql: String) throws -> [UInt8] {
        var hasher = SHA256()
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            for value in row.databaseValues { hasher.update(data: encode(value)) }
            hasher.update(data: [0xFF])
        }
        return Array(hasher.finalize())
    }

    /// A value as its type, its length and its bytes, so that no two rows read alike.
    private static func encode(_ value: DatabaseValue) -> [UInt8] {
        let (type, bytes): (UInt8, [UInt8]) =
            switch value.storage {
            case .null: (0, [])
            case .int64(let number): (1, withUnsafeBytes(of: number.bigEndian, Array.init))
            case .double(let number):
                (2, withUnsafeBytes(of: number.bitPattern.bigEndian, Array.init))
            case .string(let text): (3, Array(text.utf8))
            case .blob(let data): (4, Array(data))
            }
        var result = [type]
        result.append(bigEndian: UInt32(bytes.count))
        return result + bytes
    }

    /// Votes by the million: bytes instead of text, sorted an idea at a time.
    private static func votes(_ database: Database) throws -> [UInt8] {
        var hasher = SHA256()
        var members: [Int64: MemberID] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT key, id FROM member")
        while let row = try rows.next() { members[try row[0]] = try row.identifier(1) }
        var authors: [Int64: NodeID] = [:]
        let own = try BoardState.load(database).node
        let changesets = try Row.fetchCursor(
            database,
            sql: """
                SELECT arrival, node.id FROM changeset JOIN node ON node.key = changeset.node
                """)
        while let row = try changesets.next() { authors[try row[0]] = try row.identifier(1) }
        for idea in try Row.fetchAll(database, sql: "SELECT key, id FROM idea ORDER BY id") {
            var lines: [(MemberID, [UInt8])] = []
            let votes = try Row.fetchCursor(
                database.cachedStatement(
                    sql: "SELECT member, timestamp, vote, changeset FROM vote WHERE idea = ?"),
                arguments: [try idea[0] as Int64])
            while let row = try votes.next() {
                guard let member = members[try row[0]] else { continue }
                var line = member.bytes
                line.append(bigEndian: try row[1] as Int64)
                line.append(UInt8(truncatingIfNeeded: try row[2] as Int64))
                line.append(authors[try row[3]] ?? own)
                lines.append((member, line))
            }
            if lines.isEmpty { continue }
            hasher.update(data: try idea.bytes(1))
            hasher.update(data: withUnsafeBytes(of: UInt64(lines.count).bigEndian, Array.init))
            for line in lines.sorted(by: { $0.0 < $1.0 }) { hasher.update(data: line.1) }
        }
        return Array(hasher.finalize())
    }
}
