import CommunisCore
import Foundation
import GRDB

extension Board {
    /// The ideas in which words are found: those with all of them first, then those with most;
    /// words as they were typed before such as resemble them; titles before needs, tags, bodies and
    /// comments. Equal ones are ordered by their votes.
    ///
    /// - Parameters:
    ///   - text: what a person typed; everything that is no letter or digit only separates words.
    ///   - query: filters, and at most how many; its order is not used.
    package func search(_ text: String, _ query: IdeaQuery = IdeaQuery()) throws(BoardError)
        -> [IdeaSummary]
    {
        try read { database in
            let keys = try IdeaSearch(database, query).keys(SoughtWord.words(of: text))
            return try IdeaSummaries(database).summaries(
                keys.compactMap { try RankedIdea.stored(database, idea: $0) })
        }
    }
}

/// One search: finds the ideas of the words, then ranks them.
///
/// The work is bounded, whatever the words are. Every idea is ranked in which one of the rarer
/// words stands. Words that stand in very many ideas only add to the rank of these; where all words
/// are so common, the ideas are taken in the order of the board.
struct IdeaSearch {
    /// A word in more ideas than this is common.
    private static let commonFrequency = 4_000
    /// At most about so many ideas are ranked.
    private static let candidateLimit = 8_000
    private static let commonWordLimit = 4
    private static let expressionLimit = 64

    private let database: Database
    private let query: IdeaQuery
    private let filter: IdeaFilter

    init(_ database: Database, _ query: IdeaQuery) throws {
        self.database = database
        self.query = query
        filter = IdeaFilter(query)
    }

    /// The keys of the ideas that are found, best first.
    func keys(_ words: [SoughtWord]) throws -> [Int64] {
        guard !words.isEmpty else { return [] }
        let vocabulary = Vocabulary(database)
        var frequencies = try words.map { try vocabulary.frequency($0.term) }
        var candidates = SearchCandidates(wordCount: words.count)
        var literals: [String] = []
        var common: [Int] = []
        // The rarest first: they tell most, and leave the least to look through.
        for word in words.indices.sorted(by: { (frequencies[$0], $0) < (frequencies[$1], $1) }) {
            guard frequencies[word] <= Self.commonFrequency,
                candidates.ideas.isEmpty
                    || candidates.ideas.count + frequencies[word] <= Self.candidateLimit
            else {
                common.append(word)
                continue
            }
            let matches = try vocabulary.matches(words[word], frequency: frequencies[word])
            let found = try add(matches, word, to: &candidates)
            frequencies[word] = max(frequencies[word], found.ideas)
            literals += found.literals
        }
        common = Array(common.prefix(Self.commonWordLimit))
        if candidates.ideas.isEmpty { return try commonKeys(common.map { words[$0].term }) }
        for word in common {
            try add(common: words[word].term, word, among: literals, to: &candidates)
        }
        return try rank(candidates, words, frequencies)
    }

    private struct ScoredIdea {
        var idea: Int64
        var score: Double
    }

    // MARK: - Finding

    /// Adds the ideas of a word's terms, the closest term first. A term in so many ideas that there
    /// would be too many is left out whole, so that every copy of the board leaves out the same.
    private func add(
        _ matches: [TermMatch], _ word: Int, to candidates: inout SearchCandidates
    ) throws -> (ideas: Int, literals: [String]) {
        let statement = try database.cachedStatement(sql: SearchColumn.postingSQL)
        var room = Self.commonFrequency * SearchColumn.allCases.count
        var literals: [String] = []
        var ideas = 0
        for match in matches {
            let postings = try Int64.fetchAll(statement, arguments: [match.term, room + 1])
            guard postings.count <= room else { continue }
            room -= postings.count
            var last: Int64 = -1
            for posting in postings {
                guard let column = SearchColumn(rawValue: Int(posting & 7)) else { continue }
                candidates.add(posting >> 3, word: word, column, match)
                if posting >> 3 != last { ideas += 1 }
                last = posting >> 3
            }
            if !match.isForgiven && !postings.isEmpty { literals.append(match.term) }
        }
        return (ideas, literals)
    }

    /// Notes which of the candidates hold a common word: the index walks along the rarer ones.
    private func add(
        common term: String, _ word: Int, among literals: [String],
        to candidates: inout SearchCandidates
    ) throws {
        guard !literals.isEmpty else { return }
        let rarer = literals.prefix(Self.expressionLimit).map { "\"\($0)\"" }
            .joined(separator: " OR ")
        let match = TermMatch(term: term, weight: 1)
        for (column, prefix) in [(SearchColumn.title, "{title} : "), (.body, "")] {
            let found = try Int64.fetchCursor(
                database.cachedStatement(sql: "SELECT rowid FROM search WHERE search MATCH ?"),
                arguments: ["(\(rarer)) AND \(prefix)\"\(term)\""])
            while let idea = try found.next() {
                if candidates.contains(idea) { candidates.add(idea, word: word, column, match) }
            }
        }
    }

    // MARK: - Ranking

    private func rank(
        _ candidates: SearchCandidates, _ words: [SoughtWord], _ frequencies: [Int]
    ) throws -> [Int64] {
        let all = Double(try database.integer("SELECT count(*) FROM search_docsize") ?? 0)
        // How much a word tells: the inverse document frequency of BM25.
        let informations = frequencies.map {
            log(1 + (max(0, all - Double($0)) + 0.5) / (Double($0) + 0.5))
        }
        // "The", or a word in every third idea, does not make an idea answer more of the question.
        let telling = words.indices.filter {
            Double(frequencies[$0]) * 3 <= max(all, 20) && !FunctionWords.contains(words[$0].term)
        }
        let counted = telling.isEmpty ? Array(frequencies.indices) : telling
        let tiers = Dictionary(grouping: candidates.ideas.indices) {
            candidates.coverage($0, counting: counted)
        }
        var keys: [Int64] = []
        let lengths = try ColumnLengths(database)
        for (_, places) in tiers.sorted(by: { $0.key > $1.key }) {
            var scored: [ScoredIdea] = try places.map { place in
                let idea = candidates.ideas[place]
                let score = candidates.score(
                    place, informations: informations, lengths: try lengths.of(idea))
                return ScoredIdea(idea: idea, score: score)
            }
            scored.sort { $0.score > $1.score }
            var rest = scored[...]
            while let first = rest.first {
                let equals = rest.prefix { $0.score == first.score }
                rest = rest.dropFirst(equals.count)
                keys += try ordered(equals.map(\.idea))
                if let limit = query.limit, keys.count >= limit {
                    return Array(keys.prefix(limit))
                }
            }
        }
        return keys
    }

    /// Those that pass the filters, by votes, then id.
    private func ordered(_ ideas: [Int64]) throws -> [Int64] {
        struct Standing {
            var idea, score: Int64
            var id: IdeaID
        }
        let statement = try database.cachedStatement(
            sql: "SELECT score, id FROM tally WHERE \(filter.condition) AND idea = ?")
        var found: [Standing] = []
        for idea in ideas {
            let arguments = StatementArguments(filter.arguments + [idea])
            if let row = try Row.fetchOne(statement, arguments: arguments) {
                found.append(Standing(idea: idea, score: try row[0], id: try row.identifier(1)))
            }
        }
        found.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
        return found.map(\.idea)
    }

    // MARK: - Common words only

    /// The ideas of words that stand in very many, in the order of the board: first those with all
    /// of them in the title, then those with all anywhere, then those with any.
    private func commonKeys(_ terms: [String]) throws -> [Int64] {
        guard !terms.isEmpty else { return [] }
        let quoted = terms.map { "\"\($0)\"" }
        let every = quoted.joined(separator: " AND ")
        var expressions = ["{title} : (\(every))", every]
        if terms.count > 1 { expressions.append(quoted.joined(separator: " OR ")) }
        var keys: [Int64] = []
        var taken: Set<Int64> = []
        for expression in expressions {
            if let limit = query.limit, keys.count >= limit { break }
            let holds = try holding(expression)
            let statement = try database.cachedStatement(
                sql: """
                    SELECT idea FROM tally WHERE \(filter.condition)
                    ORDER BY score DESC, agree DESC, created, id
                    """)
            let board = try Int64.fetchCursor(
                statement, arguments: StatementArguments(filter.arguments))
            while keys.count < query.limit ?? .max, let idea = try board.next() {
                guard holds.indices.contains(Int(idea)), holds[Int(idea)],
                    taken.insert(idea).inserted
                else {
                    continue
                }
                keys.append(idea)
            }
        }
        return keys
    }

    /// More ideas than any board has.
    private static let keyLimit: Int64 = 100_000_000

    /// By key, whether an idea matches an expression.
    private func holding(_ expression: String) throws -> [Bool] {
        let last = try database.integer("SELECT max(key) FROM idea") ?? 0
        // Keys are given from 1 on without gaps: what is far above is damage, not a need for memory.
        guard (0..<Self.keyLimit).contains(last) else { throw Row.damaged }
        var holds = Array(repeating: false, count: Int(last) + 1)
        let found = try Int64.fetchCursor(
            database.cachedStatement(sql: "SELECT rowid FROM search WHERE search MATCH ?"),
            arguments: [expression])
        while let idea = try found.next() {
            // The index may name what is not there.
            if (0...last).contains(idea) { holds[Int(idea)] = true }
        }
        return holds
    }
}
