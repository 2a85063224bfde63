import CommunisCore

// The names that an option takes, with what each means where the language of the run is not that of
// the names: `open, shipped (opgeleverd)`.

extension Status {
    static var choices: String { namesAndMeanings(allCases.map { ($0.name, $0.words) }) }
}

extension Facet {
    static var choices: String { namesAndMeanings(allCases.map { ($0.rawValue, $0.words) }) }
}

private func namesAndMeanings(_ names: [(name: String, words: Phrase)]) -> String {
    names.map { name, words in
        let meaning = say(words)
        return meaning == name ? name : "\(name) (\(meaning))"
    }.joined(separator: ", ")
}
