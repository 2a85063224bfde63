import Foundation
import Testing

/// Ideas that are the same, counted as one, as a user sees it.
@Suite struct JoinTests {
    private let folder = TestFolder()

    private func vote(_ idea: String, as who: String, _ choice: String = "--agree") throws {
        try folder.succeed("vote", idea, choice, "--as", "\(who)@example.org")
    }

    private func ideas() throws -> [JSON] { try folder.run("list", "--json").json().items }

    private func shown(_ ref: String) throws -> JSON {
        try folder.run("show", ref, "--json").json()
    }

    /// Two ideas: Ann, Bob and Cas on the first, Cas and Dee on the second.
    private func twoIdeas() throws -> (String, String) {
        try folder.makeBoard()
        let first = try folder.submit("A bench at the bus stop")
        let second = try folder.submit("Somewhere to sit while waiting for the bus")
        for who in ["ann", "bob", "cas"] { try vote(first, as: who) }
        try vote(second, as: "cas", "--disagree")
        try vote(second, as: "dee")
        return (first, second)
    }

    @Test("Joined ideas stand once in the list, and count each member once")
    func joined() throws {
        let (first, second) = try twoIdeas()
        let joined = try folder.succeed("join-ideas", second, first, "--json").json()
        #expect(joined["joined"].bool == true)
        #expect(joined["changed"].bool == true)
        let list = try ideas()
        #expect(list.map { $0["ref"].string } == [first])
        // Cas's later vote, on the second idea, counts.
        #expect(list[0]["agree"].int == 3)
        #expect(list[0]["disagree"].int == 1)
        #expect(try folder.run("join-ideas", first, second).output.contains("already"))
        try folder.verified()
    }

    @Test("Splitting restores what was")
    func split() throws {
        let (first, second) = try twoIdeas()
        let before = try folder.succeed("export", "ideas").output
        try folder.succeed("join-ideas", first, second)
        #expect(try folder.succeed("export", "ideas").output != before)
        try folder.succeed("split-ideas", second, first)
        #expect(try folder.succeed("export", "ideas").output == before)
        #expect(try folder.run("split-ideas", second, first).output.contains("not joined"))
    }

    @Test("Who objects counts only where they voted")
    func objecting() throws {
        let (first, second) = try twoIdeas()
        expectRefusal(
            try folder.run("object", first, second, "--as", "dee@example.org"), 65, "not joined")
        try folder.succeed("join-ideas", first, second)
        try folder.succeed("object", first, second, "--as", "cas@example.org")
        #expect(try ideas()[0]["disagree"].int == 0)
        #expect(try ideas()[0]["agree"].int == 4)
        try folder.succeed("object", first, second, "--as", "dee@example.org")
        #expect(try ideas()[0]["agree"].int == 3)
        try folder.succeed("object", second, first, "--withdraw", "--as", "cas@example.org")
        #expect(try ideas()[0]["disagree"].int == 1)
        try folder.verified()
    }

    @Test("Taking back a vote takes it back on each joined idea")
    func withdrawing() throws {
        let (first, second) = try twoIdeas()
        try folder.succeed("join-ideas", first, second)
        try vote(first, as: "cas", "--withdraw")
        #expect(try ideas()[0]["disagree"].int == 0)
        #expect(try ideas()[0]["agree"].int == 3)
        try folder.succeed("split-ideas", first, second)
        #expect(try shown(first)["agree"].int == 2)
        #expect(try shown(second)["disagree"].int == 0)
    }

    @Test("Ideas that are joined through a third are split beside it")
    func through() throws {
        let (first, second) = try twoIdeas()
        let third = try folder.submit("Benches")
        try folder.succeed("join-ideas", first, third)
        try folder.succeed("join-ideas", third, second)
        expectRefusal(try folder.run("split-ideas", first, second), 65, first, third, second)
        expectRefusal(try folder.run("object", second, first), 65, third)
        try folder.succeed("split-ideas", third, second)
        #expect(try ideas().count == 2)
    }

    @Test("An idea tells what it is joined with, what it builds on, and which votes count")
    func lineage() throws {
        let (first, second) = try twoIdeas()
        let third = try folder.succeed(
            "submit", "A bench with a roof", "--builds-on", first
        ).output.trimmingCharacters(in: .newlines)
        try folder.succeed("join-ideas", first, second)
        let base = try folder.succeed("show", first, "--voters", "--json").json()
        let other = try shown(second)
        #expect(base["joined"].strings == [try #require(other["id"].string)])
        #expect(other["joinedTo"].string == base["id"].string)
        #expect(try shown(third)["ancestors"].strings == [try #require(base["id"].string)])
        #expect(base["descendants"].items.count == 1)
        // Of Cas's two votes the later one counts.
        let votes = base["votes"].items
        #expect(votes.count == 5)
        let lost = votes.filter { $0["counts"].bool == false }
        #expect(lost.count == 1)
        #expect(lost.first?["idea"].string == base["id"].string)
        let text = try folder.succeed("show", first, "--voters").output
        #expect(text.contains("joined with \(second)"))
        #expect(text.contains("built upon by \(third)"))
        #expect(try folder.succeed("show", third).output.contains("builds on \(first)"))
        #expect(try folder.succeed("show", second).output.contains("joined with \(first)"))
    }

    @Test("An idea is not joined with itself, and only by a contributor")
    func refused() throws {
        let (first, _) = try twoIdeas()
        expectRefusal(try folder.run("join-ideas", first, first), 64, "twice")
        expectRefusal(try folder.run("join-ideas", first, "zzzzz"), 66)
    }

    @Test("Joins made apart come together in a sync")
    func synced() throws {
        let (first, second) = try twoIdeas()
        let third = try folder.submit("Benches")
        try folder.succeed("clone", "communis.sqlite", "--board", "other.sqlite")
        try folder.succeed("join-ideas", first, second)
        try folder.succeed(
            "join-ideas", second, third, "--board", "other.sqlite", "--as", "dee@example.org")
        try folder.succeed(
            "vote", third, "--as", "eve@example.org", "--board", "other.sqlite")
        try folder.succeed("sync", "other.sqlite")
        let list = try ideas()
        #expect(list.count == 1)
        #expect(list[0]["agree"].int == 4)
        let other = try folder.verified("other.sqlite")
        #expect(try folder.verified()["view"].string == other["view"].string)
    }

    @Test("--since counts a member of joined ideas by the vote that counts")
    func since() throws {
        let (first, second) = try twoIdeas()
        try folder.succeed("join-ideas", first, second)
        let top = try folder.succeed("top", "--since", "1h", "--json").json().items
        #expect(top.map { $0["ref"].string } == [first])
        #expect(top[0]["agree"].int == 3)
        #expect(top[0]["disagree"].int == 1)
        #expect(try folder.succeed("list", "--sort", "trending", "--json").json().items.count == 1)
    }
}
