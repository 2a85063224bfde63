import CommunisCore
import Testing

/// The formats that are read from a source are those that Swift makes of it.
@Suite struct SwiftLiteralsTests {
    private func find(_ source: String) -> [SwiftLiteral] { SwiftLiterals.find(in: source) }

    @Test func formatsAreThoseOfPhrases() {
        let name = "a"
        let count = 2
        let phrases: [(String, Phrase)] = [
            (#""plain""#, "plain"),
            (#""no \(name.description) at \(count)""#, "no \(name.description) at \(count)"),
            (#""\(count, "idea", "ideas") by \(name)""#, "\(count, "idea", "ideas") by \(name)"),
            (#""a \"b\" \\ \u{41}\n""#, "a \"b\" \\ \u{41}\n"),
            (##"#"raw \n \#(name)"#"##, #"raw \n \#(name)"#),
            (
                #"""
                    """
                    one \
                    \(count, "way", "ways")
                      two

                    three
                    """
                """#,
                """
                one \
                \(count, "way", "ways")
                  two

                three
                """
            ),
        ]
        for (source, phrase) in phrases {
            #expect(find(source).last?.format == phrase.format, "\(source)")
        }
    }

    @Test func nounsAreFound() {
        let literals = find(#"say("\(count == 1 ? "x y" : "z", "idea", "ideas") here")"#)
        #expect(literals.map(\.format) == ["x y", "z", "idea", "ideas", "{1} {2} here"])
        #expect(literals.map(\.isNoun) == [false, false, true, true, false])
    }

    @Test func callsAndLabelsAreFound() {
        let source = #"""
            // "not this" /* "nor this
            /* "nor /* "this" */ */ let a = #/"no"/#
            Terminal.line(isNew ? "one" : "two")
            throw Failure(Failure.data, "three", "four \(names.map { "five" })")
            Column(title: "six", isRight: true)
            let text = say("seven") + "eight"
            """#
        let found = find(source).map { "\($0.format) \($0.call) \($0.label) \($0.isDirect)" }
        #expect(
            found == [
                "one Terminal.line  true", "two Terminal.line  true", "three Failure  true",
                "five   true", "four {1} Failure  true", "six Column title true",
                "seven say  true", "eight   false",
            ])
        #expect(find(source).map(\.line) == [3, 3, 4, 4, 4, 5, 6, 6])
    }

    @Test func valuesOfPhrasesAreFound() {
        let source = #"""
            var words: Phrase {
                switch self {
                case .open: "open"
                case .name(let name): return "is \(name)"
                }
            }
            var name: String { "this" }
            let words: Phrase = isOn ? "on" : "off"
            let other = "nor this"
            let more: Phrase =
                switch x {
                case .a: "a"
                }
            """#
        #expect(
            find(source).filter(\.isPhrase).map(\.format) == ["open", "is {1}", "on", "off", "a"])
    }
}
