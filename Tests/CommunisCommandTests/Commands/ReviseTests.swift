import Foundation
import Testing

/// revise, history and restore.
struct ReviseTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
    }

    @Test func revisesEachText() throws {
        let outcome = try folder.succeed(
            "revise", ref, "--title", "A bench with a roof", "--need", "Rest", "--body", "-",
            input: Data("Line 1\nLine 2\n".utf8))
        #expect(
            outcome.output.contains("You revised the title of \(ref) \"A bench with a roof\"\n"))
        let idea = try folder.shown(ref)
        #expect(idea["title"].string == "A bench with a roof")
        #expect(idea["need"].string == "Rest")
        #expect(idea["body"].string == "Line 1\nLine 2\n")
        #expect(idea["concurrent"].strings == [])
        try folder.verified()
    }

    @Test func undoBringsBackWhatWas() throws {
        let undo = try #require(
            try folder.succeed("revise", ref, "--title", "A lamp").output
                .split(separator: "\n").last)
        #expect(undo.hasPrefix("Undo: communis restore \(ref) "))
        let revision = try #require(undo.split(separator: " ").last.map(String.init))
        try folder.succeed("restore", ref, revision)
        #expect(try folder.shown(ref)["title"].string == "A bench")
        #expect(
            try folder.history(ref).map { $0["text"].string } == ["A bench", "A lamp", "A bench"])
        #expect(try folder.succeed("history", ref).output.contains("[-lamp-] {+bench+}"))
        let again = try folder.succeed("restore", ref, revision.uppercased())
        #expect(again.output == "The title of \(ref) \"A bench\" says that already\n")
        #expect(try folder.history(ref).count == 3)
    }

    @Test func anEmptyNeedIsTakenAway() throws {
        let first = try folder.succeed("revise", ref, "--need", "Rest")
        #expect(first.output.hasSuffix("Undo: communis revise \(ref) --need ''\n"))
        try folder.succeed("revise", ref, "--need", "")
        #expect(try folder.shown(ref)["need"].string == "")
        #expect(try folder.succeed("log", "--limit", "1").output.contains("takes away the need of"))
        try folder.unchanged {
            let again = try folder.succeed("revise", ref, "--need", "", "--title", "A bench")
            #expect(again.output.split(separator: "\n").count == 2)
            #expect(again.output.contains("says that already"))
        }
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed(
            "revise", ref, "--title", "A lamp", "--body", "", "--json"
        ).json()
        #expect(result.keys == ["idea", "ref", "revisions", "unchanged"])
        #expect(result["unchanged"].strings == ["body"])
        let made = result["revisions"][0]
        #expect(made.keys == ["id", "ref", "field", "replaces"])
        let history = try folder.history(ref)
        #expect(
            history.map { $0["id"].string } == [made["replaces"].strings?[0], made["id"].string])
        #expect(
            history[1].keys == [
                "id", "ref", "field", "text", "at", "member", "memberName", "node", "nodeName",
                "replaces", "head", "shown",
            ])
        #expect(history.map { $0["head"].bool } == [false, true])
        #expect(history[1]["at"].isTime && history[1]["memberName"].string == "Alice")
        let restored = try folder.succeed(
            "restore", ref, history[0]["ref"].string ?? "", "--json"
        ).json()
        #expect(restored["revisions"][0]["field"].string == "title")
    }

    @Test func refusesWrongUse() throws {
        try folder.makeReader()
        let revision = try #require(try folder.history(ref)[0]["ref"].string)
        let other = try folder.submit("A lamp")
        try folder.unchanged {
            expectRefusal(try folder.run("revise", ref), 64, "--title, --need or --body")
            expectRefusal(try folder.run("revise", ref, "--need", "-", "--body", "-"), 64, "both")
            expectRefusal(try folder.run("revise", ref, "--title", " "), 65, "empty")
            expectRefusal(try folder.run("revise", "zzzzz", "--title", "x"), 66, "zzzzz")
            expectRefusal(try folder.run("restore", ref, "abc"), 65, "not a revision's ref")
            expectRefusal(try folder.run("restore", ref, "zzzzz"), 66, "no revision")
            expectRefusal(try folder.run("restore", other, revision), 66, "no revision")
            expectRefusal(try folder.run("history", "zzzzz"), 66, "zzzzz")
        }
        for words in [["revise", ref, "--title", "x"], ["restore", ref, revision]] {
            let outcome = try folder.start(
                words + ["--as", "bob", "--board", "reader.sqlite"]
            ).wait()
            expectRefusal(outcome, 77, "reader")
        }
        #expect(try folder.history(ref, "reader.sqlite").count == 1)
    }

    @Test func hostileTextsAreShownWithoutHarm() throws {
        // What the options would refuse can come from a foreign program.
        try folder.write(
            "\(Conversation.commentsHeader)1,x,0,1,0,0,1,\"a\u{1B}[2J b\u{202E}c\nd\u{7}\"\n",
            to: "talk/comments.csv")
        try folder.write(Conversation.votesHeader, to: "talk/votes.csv")
        try folder.succeed("import", "polis", "talk")
        let items = try folder.succeed("list", "--json").json().items
        let hostile = try #require(items.first { !$0["source"].isNull }?["ref"].string)
        var texts = [try folder.succeed("revise", hostile, "--body", "x").output]
        texts.append(try folder.succeed("history", hostile).output)
        texts.append(try folder.succeed("log", hostile).output)
        #expect(texts[1].contains("a[2J bc"))
        for text in texts {
            #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{202E}", "\u{7}"].contains($0) })
        }
    }

    @Test func textsOfTheGreatestSizeAreCompared() throws {
        let old = String(repeating: "a ", count: 16_000)
        let new = String(repeating: "b ", count: 16_000)
        try folder.succeed("revise", ref, "--body", "-", input: Data(old.utf8))
        try folder.succeed("revise", ref, "--body", "-", input: Data(new.utf8))
        #expect(try folder.succeed("history", ref).output.contains("a-] {+b"))
    }
}

/// A text that was revised in two places at once.
struct ConcurrentRevisionTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.makeContributor()
        try folder.succeed("me", "bob", "--name", "Bob", "--board", "b.sqlite")
        try folder.succeed("revise", ref, "--title", "A red bench")
        try folder.succeed("revise", ref, "--title", "A green bench", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
    }

    private func expectSettled(_ title: String) throws {
        try folder.succeed("sync", "b.sqlite")
        for board in ["communis.sqlite", "b.sqlite"] {
            let idea = try folder.shown(ref, board)
            #expect(idea["title"].string == title)
            #expect(idea["concurrent"].strings == [] && idea["versions"].items.isEmpty)
            #expect(try folder.history(ref, board).filter { $0["head"].bool == true }.count == 1)
        }
        let (here, there) = (try folder.verified(), try folder.verified("b.sqlite"))
        #expect(here["view"].string == there["view"].string)
    }

    @Test func bothAreShownWithTheirAuthors() throws {
        for board in ["communis.sqlite", "b.sqlite"] {
            let idea = try folder.shown(ref, board)
            #expect(idea["concurrent"].strings == ["title"])
            #expect(idea["versions"].items.count == 2)
            #expect(
                idea["versions"][0].keys == [
                    "id", "ref", "field", "text", "at", "createdBy", "node", "nodeName",
                ])
            #expect(idea["versions"][0]["text"].string == idea["title"].string)
            let text = try folder.succeed("show", ref, "--board", board).output
            for part in [
                "2 versions", "A red bench", "A green bench", "Alice at founder", "Bob at Kiosk 3",
                "communis revise \(ref) --title TEXT", "communis restore \(ref) ",
            ] {
                #expect(text.contains(part))
            }
            let history = try folder.succeed("history", ref, "--board", board).output
            #expect(history.contains("concurrent, shown") && history.contains("2 versions at once"))
        }
    }

    @Test func revisingSettles() throws {
        let outcome = try folder.succeed("revise", ref, "--title", "A bench in any colour")
        #expect(outcome.output.contains("is settled: 2 versions became one\n"))
        #expect(try folder.history(ref).last?["replaces"].strings?.count == 2)
        try expectSettled("A bench in any colour")
        #expect(try folder.succeed("history", ref).output.contains("settles 2 versions"))
    }

    @Test func keepingTheShownTextSettlesToo() throws {
        let shown = try #require(try folder.shown(ref)["title"].string)
        try folder.succeed("revise", ref, "--title", shown)
        try expectSettled(shown)
    }

    @Test func restoringSettles() throws {
        let other = try folder.shown(ref)["versions"][1]
        try folder.succeed("restore", ref, other["ref"].string ?? "", "--board", "b.sqlite")
        try expectSettled(other["text"].string ?? "")
    }

    @Test func twoAtOnceOnOneCopyBothSurvive() throws {
        try folder.succeed("revise", ref, "--title", "Settled")
        let words = (0..<4).map { ["revise", ref, "--need", "Need \($0)"] }
        for outcome in try words.map({ try folder.start($0) }).map({ try $0.wait() }) {
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let needs = try folder.history(ref).filter { $0["field"].string == "need" }
        #expect(Set(needs.map { $0["text"].string }) == Set((0..<4).map { "Need \($0)" }))
        // Whoever did not see another's revision stands beside it.
        let named = Set(needs.flatMap { $0["replaces"].strings ?? [] })
        let heads = needs.filter { $0["head"].bool == true }.map { $0["id"].string ?? "" }
        #expect(Set(heads) == Set(needs.compactMap { $0["id"].string }).subtracting(named))
        try folder.verified()
    }
}
