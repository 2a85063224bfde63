import Testing

struct TopTests {
    let folder = TestFolder()
    let refs: [String]

    /// Three ideas: the second leads, the third comes last.
    init() throws {
        try folder.makeBoard()
        var refs: [String] = []
        for title in ["A bench", "Trees, \"many\" | <b>tall</b>", "=cmd()"] {
            refs.append(try folder.submit(title))
        }
        self.refs = refs
        for who in ["alice", "bob"] { try folder.succeed("vote", refs[1], "--as", who) }
        try folder.succeed("vote", refs[0], "--as", "bob")
        try folder.succeed("vote", refs[2], "--disagree", "--as", "bob")
    }

    @Test func isATable() throws {
        #expect(
            try folder.succeed("top").output == """
                #  ref    score  agree  disagree  pass  comments  status  title
                1  \(refs[1])      2      2         0     0         0  open    \
                Trees, "many" | <b>tall</b>
                2  \(refs[0])      1      1         0     0         0  open    A bench
                3  \(refs[2])     -1      0         1     0         0  open    =cmd()

                """)
    }

    @Test func isCSV() throws {
        let times = try folder.succeed("top", "--json").json().items
            .map { $0["createdAt"].string ?? "" }
        #expect(
            try folder.succeed("top", "--format", "csv").output == """
                rank,ref,title,score,agree,disagree,pass,comments,status,created_at,source
                1,\(refs[1]),"Trees, ""many"" | <b>tall</b>",2,2,0,0,0,open,\(times[0]),
                2,\(refs[0]),A bench,1,1,0,0,0,open,\(times[1]),
                3,\(refs[2]),'=cmd(),-1,0,1,0,0,open,\(times[2]),

                """)
    }

    @Test func isJSON() throws {
        let ideas = try folder.succeed("top", "--format", "json").json()
        #expect(ideas.items.map { $0["ref"].string } == [refs[1], refs[0], refs[2]])
        #expect(ideas.items.allSatisfy { $0.keys == Keys.idea })
        #expect(
            try folder.succeed("top", "--json").bytes
                == folder.succeed("top", "--format", "json").bytes)
        #expect(try folder.succeed("list", "--json").bytes == folder.succeed("top", "--json").bytes)
    }

    @Test func isMarkdown() throws {
        let text = try folder.succeed("top", "--format", "markdown").output
        #expect(text.hasPrefix("# Top ideas: Bike lanes\n\nAs of 2"))
        #expect(
            text.contains(
                "**3** ideas · **2** members who voted · **4** votes (4 typed, 0 proven, 0 passes)")
        )
        #expect(
            text.contains(
                """
                | 1 | **Trees, "many" \\| \\<b\\>tall\\</b\\>** | 2 | 2 | 0 | 0 | 0 | open \
                | `\(refs[1])` |

                """))
    }

    @Test func isHTML() throws {
        let text = try folder.succeed("top", "--format", "html").output
        #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
        #expect(text.contains("<title>Top ideas: Bike lanes</title>"))
        #expect(text.contains("&lt;b&gt;tall&lt;/b&gt;") && !text.contains("<b>tall"))
        #expect(text.contains("<code>\(refs[1])</code>"))
        #expect(text.contains("<desc id=\"votes-3\">0 agree, 1 disagree, 0 pass</desc>"))
        let dutch = try folder.succeed("top", "--format", "html", "--lang", "nl").output
        #expect(dutch.contains("<html lang=\"nl\">"))
    }

    @Test func reportsSayWhatTheyCount() throws {
        try folder.succeed("comment", refs[0], "Yes", "--as", "bob")
        let line = try folder.succeed("top", "--format", "markdown", "--limit", "1").output
            .split(separator: "\n")[1]
        #expect(line.hasSuffix("counting all votes. The 1 highest of 3 ideas, by score."))
        let since = try folder.succeed(
            "top", "--format", "markdown", "--since", "2999-01-01"
        ).output
        #expect(since.contains("counting only votes cast since 2999-01-01."))
        #expect(since.contains("No idea had a vote in this time."))
        #expect(since.contains("**0** ideas · **0** members who voted · **0** votes"))
        let all = try folder.succeed("top", "--format", "html").output
        #expect(all.contains("<dt>comment</dt><dd class=\"number\">1</dd>"))
    }

    @Test func limitsAndFilters() throws {
        func top(_ words: String...) throws -> [String?] {
            let outcome = try folder.start(["top", "--json"] + words).wait()
            return try outcome.json().items.map { $0["ref"].string }
        }
        try folder.succeed("submit", "A line", "--tag", "Bus", "--facet", "service")
        #expect(try top("--limit", "1") == [refs[1]])
        #expect(try top("--limit", "0").count == 4)
        #expect(try top("--tag", "bus").count == 1)
        #expect(try top("--facet", "service").count == 1)
        #expect(try top("--facet", "products").isEmpty)
        #expect(try top("--since", "1h") == [refs[1], refs[0], refs[2]])
        #expect(try top("--since", "2999-01-01").isEmpty)
        #expect(try top("--since", "2000-01-01T00:00:00Z").count == 3)
    }

    @Test(arguments: ["table", "csv", "json", "markdown", "html"])
    func goesIntoAFile(format: String) throws {
        try folder.write("old", to: "out")
        let outcome = try folder.succeed("top", "--format", format, "-o", "out")
        #expect(outcome.output == "")
        let direct = try folder.succeed("top", "--format", format).output
        // The reports say when they were made.
        let timeless = { (text: String) in
            text.replacing(/\d{4}-\d\d-\d\d, \d\d:\d\d UTC/, with: "T")
        }
        #expect(try timeless(folder.read("out")) == timeless(direct))
        #expect(try folder.names() == ["communis.sqlite", "communis.sqlite.key", "out"])
    }

    @Test func aFileThatCannotBeWrittenIsSaid() throws {
        expectRefusal(try folder.run("top", "-o", "no/where"), 74, "no/where")
        let full = try folder.shell("[ -c /dev/full ] || exit 74; \"$PROGRAM\" top > /dev/full")
        #expect(full.code == 74)
    }

    @Test(arguments: [
        ["--format", "pdf"], ["--since", "yesterday"], ["--since", "2026-13-01"],
        ["--since", ""], ["--limit", "-2"], ["--facet", "x"],
    ])
    func refusesWrongUse(words: [String]) throws {
        expectRefusal(try folder.start(["top"] + words).wait(), 64)
    }
}
