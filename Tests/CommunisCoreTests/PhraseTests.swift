import CommunisCore
import Testing

@Suite struct PhraseTests {
    private func say(_ phrase: Phrase, _ words: [String: String] = [:]) -> String {
        phrase.text { words[$0] }
    }

    @Test func withoutTranslationItIsTheLiteral() {
        #expect(say("no board at \("a/b")") == "no board at a/b")
        #expect(say("plain {braces} {} {9} {") == "plain {braces} {} {9} {")
    }

    @Test func aTranslationMayTurnTheOrderAround() {
        let phrase: Phrase = "\("Alice") agrees with \("4f7kq")"
        #expect(phrase.format == "{1} agrees with {2}")
        #expect(
            say(phrase, ["{1} agrees with {2}": "met {2} is {1} het eens"])
                == "met 4f7kq is Alice het eens")
    }

    @Test func valuesAreNeverReadAsPlaceholders() {
        #expect(say("\("{2}") and \("{1}")") == "{2} and {1}")
    }

    @Test func countsChooseTheirNoun() {
        let words = ["idea": "idee", "ideas": "ideeën"]
        for (count, text) in [(0, "0 ideeën"), (1, "1 idee"), (2, "2 ideeën")] {
            #expect(say("\(count, "idea", "ideas")", words) == text)
        }
    }

    @Test func phrasesNest() {
        let phrase: Phrase = "warning: " + "no \("x")"
        #expect(say(phrase, ["no {1}": "geen {1}"]) == "warning: geen x")
    }
}
