import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The report of the top-voted ideas, whatever people wrote.
@Suite struct TopReportTests {
    private static let hostile: [String] = [
        "<script>alert(1)</script>", "</style><img onerror=x>", "\"quoted\" 'words' & more",
        "{{title}} {{{style}}} {{#ideas}}", "right\u{202E}to left\u{2066}",
        "<\u{301}b\"\u{301} x=&\u{200D}lt;",
        "\u{0}\u{8}\u{FFFE}\u{FFFF}\u{7F}end", "]]> <!-- --> <![CDATA[",
        String(repeating: "W", count: 200),
        "在公交站设置长椅", "👩‍👩‍👧‍👦🚲", "مقعد في محطة الحافلة", "",
    ]

    /// An idea of a real board, which the tests put other words into.
    private let template: IdeaSummary

    init() throws {
        let boards = try TestBoards()
        let board = boards.founder
        let author = try board.member(who: "alice")
        try board.write(Draft.titledIdea(7, "An idea", on: board.id, by: author).drafts)
        template = try #require(try boards.founder.ideas(IdeaQuery()).first)
    }

    private func idea(_ number: Int, _ text: String, _ tally: Tally) -> IdeaSummary {
        var idea = template
        idea.ref = "ref\(number)"
        idea.title = text
        idea.need = text
        idea.status = .declined
        idea.statusNote = text + "\n" + text
        idea.tally = tally
        idea.score = tally.score
        idea.facets = ["service"]
        idea.tags = [text]
        idea.source = text
        return idea
    }

    private func report(_ texts: [String], ballot: BallotKind = .agree) -> TopReport {
        let ideas = texts.enumerated().map { number, text in
            idea(number, text, Tally(agree: number, disagree: 3, pass: 1, proven: 1).under(ballot))
        }
        var query = IdeaQuery()
        query.tag = texts.first
        query.since = Milliseconds(clamping: 86_400_000)
        return TopReport(
            board: texts.last, ballot: ballot, at: Milliseconds(clamping: 1_000_000_000_000),
            query: query, ideas: ideas,
            figures: BoardFigures(ideas: texts.count, members: 2, tally: Tally(), comments: 1))
    }

    private func html(_ report: TopReport) throws -> String {
        try report.html(language: "en", say: \.english)
    }

    private static let counts: [Int] = [0, 1, 2, 100]

    @Test("It is well-formed XML, of any number of ideas and by either ballot", arguments: counts)
    func wellFormed(count: Int) throws {
        for ballot in BallotKind.allCases {
            let texts = (0..<count).map { Self.hostile[$0 % Self.hostile.count] }
            let reader = ElementReader(try html(report(texts, ballot: ballot)))
            #expect(reader.isWellFormed, "\(reader.problem ?? "")")
            #expect(reader.elements.filter { $0 == "article" }.count == count)
            #expect(!reader.elements.contains { ["script", "img", "link", "iframe"].contains($0) })
            #expect(!reader.attributes.contains { $0.hasPrefix("on") || $0 == "src" })
        }
    }

    @Test("Hostile words are shown, and are never markup")
    func hostileWords() throws {
        let text = try html(report(Self.hostile))
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(text.contains("{{title}} {{{style}}} {{#ideas}}"))
        #expect(text.contains("&lt;\u{301}b&quot;\u{301} x=&amp;\u{200D}lt;"))
        let scalars = text.unicodeScalars
        #expect(!scalars.contains("\u{202E}") && !scalars.contains("\u{2066}"))
        #expect(!scalars.contains("\u{0}") && !scalars.contains("\u{FFFE}"))
    }

    @Test("It needs nothing from elsewhere")
    func selfContained() throws {
        let text = try html(report(["An idea"]))
        for reference in ["http", "src=", "@import", "<script", "<link"] {
            #expect(!text.contains(reference), "\(reference)")
        }
        #expect(text.ranges(of: "url(").count == text.ranges(of: "url(#").count)
    }

    @Test("Where one can only approve, nobody is said to disagree")
    func approval() throws {
        let report = report(["An idea"], ballot: .approve)
        #expect(try !html(report).contains("isagree<"))
        let markdown = report.markdown(say: \.english)
        #expect(markdown.contains("| # | Idea | Score | Agree | Comments | Status | Ref |\n"))
        #expect(!markdown.contains("isagree"))
    }

    @Test("Words are taken from the language of the run")
    func language() throws {
        let text = try report(["x"]).html(language: "nl") { "«\($0.english)»" }
        #expect(text.contains("<html lang=\"nl\">") && text.contains("«Agree»"))
    }

    // MARK: - Markdown

    private static let markdownTexts: [(text: String, escaped: String)] = [
        ("a | b \\| c", "a \\| b \\\\\\| c"), ("two\nlines\r\nhere", "two lines  here"),
        ("<b>*bold*</b> _x_ ~~y~~ `z`", "\\<b\\>\\*bold\\*\\</b\\> \\_x\\_ \\~\\~y\\~\\~ \\`z\\`"),
        ("[a](b) ![c](d)", "\\[a\\](b) \\!\\[c\\](d)"), ("@octocat", "@\u{2060}octocat"),
        ("me@x.org", "me@\u{2060}x.org"), ("#12 GH-12", "\\#\u{2060}12 GH-\u{2060}12"),
        ("http://x.org www.x.org", "http\\:\u{2060}//x.org www\\.x.org"),
        ("&lt; $x$", "\\&lt; \\$x\\$"), ("  spaces\u{3000}", "spaces"),
    ]

    @Test("Words in a table are only words", arguments: markdownTexts)
    func markdownWords(_ text: String, _ escaped: String) {
        let report = report([text])
        let lines = report.markdown(say: \.english).split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("| 1 | **\(escaped)**<br>\(escaped) |") })
        #expect(lines.contains { $0.hasPrefix("- **\(escaped)** (declined): \(escaped)") })
    }

    @Test("Every row of the table has the cells of its head")
    func markdownTable() {
        let lines = report(Self.hostile).markdown(say: \.english).split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("|") }
        #expect(rows.count == Self.hostile.count + 2)
        for row in rows {
            #expect(row.replacing(/\\./, with: "").filter { $0 == "|" }.count == 10, "\(row)")
        }
    }
}

/// What elements and attributes a parser of XML finds in a text.
private final class ElementReader: NSObject, XMLParserDelegate {
    private(set) var elements: [String] = []
    private(set) var attributes: Set<String> = []
    private(set) var isWellFormed = false
    private(set) var problem: String?

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
        problem = parser.parserError.map { "\($0), line \(parser.lineNumber)" }
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes names: [String: String]
    ) {
        elements.append(elementName)
        attributes.formUnion(names.keys)
    }
}
