import CommunisExchange
import CommunisTestSupport
import Foundation
import Testing

/// The strict reader and the writer of comma-separated values.
@Suite struct CSVTests {
    private func read(_ bytes: [UInt8]) throws -> [[String]] {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("file.csv")))
        var reader = try CSVReader(path: folder.file("file.csv"), file: "file.csv")
        var rows: [[String]] = []
        while let row = try reader.next() { rows.append(row) }
        return rows
    }

    private static let accepted: [(String, [[String]])] = [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("\u{FEFF}a\n1", [["a"], ["1"]]), ("a,\n,b\n", [["a", ""], ["", "b"]]),
        ("\"x,y\",\"p\"\"q\"\n", [["x,y", "p\"q"]]), ("\"two\nlines\",1\n", [["two\nlines", "1"]]),
        ("\"\",x", [["", "x"]]), ("", []), ("\n\na\n\n", [["a"]]),
        ("é,漢字,👍\n", [["é", "漢字", "👍"]]),
    ]

    @Test("RFC 4180: quotes, line ends, byte order mark, empty cells", arguments: accepted)
    func accepts(_ text: String, _ rows: [[String]]) throws {
        #expect(try read(Array(text.utf8)) == rows)
    }

    @Test(
        "What is not RFC 4180 is refused with its row",
        arguments: [
            ("a\n\"open", 2), ("a\nb\"c\n", 2), ("a\n\"b\"c\n", 2), ("a\rb\n", 1),
            ("a\n\u{0}\n", 2),
            ("a\nb\n\"c\n\nd", 3),
        ])
    func refuses(_ text: String, _ row: Int) throws {
        let error = #expect(throws: ExchangeError.self) { try read(Array(text.utf8)) }
        #expect(error?.problem.english.contains("row \(row):") == true)
    }

    @Test("Bytes that are not UTF-8, and cells of 10 MB, are refused")
    func refusesBytes() throws {
        #expect(throws: ExchangeError.self) { try read([0x61, 0x0A, 0xFF, 0x0A]) }
        #expect(throws: ExchangeError.self) {
            try read(Array(repeating: 0x61, count: 10 * 1_024 * 1_024))
        }
    }

    @Test("What is written is read again, and no cell is a formula")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 5)
        let alphabet = Array("ab,\"\n\r=+-@\t' é漢").map(String.init)
        for _ in 0..<2_000 {
            let cells = (0...generator.below(3)).map { _ in
                (0..<generator.below(6)).map { _ in alphabet[generator.below(alphabet.count)] }
                    .joined()
            }
            if cells == [""] { continue }
            let line = CSVWriter.line(cells.map { .text($0) })
            let rows = try read(Array(line.utf8))
            #expect(rows.count == 1)
            for (cell, text) in zip(rows.first ?? [], cells) {
                #expect(
                    cell.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) }
                        != true)
                #expect(Array(CSVWriter.unguarded(cell).utf8) == Array(text.utf8))
            }
        }
    }
}
