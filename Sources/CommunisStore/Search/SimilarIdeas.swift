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
/// either (Dice's coefficient, weighted): 1 for equal texts, 0 for those that share nothing.
struct SimilarIdeas {
    /// The least likeness that is worth somebody's attention. Among the listed statements of three
    /// Polis conversations it finds some 14 pairs, of which one or two only share a subject.
    static let threshold = 0.35
    /// Ideas are looked up by so many of the text's most telling terms.
    private static let lookupLimit = 24
    /// Of these, so many are also looked for in other forms.
    private static let formLimit = 12
    /// The ideas that share most are compared, so many.
    private static let comparedLimit = 20
    /// Of a long text only so many different terms are weighed, the first.
    private static let weighedLimit = 300
    /// A term in more ideas than this is weighed and not looked up.
    private static let commonFrequency = 4_000

    struct Alike {
        var idea: Int64
        var likeness: Double
        var id: IdeaID
    }

    private let database: Database
    private let vocabulary: Vocabulary
    private let weights: TermWeights

    init(_ database: Database) throws {
        self.database = database
        vocabulary = Vocabulary(database)
        weights = try TermWeights(database)
    }

    func keys(_ text: String, limit: Int) throws -> [Int64] {
        try ranked(text).filter { $0.likeness >= Self.threshold }.prefix(limit).map(\.idea)
    }

    /// The ideas that share something telling with a text, the most alike first, then by id.
    func ranked(_ text: String) throws -> [Alike] {
        let sought = Self.terms(Segmentation.segmented(text))
        let total = try sought.reduce(0) { try $0 + weights.of($1) }
        guard total > 0 else { return [] }
        let forms = try forms(of: sought)
        var alike: [Alike] = []
        for idea in try candidates(forms) {
            guard
                let row = try database.row(
                    """
                    SELECT title, need, body, id FROM search_text JOIN tally USING(idea)
                    WHERE idea = ?
                    """, idea)
            else { continue }
            // A short text is like an idea whose title says it, a long one like the whole idea.
            var text = ""
            var likeness = 0.0
            for column in 0..<3 {
                text += try " " + (row[column] as String)
                let terms = Self.terms(text)
                likeness = max(likeness, try self.likeness(terms, sought, forms, total))
            }
            alike.append(Alike(idea: idea, likeness: likeness, id: try row.identifier(3)))
        }
        return alike.sorted {
            $0.likeness != $1.likeness ? $0.likeness > $1.likeness : $0.id < $1.id
        }
    }

    /// The different terms that are compared, in the order of a segmented text: of runs the pairs,
    /// which tell more than their characters.
    private static func terms(_ segmented: String) -> [String] {
        var seen: Set<String> = []
        var terms: [String] = []
        for term in Segmentation.split(segmented) {
            if Segmentation.isOfRun(term) && term.unicodeScalars.count == 1 { continue }
            if FunctionWords.contains(term) || !seen.insert(term).inserted { continue }
            terms.append(term)
            if terms.count == weighedLimit { break }
        }
        return terms
    }

    /// A sought term, and how near to it what stands in an idea is.
    private struct Form {
        var sought: String
        var weight: Double
    }

    /// Each term that stands for a sought one: itself, and of the most telling ones also those that
    /// contain or resemble it.
    private func forms(of sought: [String]) throws -> [String: Form] {
        var forms: [String: Form] = [:]
        let telling = try sought.map { (term: $0, weight: try weights.of($0)) }
            .sorted { ($1.weight, $0.term) < ($0.weight, $1.term) }
        for (term, _) in telling.prefix(Self.formLimit) where !Segmentation.isOfRun(term) {
            let word = SoughtWord(term: term)
            let frequency = try weights.frequency(term)
            for match in try vocabulary.matches(word, frequency: frequency)
            where match.weight * match.weight > forms[match.term]?.weight ?? 0 {
                // Squared: to resemble a word finds an idea, and says less of what it is about.
                forms[match.term] = Form(sought: term, weight: match.weight * match.weight)
            }
        }
        for term in sought { forms[term] = Form(sought: term, weight: 1) }
        return forms
    }

    /// The ideas that share most of the most telling terms.
    private func candidates(_ forms: [String: Form]) throws -> [Int64] {
        var lookups: [(term: String, weight: Double)] = []
        for (term, form) in forms {
            let frequency = try weights.frequency(term)
            guard frequency > 0, frequency <= Self.commonFrequency else { continue }
            lookups.append((term, try weights.of(form.sought) * form.weight))
        }
        lookups.sort { ($1.weight, $0.term) < ($0.weight, $1.term) }
        var shared: [Int64: Double] = [:]
        let statement = try database.cachedStatement(sql: SearchColumn.postingSQL)
        for (term, weight) in lookups.prefix(Self.lookupLimit) {
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
        // The keys of ideas differ between copies, and may not decide.
        let order = shared.sorted { $0.value > $1.value }
        guard order.count > Self.comparedLimit else { return order.map(\.key) }
        let least = order[Self.comparedLimit - 1].value
        let certain = order.prefix { $0.value > least }.map(\.key)
        let equal = try order.filter { $0.value == least }.map { (key: $0.key, id: try id($0.key)) }
        return certain
            + equal.sorted { $0.id < $1.id }.prefix(Self.comparedLimit - certain.count).map(\.key)
    }

    private func id(_ idea: Int64) throws -> IdeaID {
        guard let row = try database.row("SELECT id FROM idea WHERE key = ?", idea) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an idea is missing")
        }
        return try row.identifier(0)
    }

    private func likeness(
        _ terms: [String], _ sought: [String], _ forms: [String: Form], _ total: Double
    ) throws -> Double {
        var own = 0.0
        var shared: [String: Double] = [:]
        for term in terms {
            own += try weights.of(term)
            if let form = forms[term] {
                shared[form.sought] = max(shared[form.sought] ?? 0, form.weight)
            }
        }
        // One word that two texts of several share is a subject, not yet the same idea.
        guard shared.count >= min(2, terms.count, sought.count) else { return 0 }
        // In the order of the terms, lest sums of the same numbers differ.
        let sum = try shared.sorted { $0.key < $1.key }.reduce(0) {
            try $0 + weights.of($1.key) * $1.value
        }
        return own + total > 0 ? min(1, 2 * sum / (own + total)) : 0
    }
}

/// How much terms tell, each looked up once.
final class TermWeights {
    /// As if so many more ideas stood on the board, without the term: a board of one idea would
    /// otherwise find that none of its words tells anything.
    private static let assumedIdeas = 50.0

    private let vocabulary: Vocabulary
    private let ideas: Double
    private var frequencies: [String: Int] = [:]

    init(_ database: Database) throws {
        vocabulary = Vocabulary(database)
        ideas = Double(try database.integer("SELECT count(*) FROM search_docsize") ?? 0)
    }

    func frequency(_ term: String) throws -> Int {
        if let known = frequencies[term] { return known }
        let frequency = try vocabulary.frequency(term)
        frequencies[term] = frequency
        return frequency
    }

    /// The inverse document frequency.
    func of(_ term: String) throws -> Double {
        let frequency = Double(try frequency(term))
        return log((ideas + Self.assumedIdeas + 1) / (frequency + 0.5))
    }
}
