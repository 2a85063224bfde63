import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisExchange

/// No spreadsheet, whatever it takes for the end of a cell, finds a formula in what people wrote.
@Suite struct FormulaGuardTests {
    private static let alphabet: [String] = [
        "a", "b", "=", "+", "-", "@", "＝", "＋", "－", "＠", ";", "\t", "\n", "\r", "\r\n", ",", "\"",
        "'", " ", "\u{A0}", "\u{301}", "\u{200B}", "\u{FEFF}", "\u{2028}", "\u{85}", "\u{0B}", "漢",
    ]
    private static let signs = Set("=+-@＝＋－＠".unicodeScalars)

    private static func texts(_ count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            (0..<generator.below(10)).map { _ in alphabet[generator.below(alphabet.count)] }
                .joined()
        }
    }

    /// Where a spreadsheet with a list separator of its own may see cells begin: it knows nothing of
    /// quotation marks in the midst of a cell, and may pass over them, white space and what nobody
    /// sees.
    private static func starts(_ line: String, _ separators: String) -> [Unicode.Scalar] {
        let separators = Set(separators.unicodeScalars)
        return line.unicodeScalars.split { separators.contains($0) }
            .compactMap { cell in
                cell.first {
                    !($0 == "\"" || $0.properties.isWhitespace
                        || $0.properties.generalCategory == .format
                        || $0.properties.generalCategory == .control)
                }
            }
    }

    @Test(
        "No cell begins with a sign",
        arguments: [";\n\r", "\t\n\r", ";\t\n\r\u{2028}\u{85}\u{0B}"])
    func noFormula(_ separators: String) {
        for text in Self.texts(20_000, seed: 1) {
            let line = CSVWriter.line([.value("4f7kq"), .text(text), .value("3")])
            let found = Self.starts(line, separators).filter(Self.signs.contains)
            #expect(found.isEmpty, "\(text.debugDescription): \(line)")
        }
    }

    @Test("Every text comes back, byte by byte")
    func comesBack() {
        for text in Self.texts(40_000, seed: 2) {
            let back = CSVWriter.unguarded(CSVWriter.guarded(text))
            if Array(back.utf8) != Array(text.utf8) {
                Issue.record("\(text.debugDescription) is \(back.debugDescription)")
            }
        }
    }

    private static let guarded: [(String, String)] = [
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"), ("=1", "'=1"), ("'=1", "''=1"),
        ("a\n- b\n- c", "a\n'- b\n'- c"), ("a\t+1", "a\t'+1"), ("a; \"=1", "a;' \"=1"),
        ("＝1", "'＝1"), ("a;＠x", "a;'＠x"), ("'\u{301}=1", "'\u{301}=1"), ("a;b", "a;b"),
        ("\u{200B}=1", "'\u{200B}=1"), (" -1", "' -1"), ("\tx", "'\tx"), ("a-b", "a-b"), ("", ""),
        ("a\n\n-b", "a\n\n'-b"), ("a;;=1;'@", "a;;'=1;''@"),
    ]

    @Test("An apostrophe stands before a formula, and nowhere else", arguments: guarded)
    func guards(_ text: String, _ cell: String) {
        #expect(Array(CSVWriter.guarded(text).utf8) == Array(cell.utf8))
        #expect(Array(CSVWriter.unguarded(cell).utf8) == Array(text.utf8))
    }

    @Test(
        "What parts cells stands between quotation marks",
        arguments: [
            ("a;b", "\"a;b\"\n"), ("a\tb", "\"a\tb\"\n"), ("a,b", "\"a,b\"\n"), ("ab", "ab\n"),
        ])
    func quotes(_ text: String, _ line: String) {
        #expect(CSVWriter.line([.text(text)]) == line)
    }

    /// As exports were written before: only the start of a cell was guarded.
    private static func formerly(_ text: String) -> String {
        let first = text.unicodeScalars.drop { $0 == "'" }.first
        return first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } == true ? "'" + text : text
    }

    @Test(
        "A cell of an export of before means what it meant",
        arguments: [
            "=1", "'=1", "x;=1", "- a\n- b", "a\n- b\n+ c", "\t=1", "''-x", "it's;=1", "'a'",
            "a;'b",
            "＝1", "\n\n=1", "'", " =1", "\"=1\"",
        ])
    func former(_ text: String) {
        #expect(CSVWriter.unguarded(Self.formerly(text)) == text)
    }
}
