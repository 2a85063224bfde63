import Testing

/// Several processes at one board at once.
struct ConcurrencyTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    private func outcomes(_ commands: [[String]]) throws -> [Outcome] {
        try commands.map { try folder.start($0) }.map { try $0.wait() }
    }

    @Test func everyVoteCounts() throws {
        let ref = try folder.submit("A bench")
        let voters = (0..<8).map { "voter\($0)@example.org" }
        for outcome in try outcomes(voters.map { ["vote", ref, "--as", $0, "--json"] }) {
            #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
            #expect(try outcome.json()["vote"].string == "agree")
        }
        #expect(try folder.succeed("show", ref, "--json").json()["agree"].int == 8)
        try folder.verified()
    }

    @Test func oneMemberVotingTwiceHasOneVote() throws {
        let ref = try folder.submit("A bench")
        let choices = ["--agree", "--disagree", "--pass", "--agree"]
        for outcome in try outcomes(choices.map { ["vote", ref, $0] }) {
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        #expect(try folder.succeed("export", "votes", "--json").json().items.count == 1)
        #expect(try folder.succeed("export", "votes", "--all", "--json").json().items.count == 4)
        try folder.verified()
    }

    @Test func everythingAtOnce() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try Conversation(comments: 5, voters: 20).write(to: "talk", in: folder)
        let all = try outcomes([
            ["vote", ref, "--as", "one"], ["submit", "A lamp", "--as", "two"],
            ["sync", "b.sqlite"], ["comment", ref, "Yes", "--as", "three"], ["verify"],
            ["import", "polis", "talk"], ["vote", ref, "--as", "four", "--board", "b.sqlite"],
            ["backup", "safe.sqlite"],
        ])
        // Somebody writing at the other copy may leave a sync unequal, to be done again.
        for (place, outcome) in all.enumerated() where place != 2 {
            #expect(outcome.code == 0, "\(place): \(outcome.errors)")
        }
        #expect([0, 75].contains(all[2].code))
        try folder.succeed("sync", "b.sqlite")
        let (here, there) = (try folder.verified(), try folder.verified("b.sqlite"))
        #expect(here["fingerprint"].string == there["fingerprint"].string)
        #expect(here["view"].string == there["view"].string)
        try folder.verified("safe.sqlite")
        let idea = try folder.succeed("show", ref, "--json").json()
        #expect(idea["agree"].int == 2 && idea["comments"].int == 1)
        #expect(try folder.succeed("list", "--limit", "0", "--json").json().items.count == 7)
    }

    @Test func twoInitsMakeOneBoard() throws {
        let codes = try outcomes(
            Array(repeating: ["init"], count: 4).map { $0 + ["--board", "n"] }
        )
        .map(\.code).sorted()
        #expect(codes == [0, 73, 73, 73])
        try folder.succeed("me", "alice", "--board", "n")
        try folder.succeed("submit", "x", "--board", "n")
        try folder.verified("n")
    }
}
