/// Words for people, with the values in them kept apart, so that they can be said in another
/// language. Written as a string literal in English:
///
///     "no board at \(path)"
///     "\(ideas, "idea", "ideas") by \(name)"
package struct Phrase: ExpressibleByStringInterpolation, Hashable, Sendable {
    /// What stands between the words.
    package enum Value: Hashable, Sendable {
        /// Said alike in every language.
        case verbatim(String)
        case phrase(Phrase)
    }

    /// The English words, `{1}`, `{2}`, … where the values stand: the key of a translation.
    package let format: String
    package let values: [Value]

    package init(stringLiteral value: String) {
        format = value
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        format = stringInterpolation.format
        values = stringInterpolation.values
    }

    /// A text that is the same in every language.
    package init(verbatim text: String) { self = "\(text)" }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var format = ""
        fileprivate var values: [Value] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { format += literal }

        package mutating func appendInterpolation(_ value: some Any) {
            append(.verbatim(String(describing: value)))
        }

        @available(*, unavailable, message: "what is said where there is none?")
        package mutating func appendInterpolation(_ value: (some Any)?) {}

        package mutating func appendInterpolation(_ phrase: Phrase) { append(.phrase(phrase)) }

        /// A number with the noun that it counts: `1 idea`, `2 ideas`.
        package mutating func appendInterpolation(_ count: Int, _ one: Phrase, _ many: Phrase) {
            appendInterpolation(count)
            format += " "
            append(.phrase(count == 1 ? one : many))
        }

        private mutating func append(_ value: Value) {
            values.append(value)
            format += "{\(values.count)}"
        }
    }

    /// The phrase in a language.
    ///
    /// - Parameter translation: the words for a format in that language, with the same
    ///   placeholders in any order; `nil` keeps the English ones.
    package func text(translation: (String) -> String?) -> String {
        let words = translation(format) ?? format
        guard !values.isEmpty else { return words }
        var text = ""
        var rest = Substring(words)
        while let start = rest.firstIndex(of: "{") {
            text += rest[..<start]
            let number = rest[start...].dropFirst().prefix { $0.isASCII && $0.isNumber }
            if let place = Int(number), values.indices.contains(place - 1),
                number.endIndex < rest.endIndex, rest[number.endIndex] == "}"
            {
                switch values[place - 1] {
                case .verbatim(let value): text += value
                case .phrase(let phrase): text += phrase.text(translation: translation)
                }
                rest = rest[rest.index(after: number.endIndex)...]
            } else {
                text.append("{")
                rest = rest[start...].dropFirst()
            }
        }
        return text + rest
    }

    /// The phrase in English.
    package var english: String { text { _ in nil } }

    package static func + (left: Phrase, right: Phrase) -> Phrase { "\(left)\(right)" }
}

extension Phrase: CustomStringConvertible {
    /// In English, for programmers; people are told the phrase in their language.
    package var description: String { english }
}
