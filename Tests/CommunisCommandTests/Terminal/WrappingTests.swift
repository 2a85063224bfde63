import Testing

@testable import communis

struct WrappingTests {
    @Test func breaksBetweenWords() {
        #expect(
            Wrapping.text("The quick brown fox jumps", width: 10)
                == "The quick\nbrown fox\njumps")
        #expect(Wrapping.text("The quick\n\nbrown", width: 80) == "The quick\n\nbrown")
        #expect(Wrapping.text("one two", width: 6, indent: 2) == "  one\n  two")
        #expect(Wrapping.text("  - kept", width: 20) == "  - kept")
        #expect(Wrapping.text("a  b", width: nil) == "a  b")
        #expect(Wrapping.text("", width: 5) == "")
    }

    @Test func breaksWhatIsLongerThanALine() {
        #expect(Wrapping.text("abcdefghij k", width: 4) == "abcd\nefgh\nij k")
        #expect(Wrapping.text("汉字汉字汉", width: 5) == "汉字\n汉字\n汉")
    }

    @Test func neverExceedsAndLosesNoWord() {
        let text = "A bench 汉字 for 👩‍👩‍👧‍👦 at https://example.org/a/very/long/address, e\u{301}tc."
        for width in 2...90 {
            let lines = Wrapping.text(text, width: width).split(separator: "\n")
            for line in lines { #expect(DisplayWidth.of(String(line)) <= width) }
            #expect(
                lines.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
        }
        #expect(Wrapping.text(text, width: nil) == text)
    }
}

struct TextDifferenceTests {
    private func marked(_ old: String, _ new: String) -> [String] {
        TextDifference(from: old, to: new).runs(isColoured: false).map { runs in
            runs.map { $0.map(\.text).joined() } ?? "…"
        }
    }

    @Test func wordByWord() {
        #expect(marked("A bench", "A red bench") == ["A {+red+} bench"])
        #expect(marked("A red bench", "A bench") == ["A [-red-] bench"])
        #expect(marked("A bench", "A lamp") == ["A [-bench-] {+lamp+}"])
        #expect(marked("one two three", "four five three") == ["[-one two-] {+four five+} three"])
        #expect(marked("", "A lamp") == ["{+A lamp+}"])
        #expect(marked("A lamp", "") == ["[-A lamp-]"])
    }

    @Test func lineByLine() {
        #expect(
            marked("1\n2\n3\n4\n5\n6", "1\n2\n3\nfour\n5\n6\n7")
                == ["…", "3", "[-4-] {+four+}", "5", "6", "{+7+}"])
        #expect(marked("1\n2\n3", "1\n3") == ["1", "[-2-]", "3"])
        #expect(marked("1\n2", "1\n\n2") == ["1", "{++}", "2"])
    }

    @Test func colourSaysItOtherwise() {
        let runs = TextDifference(from: "A bench", to: "A lamp").runs(isColoured: true)[0]
        #expect(runs == [Run("A "), Run("bench", .red), Run(" "), Run("lamp", .green)])
    }

    /// Whatever is compared, what stays and what came is the new text and what stays and what went
    /// the old one, word for word.
    @Test func holdsBothTexts() {
        let words = ["a", "b", "cc", "a b", "b\na", "\n", "", "a a b", "cc\n\na"]
        for old in words {
            for new in words {
                let lines = TextDifference(from: old, to: new).lines.map { line in
                    line + [.init(kind: .same, text: " ")]
                }.joined()
                func text(_ kind: TextDifference.Kind) -> [Substring] {
                    lines.filter { $0.kind == .same || $0.kind == kind }.map(\.text).joined()
                        .split(whereSeparator: \.isWhitespace)
                }
                #expect(text(.removed) == old.split(whereSeparator: \.isWhitespace))
                #expect(text(.added) == new.split(whereSeparator: \.isWhitespace))
            }
        }
    }
}
