import CommunisCore
import Foundation
import GRDB

extension Board {
    /// The ideas whose title, need and text say much the same as a text, the most alike first; none
    /// where nothing is.
    ///
    /// - Parameter limit: at most so many; `nil` for all.
    package func similar(to text: String, limit: Int?) throws(BoardError) -> [IdeaSummary] {
        try read { database in
            let keys = try SimilarIdeas(database).keys(text, limit: limit ?? .max)
            return try IdeaSummaries(database).summaries(
                keys.compactMap { try RankedIdea.stored(database, idea: $0) })
        }
    }
}

/// Ideas that say much the same as a text.
///
/// What two texts share is weighed by what it tells: a word in few ideas tells more than one in
/// many. Their likeness is the weight of the terms that both hold, as a share of the weight of
/// either (Dice's coefficient, weighted).
struct SimilarIdeas {
    /// The least likeness that is worth somebody's attention.
    static let threshold = 0.3
    /// Ideas are looked up by so many of the text's most telling terms.
    private static let termLimit = 24
    /// Of these, so many ideas that share most are compared.
    private static let comparedLimit = 60
    /// Of a long text only so many different terms are weighed, the first.
    private static let weighedLimit = 300
    /// A term in more ideas than this is not looked up; it is weighed.
    private static let commonFrequency = 4_000

    private let database: Database
    private let vocabulary: Vocabulary
    private let all: Double

    init(_ database: Database) throws {
        self.database = database
        vocabulary = Vocabulary(database: database)
        all = Double(try database.integer("SELECT count(*) FROM search_docsize") ?? 0)
    }

    func keys(_ text: String, limit: Int) throws -> [Int64] {
        var weights = Weights(vocabulary: vocabulary, all: all)
        var seen: Set<String> = []
        let terms = Array(
            Self.terms(Segmentation.segmented(text)).filter { seen.insert($0).inserted }
                .prefix(Self.weighedLimit))
        let sought = Set(terms)
        let total = try terms.reduce(0) { try $0 + weights.of($1) }
        guard total > 0 else { return [] }
        let alike = try candidates(terms, &weights).map { idea in
            (idea: idea, likeness: try likeness(idea, sought, total, &weights))
        }
        let ranked = alike.filter { $0.likeness >= Self.threshold }
            .sorted { $0.likeness > $1.likeness }
        return ranked.prefix(limit).map(\.idea)
    }

    /// The terms that are compared: of runs the pairs, which tell more than their characters.
    private static func terms(_ segmented: String) -> [String] {
        segmented.split(separator: " ").map { String($0) }.filter {
            !(Segmentation.isOfRun($0) && $0.unicodeScalars.count == 1)
        }
    }

    /// The ideas that share most of a text's most telling terms.
    private func candidates(_ terms: [String], _ weights: inout Weights) throws -> [Int64] {
        let statement = try database.cachedStatement(sql: SearchColumn.postingSQL)
        var weighed: [(term: String, weight: Double)] = []
        for term in terms {
            let frequency = try weights.frequency(term)
            guard frequency > 0, frequency <= Self.commonFrequency else { continue }
            weighed.append((term, try weights.of(term)))
        }
        weighed.sort { ($1.weight, $0.term) < ($0.weight, $1.term) }
        var shared: [Int64: Double] = [:]
        for (term, weight) in weighed.prefix(Self.termLimit) {
            var last: Int64 = -1
            let postings = try Int64.fetchCursor(statement, arguments: [term, -1])
            while let posting = try postings.next() {
                guard posting >> 3 != last, posting & 7 != SearchColumn.comments.rawValue else {
                    continue
                }
                last = posting >> 3
                shared[last, default: 0] += weight
            }
        }
        return shared.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .prefix(Self.comparedLimit).map(\.key)
    }

    private func likeness(
        _ idea: Int64, _ sought: Set<String>, _ total: Double, _ weights: inout Weights
    ) throws -> Double {
        guard
            let row = try database.row(
                "SELECT title, need, body FROM search_text WHERE idea = ?", idea)
        else { return 0 }
        let short = Set(Self.terms((row[0] as String) + " " + (row[1] as String)))
        let full = short.union(Self.terms(row[2]).prefix(Self.weighedLimit))
        // A long text is like an idea that says it shortly, and the other way round.
        return try max(
            dice(short, sought, total, &weights), dice(full, sought, total, &weights))
    }

    private func dice(
        _ terms: Set<String>, _ sought: Set<String>, _ total: Double, _ weights: inout Weights
    ) throws -> Double {
        var own = 0.0
        var shared = 0.0
        var count = 0
        for term in terms {
            let weight = try weights.of(term)
            own += weight
            if sought.contains(term) {
                shared += weight
                count += 1
            }
        }
        return own + total > 0 ? 2 * shared / (own + total) : 0
    }

    /// How much terms tell, looked up once each.
    private struct Weights {
        let vocabulary: Vocabulary
        let all: Double
        private var frequencies: [String: Int] = [:]

        init(vocabulary: Vocabulary, all: Double) {
            self.vocabulary = vocabulary
            self.all = all
        }

        mutating func frequency(_ term: String) throws -> Int {
            if let known = frequencies[term] { return known }
            let frequency = try vocabulary.frequency(term)
            frequencies[term] = frequency
            return frequency
        }

        mutating func of(_ term: String) throws -> Double {
            let frequency = Double(try frequency(term))
            return log(1 + max(0, all - frequency) / (frequency + 0.5))
        }
    }
}
