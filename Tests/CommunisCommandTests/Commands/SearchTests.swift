import Foundation
import Testing

@testable import communis

struct SearchTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func findsWhatIsMistypedAndTellsLikeList() throws {
        let bench = try folder.submit("A bench at the bus stop")
        _ = try folder.submit("A tree at the school")
        let found = try folder.succeed("search", "bnech", "--json").json()
        #expect(found.items.map(\.["ref"].string) == [bench])
        #expect(found[0].keys == Keys.idea)
        let table = try folder.succeed("search", "bus", "bench").output
        #expect(table.hasPrefix("ref ") && table.contains("A bench at the bus stop"))
        #expect(!table.contains("A tree"))
        #expect(try folder.succeed("search", "bus stop bench", "--limit", "1").output == table)
    }

    @Test func findsTwoChineseCharacters() throws {
        let idea = try folder.submit("我覺得載客的司機都應該保意外險")
        #expect(try folder.succeed("search", "保險", "--json").json().items.count <= 1)
        let found = try folder.succeed("search", "意外", "--json").json()
        #expect(found.items.map(\.["ref"].string) == [idea])
    }

    @Test func filters() throws {
        try folder.succeed("submit", "A bench", "--tag", "bus", "--facet", "service")
        try folder.succeed("submit", "A bench with a roof")
        for words in [["--tag", "Bus"], ["--facet", "service"], ["--limit", "1"]] {
            let outcome = try folder.start(["search", "bench", "--json"] + words).wait()
            #expect(try outcome.json().items.count == 1)
        }
        #expect(
            try folder.succeed("search", "bench", "--status", "shipped", "--json").output
                == "[\n\n]\n")
        expectRefusal(try folder.run("search", "bench", "--status", "lost"), 64, "open")
        expectRefusal(try folder.run("search", "bench", "--limit", "-1"), 64)
        expectRefusal(try folder.run("search"), 64, "words")
    }

    static let absurd = [
        "*", "\"", "'", "AND", "x OR y", "NEAR(", "title:x", "{", "?!", " ", "🚲", "%", "\\",
        "';DROP TABLE idea;", (0..<4_000).map { "w\($0)" }.joined(separator: " "),
    ]

    @Test(arguments: absurd)
    func nothingTypedIsAnError(words: String) throws {
        _ = try folder.submit("A bench at the bus stop")
        let outcome = try folder.succeed("search", "--", words)
        #expect(outcome.output.hasPrefix("No idea here with ") && outcome.output.contains("list"))
        #expect(try folder.succeed("search", "--json", "--", words).json().items.isEmpty)
        #expect(try folder.succeed("similar", "--json", "--", words).json().items.isEmpty)
    }

    @Test func tellsWhatIsSimilar() throws {
        let bench = try folder.submit("A bench at the bus stop")
        _ = try folder.submit("A tree at the school")
        let text = "Benches at every bus stop"
        let found = try folder.succeed("similar", text, "--json").json()
        #expect(found.items.map(\.["ref"].string) == [bench])
        #expect(found[0].keys == Keys.idea)
        let piped = try folder.succeed("similar", "-", input: Data(text.utf8))
        #expect(piped.output.contains("A bench at the bus stop"))
        #expect(!piped.output.contains("A tree"))
        #expect(
            try folder.succeed("similar", "A pond with frogs").output
                == "No idea here says much the same.\n")
    }

    // MARK: - submit

    @Test func aScriptIsNeverAskedAndPrintsTheRefAlone() throws {
        _ = try folder.submit("A bench at the bus stop")
        let outcome = try folder.succeed(
            "submit", "A bench at the bus stop", input: Data("1\n".utf8))
        #expect(outcome.output.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{5}\n/) != nil)
        #expect(try folder.succeed("list", "--json").json().items.count == 2)
    }

    @Test func aScriptMayReadWhatIsSimilar() throws {
        let bench = try folder.submit("A bench at the bus stop")
        _ = try folder.submit("A tree at the school")
        try folder.succeed("vote", bench)
        let result = try folder.succeed("submit", "Bus stop bench", "--json").json()
        #expect(result.keys == ["id", "ref", "similar"])
        #expect(result["similar"].items.count == 1)
        let similar = result["similar"][0]
        #expect(similar.keys == ["id", "ref", "title", "score"])
        #expect(similar["ref"].string == bench && similar["score"].int == 1)
        #expect(similar["title"].string == "A bench at the bus stop")
    }

    /// Runs `submit` on a terminal that script(1) makes, and types.
    private func typed(_ keys: String, _ options: String = "") throws -> Outcome {
        try folder.write(keys, to: "keys")
        return try folder.shell(
            """
            exec script -q -e -c "$PROGRAM submit 'The bus stop bench' \(options)" /dev/null < keys
            """)
    }

    private static let hasTerminals = Machine.has("script") && Machine.isLinux

    @Test(.enabled(if: hasTerminals, "script(1) of util-linux is not here"))
    func onATerminalAVoteIsOffered() throws {
        let bench = try folder.submit("A bench at the bus stop")
        let voted = try typed("nonsense\n1\n")
        #expect(voted.code == 0, "\(voted.output)")
        #expect(voted.output.contains("Similar ideas are here already"))
        #expect(voted.output.hasSuffix("\(bench)\r\n"), "\(voted.output.debugDescription)")
        let ideas = try folder.succeed("list", "--json").json()
        #expect(ideas.items.count == 1 && ideas[0]["agree"].int == 1)
    }

    @Test(
        .enabled(if: hasTerminals, "script(1) of util-linux is not here"),
        arguments: [("\n", "", 2), ("q\n", "", 1), ("\u{4}", "", 1), ("q\n", "--yes", 2)])
    func onATerminalOneMaySubmitOrStop(keys: String, options: String, ideas: Int) throws {
        _ = try folder.submit("A bench at the bus stop")
        let outcome = try typed(keys, options)
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains("Similar ideas") == options.isEmpty)
        let list = try folder.succeed("list", "--json").json()
        #expect(list.items.count == ideas && list.items.allSatisfy { $0["agree"].int == 0 })
    }

    @Test func answers() {
        typealias Answer = SimilarOffer.Answer
        let expected: [(line: String?, answer: Answer)] = [
            (nil, .stop), ("", .submit), ("  ", .submit), ("q", .stop), ("Q ", .stop),
            ("1", .vote(0)), (" 2", .vote(1)), ("3", .unclear), ("0", .unclear), ("-1", .unclear),
            ("yes", .unclear), ("1 2", .unclear),
        ]
        for (line, answer) in expected {
            #expect(SimilarOffer.answer(line, ideas: 2) == answer, "\(line ?? "end")")
        }
    }
}
