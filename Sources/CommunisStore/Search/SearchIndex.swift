import CommunisCore
import GRDB

/// Keeps the index of words true to the texts of the ideas, within the transaction that changes
/// them.
final class SearchIndex {
    /// Of an idea's comments at most so much is searched, the oldest first: a comment more must not
    /// cost more the more there are.
    static let commentBytes = 64 * 1_024
    /// Known terms are forgotten when there are more, lest a rebuild holds them all in memory.
    private static let knownLimit = 500_000

    private let database: Database
    /// Terms that are in the vocabulary, so that it is not asked for each word of each text.
    private var known: Set<String> = []
    /// Terms that an idea does not hold any more; perhaps none does.
    private var dropped: Set<String> = []

    init(_ database: Database) { self.database = database }

    /// Writes what is to be found of these ideas; nothing of those that are not listed.
    func update(_ ideas: Set<Int64>) throws {
        // In the order of keys, in which the index appends.
        for idea in ideas.sorted() { try update(idea) }
        try forgetDropped()
    }

    private func update(_ idea: Int64) throws {
        let before = try IndexedText.stored(idea, database)
        let after = try IndexedText.current(idea, database)
        guard before != after else { return }
        if let before {
            try database.run(
                """
                INSERT INTO search(search, rowid, title, need, labels, body, comments)
                VALUES('delete', ?, ?, ?, ?, ?, ?)
                """, idea, before.title, before.need, before.labels, before.body, before.comments)
        }
        if let after {
            try database.run(
                """
                INSERT OR REPLACE INTO search_text(idea, title, need, labels, body, comments)
                VALUES(?, ?, ?, ?, ?, ?)
                """, idea, after.title, after.need, after.labels, after.body, after.comments)
            try database.run(
                """
                INSERT INTO search(rowid, title, need, labels, body, comments)
                VALUES(?, ?, ?, ?, ?, ?)
                """, idea, after.title, after.need, after.labels, after.body, after.comments)
            for column in after.columns { try learn(column) }
        } else {
            try database.run("DELETE FROM search_text WHERE idea = ?", idea)
        }
        if let before {
            let kept = Set(after?.columns.flatMap(Segmentation.split) ?? [])
            dropped.formUnion(
                before.columns.flatMap(Segmentation.split).filter { !kept.contains($0) })
        }
    }

    /// Takes the words of a segmented text into the vocabulary.
    private func learn(_ text: String) throws {
        for term in Segmentation.split(text) {
            guard !known.contains(term) else { continue }
            if known.count >= Self.knownLimit { known = [] }
            known.insert(term)
            guard Self.isSpelled(term) else { continue }
            let scalars = Array(term.unicodeScalars)
            try database.run(
                """
                INSERT INTO search_term(term, length, reversed) VALUES(?, ?, ?)
                ON CONFLICT DO NOTHING
                """, term, scalars.count, term.reversedScalars)
            guard database.changesCount == 1 else { continue }
            try database.run(
                "INSERT INTO search_part(rowid, term) VALUES(?, ?)", database.lastInsertedRowID,
                term)
        }
    }

    /// Takes those of the dropped terms out of the vocabulary that no idea holds.
    private func forgetDropped() throws {
        for term in dropped where Self.isSpelled(term) {
            let isHeld = try database.integer(
                "SELECT 1 FROM search_frequency WHERE term = ?", term)
            guard isHeld == nil,
                let key = try database.integer("SELECT key FROM search_term WHERE term = ?", term)
            else { continue }
            try database.run(
                "INSERT INTO search_part(search_part, rowid, term) VALUES('delete', ?, ?)", key,
                term)
            try database.run("DELETE FROM search_term WHERE key = ?", key)
            known.remove(term)
        }
        dropped = []
    }

    /// Whether a term can be misspelled: it has letters, three or more, and is no run.
    private static func isSpelled(_ term: String) -> Bool {
        term.unicodeScalars.count >= 3 && !Segmentation.isOfRun(term)
            && !term.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}

/// The segmented texts of an idea, a column each.
private struct IndexedText: Equatable {
    var title, need, labels, body, comments: String

    var columns: [String] { [title, need, labels, body, comments] }

    /// As the index has them; `nil` if it has nothing of the idea.
    static func stored(_ idea: Int64, _ database: Database) throws -> IndexedText? {
        try database.row(
            "SELECT title, need, labels, body, comments FROM search_text WHERE idea = ?", idea
        ).map {
            IndexedText(
                title: try $0[0], need: try $0[1], labels: try $0[2], body: try $0[3],
                comments: try $0[4])
        }
    }

    /// As they should be; `nil` if the idea is not listed.
    static func current(_ idea: Int64, _ database: Database) throws -> IndexedText? {
        guard
            let row = try database.row(
                """
                SELECT title, need, body, comments FROM idea JOIN tally ON tally.idea = idea.key
                WHERE key = ? AND listed = 1
                """, idea)
        else { return nil }
        let labels = try database.rows("SELECT name FROM label WHERE idea = ?", idea)
            .map { try $0[0] as String }.joined(separator: " ")
        let hasComments = (try row[3] as Int64) > 0
        let body = try ([try row[2] ?? ""] + joined(with: idea, database)).joined(separator: "\n")
        return IndexedText(
            title: Segmentation.segmented(try row[0] ?? ""),
            need: Segmentation.segmented(try row[1] ?? ""), labels: Segmentation.segmented(labels),
            body: Segmentation.segmented(body),
            comments: hasComments
                ? Segmentation.segmented(try comments(on: idea, database)) : "")
    }

    /// The texts of the ideas for which an idea stands besides itself.
    private static func joined(with idea: Int64, _ database: Database) throws -> [String] {
        try database.rows(
            """
            SELECT coalesce(title, '') || char(10) || coalesce(need, '') || char(10)
                || coalesce(body, '') || char(10)
                || coalesce((SELECT group_concat(name, ' ') FROM label WHERE label.idea = idea.key),
                    ''), idea.key
            FROM cluster JOIN idea ON idea.key = cluster.idea
            WHERE cluster.canonical = ?1 AND cluster.idea <> ?1 AND NOT hidden AND NOT withdrawn
            ORDER BY idea.id
            """, idea
        ).map { try $0[0] + "\n" + comments(on: try $0[1], database) }
    }

    private static func comments(on idea: Int64, _ database: Database) throws -> String {
        let rows = try String.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT text FROM comment
                    WHERE idea = ? AND text IS NOT NULL AND NOT hidden AND NOT withdrawn
                    ORDER BY created, id
                    """), arguments: [idea])
        var text = ""
        while let comment = try rows.next(),
            text.utf8.count + comment.utf8.count <= SearchIndex.commentBytes
        {
            text += comment + "\n"
        }
        return text
    }
}

extension String {
    /// The last scalar first.
    var reversedScalars: String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: unicodeScalars.reversed())
        return String(scalars)
    }
}
