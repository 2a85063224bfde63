import Testing

struct MeTests {
    let folder = TestFolder()

    init() throws { try folder.succeed("init") }

    @Test func nobodyActsAtFirst() throws {
        let outcome = try folder.succeed("me")
        #expect(outcome.output == "Nobody yet. Say who you are: communis me you@example.org\n")
        let result = try folder.succeed("me", "--json").json()
        #expect(result.keys == ["who", "name", "member"])
        #expect(result["who"].isNull && result["name"].isNull && result["member"].isNull)
        expectRefusal(try folder.run("submit", "An idea"), 64, "communis me")
    }

    @Test func isTrimmedNormalisedAndLowercased() throws {
        let first = try folder.succeed("me", "  Zoe\u{308}@Example.ORG ", "--json").json()
        #expect(first["who"].string == "zo\u{EB}@example.org")
        let second = try folder.succeed("me", "zo\u{EB}@example.org", "--json").json()
        #expect(first["member"].string == second["member"].string)
        #expect(second["member"].string?.count == 20)
    }

    @Test func hasAName() throws {
        #expect(
            try folder.succeed("me", "alice", "--name", "Alice").output
                == "You are alice, shown as Alice\n")
        #expect(try folder.succeed("me").output == "You are alice, shown as Alice\n")
        #expect(try folder.succeed("me", "--name", "Al").output == "You are alice, shown as Al\n")
        #expect(try folder.succeed("me", "bob").output == "You are bob, without a name\n")
    }

    @Test func theWordsAndTheVariableComeFirst() throws {
        try folder.succeed("me", "alice")
        try folder.succeed("me", "--name", "Alice")
        let ref = try folder.submit("An idea")
        func voters() throws -> Int {
            try folder.succeed("export", "votes", "--json").json().items.count
        }
        try folder.succeed("vote", ref)
        try folder.succeed("vote", ref, environment: ["COMMUNIS_AS": "Alice "])
        try folder.succeed("vote", ref, "--as", "ALICE", environment: ["COMMUNIS_AS": "bob"])
        #expect(try voters() == 1)
        try folder.succeed("vote", ref, environment: ["COMMUNIS_AS": "bob"])
        #expect(try voters() == 2)
        try folder.succeed("vote", ref, "--as", "carol", environment: ["COMMUNIS_AS": "bob"])
        #expect(try voters() == 3)
    }

    @Test(arguments: ["", "  ", "a\nb", "a\u{2066}b", String(repeating: "x", count: 201)])
    func refusesWhatIsNobody(who: String) throws {
        try folder.unchanged {
            expectRefusal(try folder.run("me", who), 65, "address or handle")
            expectRefusal(try folder.run("submit", "An idea", "--as", who), 65)
        }
    }

    @Test func aNameNeedsSomebody() throws {
        expectRefusal(try folder.run("me", "--name", "Alice"), 64, "somebody")
    }

    @Test func noAddressIsEverExported() throws {
        try folder.succeed("me", "alice@example.org", "--name", "Alice")
        let ref = try folder.submit("An idea")
        try folder.succeed("vote", ref)
        try folder.succeed("comment", ref, "Yes")
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        for table in ["ideas", "votes", "comments", "members"] {
            for format in ["csv", "json"] {
                let text = try folder.succeed("export", table, "--format", format).output
                #expect(text.contains("Alice") && !text.contains("example.org"))
            }
        }
        for command in ["list", "top", "log"] {
            #expect(!(try folder.succeed(command, "--json").output.contains("example.org")))
        }
        let copy = try folder.shell("cat copy.sqlite copy.sqlite-* | grep -ac example.org")
        #expect(copy.output == "0\n")
    }
}
