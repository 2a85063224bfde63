import CommunisCore
import CommunisStore
import CommunisTestSupport
import Testing

/// Refs that name no idea, or more than one.
struct ReferenceTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func anAmbiguousRefListsTheCandidates() throws {
        let board = try Board.open(folder.path("communis.sqlite"))
        let member = try board.member(who: "alice")
        let alike = try AlikeIdentifiers.ideas(on: board.id, by: member)
        try board.write(
            zip(alike, ["A bench", "A lamp"]).flatMap { idea, title in
                [
                    Draft.idea(on: board.id, by: member, key: idea.1).draft,
                    Draft.revision(of: idea.0, .title, to: title, on: board.id, by: member).draft,
                ]
            })
        board.close()
        let ids = alike.map(\.0.base32)
        let short = String(ids[0].prefix(5))
        let refs = [
            AlikeIdentifiers.ref(ids[0], among: ids[1]),
            AlikeIdentifiers.ref(ids[1], among: ids[0]),
        ]
        #expect(
            Set(try folder.succeed("list", "--json").json().items.map { $0["ref"].string })
                == Set(refs))
        try folder.unchanged {
            for words in [
                ["vote", short], ["comment", short, "x"], ["show", short.uppercased()],
                ["log", short], ["submit", "x", "--builds-on", short],
            ] {
                let outcome = try folder.start(words).wait()
                expectRefusal(
                    outcome, 65, "names several ideas; give more characters:\n",
                    "\n  \(refs[0])  A bench\n", "\n  \(refs[1])  A lamp\n", lines: 3)
            }
        }
        try folder.succeed("vote", refs[0])
        #expect(try folder.succeed("show", refs[0], "--json").json()["agree"].int == 1)
    }

    @Test func onlySoManyCandidatesAreListed() throws {
        // So many that begin alike are nowhere to be found: their ids are changed in the view.
        for letter in "0123456789abcdef" {
            _ = try folder.submit("Idea \(letter)")
            let id = try #require(IdeaID(base32: "zzzzzzz\(letter)00000000"))
            let hexadecimal = Hexadecimal.encode(id.bytes)
            try folder.change(
                """
                UPDATE tally SET id = x'\(hexadecimal)'
                    WHERE idea = (SELECT key FROM idea WHERE title = 'Idea \(letter)');
                UPDATE idea SET id = x'\(hexadecimal)' WHERE title = 'Idea \(letter)';
                """)
        }
        expectRefusal(try folder.run("show", "zzzzz"), 65, "\n  …\n", lines: 12)
    }

    @Test func anUnknownRef() throws {
        _ = try folder.submit("A bench")
        let ideas = try folder.succeed("list", "--json").json().items
        let id = try #require(ideas.first?["id"].string)
        let other = id.dropLast() + (id.hasSuffix("0") ? "1" : "0")
        let begins = id.prefix(4) + (id.dropFirst(4).hasPrefix("z") ? "y" : "z")
        try folder.unchanged {
            for ref in ["zzzzz", String(begins), String(other), begins.uppercased()] {
                for words in [
                    ["vote", ref], ["comment", ref, "x"], ["show", ref], ["log", ref],
                ] {
                    expectRefusal(try folder.start(words).wait(), 66, "no idea")
                }
            }
        }
    }

    @Test(arguments: ["", "abcd", "abcdefgh000000000", "abcd!", "àbcde", "abc de", "a\u{1B}[31m"])
    func whatIsNoRef(ref: String) throws {
        try folder.unchanged {
            expectRefusal(try folder.run("vote", ref), 65, "not an idea's ref")
            expectRefusal(try folder.run("show", ref), 65, "not an idea's ref")
        }
    }
}
