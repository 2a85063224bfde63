/// One thing that a search asks for.
struct SoughtWord: Hashable {
    /// More words than this are not looked for; the first count.
    static let limit = 24

    /// The term of the index that it is, if it is typed as it stands there.
    var term: String
    /// Whether it is a pair or a single character of a run; else it is spelled in letters.
    var isOfRun = false

    /// The different words of what a person typed, in its order. Everything that is no letter or
    /// digit only separates words, so that nothing typed is ever an operator.
    static func words(of text: String) -> [SoughtWord] {
        var words: [SoughtWord] = []
        var seen: Set<SoughtWord> = []
        for piece in Segmentation.pieces(of: text) {
            let found: [SoughtWord] =
                switch piece {
                case .word(let word): [SoughtWord(term: word)]
                case .run(let run) where run.count == 1:
                    [SoughtWord(term: String(run[0]), isOfRun: true)]
                case .run(let run):
                    Segmentation.pairs(run).map { SoughtWord(term: $0, isOfRun: true) }
                }
            for word in found where seen.insert(word).inserted { words.append(word) }
            if words.count >= limit { break }
        }
        return Array(words.prefix(limit))
    }
}

/// A term of the index that a sought word may stand for.
struct TermMatch {
    var term: String
    /// 1 for the word itself; less for what only resembles it.
    var weight: Double
    /// Whether the word was not typed as it stands here.
    var isForgiven = false
}
