import CommunisCore
import CommunisStore
import Testing

/// Refs that name no idea, or more than one.
struct ReferenceTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    /// Ideas whose ids begin alike, as chance makes them on a large board.
    private func write(_ ideas: [(id: String, title: String)]) throws {
        let board = try Board.open(folder.path("communis.sqlite"))
        defer { board.close() }
        let member = try board.member(who: "alice")
        try board.write(
            ideas.map { idea in
                let id = try #require(IdeaID(base32: idea.id))
                let title = Revision(
                    id: .random(), idea: id, field: .title, text: idea.title, heads: [])
                return Draft(by: member, .revision(title))
            })
    }

    @Test func anAmbiguousRefListsTheCandidates() throws {
        try write([("abcdefgh00000000", "A bench"), ("abcdefgj00000000", "A lamp")])
        #expect(
            Set(try folder.succeed("list", "--json").json().items.map { $0["ref"].string })
                == ["abcdefgh", "abcdefgj"])
        try folder.unchanged {
            for words in [
                ["vote", "abcde"], ["comment", "abcdefg", "x"], ["show", "ABCDE"],
                ["log", "abcde"],
                ["submit", "x", "--builds-on", "abcde"],
            ] {
                let outcome = try folder.start(words).wait()
                expectRefusal(
                    outcome, 65, "names several ideas; give more characters:\n",
                    "\n  abcdefgh  A bench\n", "\n  abcdefgj  A lamp\n", lines: 3)
            }
        }
        try folder.succeed("vote", "abcdefgh")
        #expect(try folder.succeed("show", "abcdefgh", "--json").json()["agree"].int == 1)
    }

    @Test func onlySoManyCandidatesAreListed() throws {
        let letters = Array("0123456789abcdef")
        try write(letters.map { ("zzzzzzz\($0)00000000", "Idea \($0)") })
        expectRefusal(try folder.run("show", "zzzzz"), 65, "\n  …\n", lines: 12)
    }

    @Test func anUnknownRef() throws {
        try write([("abcdefgh00000000", "A bench")])
        try folder.unchanged {
            for ref in ["zzzzz", "abcdz", "abcdefgh00000001", "ABCDZ"] {
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
