import Foundation
import Testing

/// What people wrote, in a spreadsheet that opens an export, and back again.
@Suite struct FormulaTests {
    private let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    private static let titles = [
        "x;=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\")", "a; \"=1+1", "＝1+1", "x;＠SUM(1)",
        "'=1", "a;'=1", "+31 6 1234", "x;\u{200B}-1",
    ]

    /// The cells of a line for a spreadsheet that knows one separator, and of quotation marks only
    /// where a cell begins with one.
    private func cells(_ text: String, _ separator: Character) -> [Substring] {
        text.split(separator: "\n").flatMap { $0.split(separator: separator) }
            .map { $0.drop { $0 == "\"" || $0.isWhitespace || $0 == "\u{200B}" } }
    }

    @Test("No export has a formula, whatever parts the cells", arguments: titles)
    func noFormula(_ title: String) throws {
        let ref = try folder.submit(title)
        try folder.succeed("comment", ref, "see:\n\(title)\n\t\(title)")
        try folder.succeed("me", "eve@example.org", "--name", title)
        try folder.succeed("vote", ref, "--as", "eve@example.org")
        for words in [
            ["top", "--format", "csv"], ["export", "ideas"], ["export", "comments"],
            ["export", "members"], ["export", "votes"],
        ] {
            let text = try folder.start(words).wait().output
            for separator in [";", "\t"] as [Character] {
                let formulas = cells(text, separator).filter {
                    $0.unicodeScalars.first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } == true
                }
                #expect(formulas.isEmpty, "\(words): \(text)")
            }
        }
    }

    @Test("Export and import bring back every text")
    func roundTrip() throws {
        for title in Self.titles {
            let body = "\(title)\n- one\n'- two;=1;'=2\n\t+3\n\n\(title);"
            try folder.succeed("submit", title, "--need", title, "--body", body)
        }
        let ref = try folder.submit("A bench")
        for title in Self.titles { try folder.succeed("comment", ref, "\(title)\n-\n;'-") }
        for table in ["ideas", "comments", "members"] {
            try folder.succeed("export", table, "-o", "\(table).csv")
        }
        try folder.succeed("init", "--board", "new.sqlite")
        try folder.succeed(
            "import", "csv", "ideas.csv", "comments.csv", "members.csv", "--board", "new.sqlite")
        for (table, columns) in [("ideas", ["title", "need", "body"]), ("comments", ["text"])] {
            func texts(_ board: String) throws -> [[String]] {
                try folder.succeed("export", table, "--json", "--board", board).json().items
                    .map { row in columns.map { row[$0].string ?? "" } }
                    .sorted { $0.joined() < $1.joined() }
            }
            #expect(try texts("new.sqlite") == texts("communis.sqlite"))
        }
    }

    @Test("An export of before, which guarded the start of a cell only, says what it said")
    func former() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("export", "ideas", "-o", "ideas.csv")
        let body = "- a\n- b;=1\n+ it's; -2"
        try folder.write(
            folder.read("ideas.csv").replacing("A bench,,,", with: "'=A bench,,\"'\(body)\","),
            to: "ideas.csv")
        try folder.succeed("init", "--board", "new.sqlite")
        try folder.succeed("import", "csv", "ideas.csv", "--board", "new.sqlite")
        let idea = try folder.succeed("export", "ideas", "--json", "--board", "new.sqlite").json()[
            0]
        #expect(idea["title"].string == "=A bench" && idea["body"].string == body)
        #expect(!ref.isEmpty)
    }
}
