import GRDB

/// Which terms of the index a sought word may stand for.
struct Vocabulary {
    /// Terms that contain a word, and terms within its typing errors: so many of each.
    private static let limit = 24
    /// A word that stands in so many ideas as it is typed was meant: nothing is forgiven.
    private static let plenty = 10
    /// Of each beginning that other forms of a word may have, so many terms.
    private static let formLimit = 8
    /// Of each beginning and each end that a mistyped word may have kept, so many terms of a length are
    /// compared, the first in the order of letters.
    private static let comparedLimit = 4_000
    /// What sorts behind every text that goes on after the same beginning.
    private static let afterEverything = "\u{10FFFF}"

    private let database: Database

    init(_ database: Database) { self.database = database }

    /// In how many ideas a term stands.
    func frequency(_ term: String) throws -> Int {
        Int(try database.integer("SELECT doc FROM search_frequency WHERE term = ?", term) ?? 0)
    }

    /// The terms of a word, the closest first.
    ///
    /// - Parameter frequency: in how many ideas it stands as it is typed.
    func matches(_ word: SoughtWord, frequency: Int) throws -> [TermMatch] {
        let exact = TermMatch(term: word.term, weight: 1)
        if word.isOfRun { return [exact] + characters(of: word) }
        let letters = Array(word.term.unicodeScalars)
        let longer =
            try containing(word.term, letters: letters.count) + otherForms(of: word.term)
        let isPlain = word.term.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard frequency < Self.plenty, !isPlain else { return [exact] + longer }
        let known = Set(longer.map(\.term))
        let near = try misspelled(letters, isKnown: frequency > 0).filter {
            !known.contains($0.term)
        }
        return [exact] + longer + near
    }

    /// The characters of a pair: where one is a mistake, the other may still be right.
    private func characters(of pair: SoughtWord) -> [TermMatch] {
        guard pair.term.unicodeScalars.count == 2 else { return [] }
        return pair.term.unicodeScalars.map {
            TermMatch(term: String($0), weight: 0.2, isForgiven: true)
        }
    }

    // MARK: - Longer words

    /// Terms that begin with a word or contain it, the shortest first: "verlichting" stands in
    /// "fietspadverlichting". Three letters stand inside too many words by chance: they count at
    /// the ends only.
    private func containing(_ word: String, letters: Int) throws -> [TermMatch] {
        guard letters >= 3 else { return [] }
        let rows = try database.rows(
            """
            SELECT search_term.term, length
            FROM search_part JOIN search_term ON search_term.key = search_part.rowid
            WHERE search_part MATCH ?1 AND search_term.term <> ?2
                AND (?3 OR substr(search_term.term, 1, ?4) = ?2
                    OR substr(search_term.term, -?4) = ?2)
            ORDER BY length, search_term.term LIMIT \(Self.limit)
            """, "\"\(word)\"", word, letters > 3, letters)
        return try rows.map { row in
            let term: String = try row[0]
            let length: Int = try row[1]
            // What begins with the word is mostly a form of it; the more is added, the less so.
            let share = Double(letters) / Double(length)
            return TermMatch(
                term: term, weight: (term.hasPrefix(word) ? 0.55 : 0.4) + 0.35 * share)
        }
    }

    /// Terms that may be other forms of a word, in singular and plural.
    private func otherForms(of word: String) throws -> [TermMatch] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT term FROM search_term
                WHERE length = ? AND term >= ? AND term < ? AND term <> ?
                ORDER BY term LIMIT \(Self.formLimit)
                """)
        return try WordForms.beginnings(word).sorted().flatMap { beginning in
            // Of letters a to z, a byte each.
            let shortest = beginning.utf8.count
            let lengths = shortest...(shortest + (shortest > 4 ? 3 : 2))
            return try lengths.flatMap {
                try String.fetchAll(
                    statement, arguments: [$0, beginning, beginning + Self.afterEverything, word])
            }.prefix(Self.formLimit)
        }.map { TermMatch(term: $0, weight: 0.7) }
    }

    // MARK: - Typing errors

    /// Terms within a word's typing errors, the closest first.
    ///
    /// Errors leave some of the word's beginning, end or middle as it is: terms that share one of
    /// them are looked up, and compared. An error touches two neighbouring letters at most (a swap),
    /// so of two errors in eight letters or more one of the three stays, but for two swaps in eight
    /// letters.
    private func misspelled(_ letters: [Unicode.Scalar], isKnown: Bool) throws -> [TermMatch] {
        let count = letters.count
        let allowance = EditDistance.allowance(letters: count)
        guard allowance > 0 else { return [] }
        let limit = isKnown ? 1 : allowance
        var seen: Set<String> = []
        var found: [(term: String, distance: Int)] = []
        func consider(_ term: String) {
            guard seen.insert(term).inserted else { return }
            let distance = EditDistance.within(limit, letters, Array(term.unicodeScalars))
            if let distance, distance > 0 { found.append((term, distance)) }
        }
        let start = allowance == 1 ? count / 2 : count > 10 ? 3 : 2
        let end = allowance == 1 ? count - 1 - start : start
        let lengths = (count - limit)...(count + limit)
        try beginning(with: letters.prefix(start), lengths, "term", of: "search_term")
            .forEach(consider)
        try beginning(
            with: letters.reversed().prefix(end), lengths, "reversed", of: "search_end"
        )
        .forEach { consider($0.reversedScalars) }
        if limit == 2 { try holding(middles(letters, start, end), lengths).forEach(consider) }
        return found.sorted { ($0.distance, $0.term) < ($1.distance, $1.term) }
            .prefix(Self.limit).map {
                TermMatch(term: $0.term, weight: $0.distance == 1 ? 0.5 : 0.3, isForgiven: true)
            }
    }

    /// What errors at both ends leave of a word: three letters or more.
    private func middles(_ letters: [Unicode.Scalar], _ start: Int, _ end: Int) -> [String] {
        func part(_ range: Range<Int>) -> String {
            String(String.UnicodeScalarView(letters[range]))
        }
        let (low, high) = (start + 1, letters.count - end - 1)
        if high - low >= 3 { return [part(low..<high)] }
        return [part(low - 1..<low + 2), part(high - 2..<high + 1)]
    }

    /// The values of a column, of these lengths, that begin with some letters.
    private func beginning(
        with letters: some Sequence<Unicode.Scalar>, _ lengths: ClosedRange<Int>, _ column: String,
        of table: String
    ) throws -> [String] {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: letters)
        let low = String(scalars)
        let high = low + Self.afterEverything
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(column) FROM \(table)
                WHERE length = ? AND \(column) >= ? AND \(column) < ?
                ORDER BY \(column) LIMIT \(Self.comparedLimit)
                """)
        return try lengths.flatMap {
            try String.fetchAll(statement, arguments: [$0, low, high])
        }
    }

    private func holding(_ parts: [String], _ lengths: ClosedRange<Int>) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT search_term.term FROM search_part
                JOIN search_term ON search_term.key = search_part.rowid
                WHERE search_part MATCH ? AND search_term.length BETWEEN ? AND ?
                """)
        let expression = parts.map { "\"\($0)\"" }.joined(separator: " OR ")
        return try String.fetchAll(
            statement, arguments: [expression, lengths.lowerBound, lengths.upperBound])
    }
}
