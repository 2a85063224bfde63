import GRDB

/// A column of the index, and what a word in it is worth.
enum SearchColumn: Int, CaseIterable {
    case title, need, labels, body, comments

    /// How much more a word says here than in a comment.
    var weight: Double {
        switch self {
        case .title: 8
        case .need: 4
        case .labels: 3
        case .body: 2
        case .comments: 1
        }
    }

    /// How many terms it usually holds. A constant, so that the order of two ideas does not depend
    /// on what else the board holds.
    var usualLength: Double {
        switch self {
        case .title: 10
        case .need: 20
        case .labels: 2
        case .body: 60
        case .comments: 60
        }
    }

    /// A posting as one number: the idea's key and, in the last three bits, the column.
    static let postingSQL = """
        SELECT doc * 8 + CASE col WHEN 'title' THEN 0 WHEN 'need' THEN 1 WHEN 'labels' THEN 2
            WHEN 'body' THEN 3 ELSE 4 END
        FROM search_posting WHERE term = ? LIMIT ?
        """
}

/// The ideas in which sought words were found, and how.
struct SearchCandidates {
    /// How surely a word was found in an idea.
    enum Standing: UInt8 {
        case missing, forgiven, literal
    }

    let wordCount: Int
    private(set) var ideas: [Int64] = []
    private var places: [Int64: Int] = [:]
    /// The best weight of each (idea, word, column).
    private var weights: [Float] = []
    private var standings: [Standing] = []

    init(wordCount: Int) { self.wordCount = wordCount }

    /// Notes that a word stands in a column of an idea.
    mutating func add(_ idea: Int64, word: Int, _ column: SearchColumn, _ match: TermMatch) {
        let place = places[idea] ?? append(idea)
        let cell = (place * wordCount + word) * SearchColumn.allCases.count + column.rawValue
        weights[cell] = max(weights[cell], Float(match.weight))
        let standing: Standing = match.isForgiven ? .forgiven : .literal
        let index = place * wordCount + word
        if standing.rawValue > standings[index].rawValue { standings[index] = standing }
    }

    func contains(_ idea: Int64) -> Bool { places[idea] != nil }

    private mutating func append(_ idea: Int64) -> Int {
        let place = ideas.count
        places[idea] = place
        ideas.append(idea)
        weights.append(
            contentsOf: repeatElement(0, count: wordCount * SearchColumn.allCases.count))
        standings.append(contentsOf: repeatElement(.missing, count: wordCount))
        return place
    }

    /// How much of what was sought an idea holds: a word counts 1 as it was typed, and half where
    /// it was forgiven.
    func coverage(_ place: Int, counting words: [Int]) -> Double {
        words.reduce(0) { sum, word in
            switch standings[place * wordCount + word] {
            case .missing: sum
            case .forgiven: sum + 0.5
            case .literal: sum + 1
            }
        }
    }

    /// BM25F (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted fields",
    /// 2004), with a word in a column counted once: what an idea says twice it does not say better.
    ///
    /// - Parameters:
    ///   - informations: of each word, how much finding it tells.
    ///   - lengths: how many terms each column of the idea holds.
    func score(_ place: Int, informations: [Double], lengths: [Int]) -> Double {
        let columns = SearchColumn.allCases
        let saturation = 1.2
        let lengthShare = 0.4
        let score = informations.indices.reduce(0) { sum, word in
            var strength = 0.0
            for column in columns {
                let cell = (place * wordCount + word) * columns.count + column.rawValue
                guard weights[cell] > 0 else { continue }
                let relative = Double(lengths[column.rawValue]) / column.usualLength
                strength +=
                    column.weight * Double(weights[cell])
                    / (1 - lengthShare + lengthShare * relative)
            }
            return sum + informations[word] * strength / (saturation + strength)
        }
        // Lengths that a damaged file gives may divide by nothing; what is no number equals nothing.
        return score.isFinite ? score : 0
    }
}
