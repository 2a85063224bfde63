import CommunisCore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisExchange

/// Cells that hold lists, times, names of statuses and texts of others.
@Suite struct CellTests {
    @Test("A list of names in a cell comes back as it was")
    func lists() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = ["a", "b", ",", "\"", " ", "\u{301}", "漢", "'", "\n"]
        for _ in 0..<3_000 {
            let names = (0..<generator.below(4)).map { _ in
                (0...generator.below(5)).map { _ in alphabet[generator.below(alphabet.count)] }
                    .joined()
            }
            let cell = CellList.join(names)
            #expect(CellList.split(cell).map { Array($0.utf8) } == names.map { Array($0.utf8) })
        }
        #expect(CellList.join(["bench", "shade, park"]) == "bench, \"shade, park\"")
    }

    private static let foreign: [(String, [String])] = [
        ("a,b , c", ["a", "b", "c"]), ("", []), (" , ,", []), ("\"a\" b, c", ["\"a\" b", "c"]),
        ("\"open, c", ["\"open", "c"]),
    ]

    @Test("Lists of other tools", arguments: foreign)
    func foreignLists(_ cell: String, _ names: [String]) {
        #expect(CellList.split(cell) == names)
    }

    private static let timeSamples: [(String, UInt64?)] = [
        ("2026-11-01", 1_793_491_200_000), ("2026-11-01T09:30:00Z", 1_793_525_400_000),
        ("2026-11-01T09:30:00.123456+02:00", 1_793_518_200_123),
        ("2026-11-01 09:30:00", 1_793_525_400_000), ("2026-11-01 09:30", 1_793_525_400_000),
        ("2026-11-01 09:30:00 UTC", 1_793_525_400_000), ("2024-02-29", 1_709_164_800_000),
        ("1970-01-01T00:00:00.5Z", 500), ("2026-02-30", nil), ("2026-13-01", nil), ("", nil),
        ("2026-11-01T24:00:00Z", nil), ("2026-11-01T09:30:00Zz", nil), ("1969-12-31", nil),
        ("1.11.2026", nil), ("2026-11-01T09:30:00.Z", nil), ("２０２６-11-01", nil),
        ("2026-11-01x", nil), ("1970-01-01T00:00:00+01:00", nil),
    ]

    @Test("Times as other tools write them", arguments: timeSamples)
    func times(_ text: String, _ value: UInt64?) {
        #expect(ImportedTime.parse(text)?.sinceEpoch == value)
    }

    @Test("Times that were exported are read again")
    func exportedTimes() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            let moment = try #require(
                Milliseconds(sinceEpoch: generator.next() % 4_000_000_000_000))
            #expect(ImportedTime.parse(moment.iso8601) == moment)
        }
    }

    @Test("No control character of a stranger gets into a title")
    func cleanTexts() {
        #expect(CleanText.line(" a\u{1B}[2J\tb\u{0}\u{202E}c\r\nd ") == "a [2J b c d")
        #expect(CleanText.lines("a\u{1B}b\nc\u{2028}d\te\u{0}\n") == "ab\nc\nd\te")
        #expect(CleanText.name(String(repeating: "long ", count: 40))?.hasSuffix("long…") == true)
        #expect(CleanText.name(" \u{7} ") == nil)
    }

    @Test("Every status has a name that comes back, and others' names are known")
    func statuses() {
        var contents = ImportedContents()
        for status in Status.allCases {
            #expect(ImportedStatus.status(status.name, in: &contents) == status)
        }
        let others: [String: Status] = [
            "Planned": .recognised, "under_review": .exploring, "In Progress": .building,
            "started": .building, "done": .shipped, "not_planned": .declined, "New": .open,
            "duplicate": .declined, "": .open,
        ]
        for (name, status) in others {
            #expect(ImportedStatus.status(name, in: &contents) == status, "\(name)")
        }
        #expect(contents.leftOut.statuses.isEmpty)
        #expect(ImportedStatus.status("Frozen", in: &contents) == .open)
        #expect(contents.leftOut.statuses == ["Frozen": 1])
    }

    @Test("The guard against formulas comes off exactly where it was put")
    func guards() {
        for text in ["=1", "'=1", "''-x", "'", "'a", "a", "", "\t", "'\n", "+", "@", "--", "'''"] {
            #expect(CSVWriter.unguarded(CSVWriter.guarded(text)) == text, "\(text)")
        }
    }
}

/// What other tools write of a person: no address may become a name.
@Suite struct PersonTextTests {
    private static let persons: [(text: String, name: String?, address: String?)] = [
        ("Alice Jansen", "Alice Jansen", nil),
        ("alice@example.org", nil, "alice@example.org"),
        ("Bob <bob@x.example>", "Bob", "bob@x.example"),
        ("\"Bob\" <bob@x.example>", "Bob", "bob@x.example"),
        ("BOB@X.EXAMPLE (admin)", "admin", "BOB@X.EXAMPLE"),
        ("a@x.example, b@y.example", nil, "a@x.example"),
        ("Bob bob@x.example", "Bob", "bob@x.example"),
        ("root@localhost", nil, "root@localhost"),
        ("  ", nil, nil),
    ]

    @Test func takesNameAndAddressApart() {
        for person in Self.persons {
            #expect(PersonText.name(person.text) == person.name, "\(person.text)")
            #expect(PersonText.address(person.text) == person.address, "\(person.text)")
        }
    }
}
