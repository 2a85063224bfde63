import CommunisCore
import GRDB

/// Keeps the index of words true to the texts of the ideas, within the transaction that changes
/// them.
final class SearchIndex {
    /// Of an idea's comments at most so much is searched, the oldest first: a comment more must not
    /// cost more the more there are.
    static let commentBytes = 64 * 1_024
    /// Of each column so many different terms are searched, the first. That is every word of 32 KB in
    /// most languages; a text of words that nobody ever wrote costs more than it says.
    static let termLimit = 2_000
    /// Of an idea's labels so many are searched, the first by name.
    static let labelLimit = 200
    /// Of the ideas for which an idea stands so many are searched, the first by id, and so many bytes.
    static let joinedLimit = 100
    static let joinedBytes = 64 * 1_024
    /// Known terms are forgotten when there are more, lest a rebuild holds them all in memory.
    private static let knownLimit = 500_000
    /// New terms are written when there are more.
    private static let freshLimit = 500_000

    private let database: Database
    /// Terms that are in the vocabulary, so that it is not asked for each word of each text.
    private var known: Set<String> = []
    /// Terms that are to enter the vocabulary, if they are not there. They wait for each other: written in
    /// the order of its indexes, a million of them touch each page once.
    private var fresh: Set<String> = []
    /// Terms that an idea does not hold any more; perhaps none does.
    private var dropped: Set<String> = []

    init(_ database: Database) { self.database = database }

    /// Writes what is to be found of these ideas; nothing of those that are not listed.
    func update(_ ideas: Set<Int64>) throws {
        // In the order of keys, in which the index appends.
        for idea in ideas.sorted() { try update(idea) }
        try learnFresh()
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
        } else {
            try database.run("DELETE FROM search_text WHERE idea = ?", idea)
        }
        guard let before else {
            for column in after?.columns ?? [] { try learn(Segmentation.split(column)) }
            return
        }
        // What the idea held before is in the vocabulary.
        let held = Set(before.columns.flatMap(Segmentation.split))
        let kept = Set(after?.columns.flatMap(Segmentation.split) ?? [])
        try learn(kept.subtracting(held))
        dropped.formUnion(held.subtracting(kept))
    }

    /// Takes terms into the vocabulary.
    private func learn(_ terms: some Sequence<String>) throws {
        for term in terms {
            guard !known.contains(term) else { continue }
            if known.count >= Self.knownLimit { known = [] }
            known.insert(term)
            if Self.isSpelled(term) { fresh.insert(term) }
        }
        if fresh.count > Self.freshLimit { try learnFresh() }
    }

    private func learnFresh() throws {
        guard !fresh.isEmpty else { return }
        let terms = fresh.map { (length: $0.unicodeScalars.count, term: $0) }.sorted { $0 < $1 }
        fresh = []
        var ends: [(length: Int, reversed: String)] = []
        for (length, term) in terms {
            try database.run(
                "INSERT INTO search_term(length, term) VALUES(?, ?) ON CONFLICT DO NOTHING",
                length, term)
            guard database.changesCount == 1 else { continue }
            try database.run(
                "INSERT INTO search_part(rowid, term) VALUES(?, ?)", database.lastInsertedRowID,
                term)
            ends.append((length, term.reversedScalars))
        }
        for (length, reversed) in ends.sorted(by: { $0 < $1 }) {
            try database.run(
                "INSERT INTO search_end(length, reversed) VALUES(?, ?) ON CONFLICT DO NOTHING",
                length, reversed)
        }
    }

    /// Takes those of the dropped terms out of the vocabulary that no idea holds.
    private func forgetDropped() throws {
        for term in dropped where Self.isSpelled(term) {
            let isHeld = try database.integer(
                "SELECT 1 FROM search_frequency WHERE term = ?", term)
            let length = term.unicodeScalars.count
            guard isHeld == nil,
                let key = try database.integer(
                    "SELECT key FROM search_term WHERE length = ? AND term = ?", length, term)
            else { continue }
            try database.run(
                "INSERT INTO search_part(search_part, rowid, term) VALUES('delete', ?, ?)", key,
                term)
            try database.run("DELETE FROM search_term WHERE key = ?", key)
            try database.run(
                "DELETE FROM search_end WHERE length = ? AND reversed = ?", length,
                term.reversedScalars)
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
        let hasComments = (try row[3] as Int64) > 0
        let body = try ([try row[2] ?? ""] + joined(with: idea, database)).joined(separator: "\n")
        return IndexedText(
            title: Segmentation.segmented(try row[0] ?? ""),
            need: Segmentation.segmented(try row[1] ?? ""),
            labels: Segmentation.segmented(try labels(of: idea, database)),
            body: limited(Segmentation.segmented(body)),
            comments: hasComments
                ? limited(Segmentation.segmented(try comments(on: idea, database))) : "")
    }

    /// A segmented text up to the last of its different terms that is searched.
    static func limited(_ segmented: String) -> String {
        // A term has a byte at least, and a space behind it.
        guard segmented.utf8.count > 2 * SearchIndex.termLimit else { return segmented }
        var terms: Set<String> = []
        for term in segmented.utf8.split(separator: 0x20) {
            let isNew = terms.insert(String(Substring(term))).inserted
            guard isNew, terms.count > SearchIndex.termLimit else { continue }
            return String(Substring(segmented.utf8[..<term.startIndex].dropLast()))
        }
        return segmented
    }

    private static func labels(of idea: Int64, _ database: Database) throws -> String {
        try database.rows(
            "SELECT name FROM label WHERE idea = ? ORDER BY axis, name LIMIT ?", idea,
            SearchIndex.labelLimit
        ).map { try $0[0] as String }.joined(separator: " ")
    }

    /// The texts of the ideas for which an idea stands besides itself.
    private static func joined(with idea: Int64, _ database: Database) throws -> [String] {
        let ideas = try database.rows(
            """
            SELECT idea.key FROM cluster JOIN idea ON idea.key = cluster.idea
            WHERE cluster.canonical = ?1 AND cluster.idea <> ?1 AND NOT hidden AND NOT withdrawn
            ORDER BY idea.id LIMIT ?2
            """, idea, SearchIndex.joinedLimit)
        var texts: [String] = []
        var bytes = 0
        for row in ideas where bytes < SearchIndex.joinedBytes {
            let key: Int64 = try row[0]
            let fields = try database.row("SELECT title, need, body FROM idea WHERE key = ?", key)
            let own = try (0..<3).compactMap { try fields?[$0] as String? }
            let text = try (own + [labels(of: key, database), comments(on: key, database)])
                .joined(separator: "\n")
            bytes += text.utf8.count
            texts.append(text)
        }
        return texts
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
