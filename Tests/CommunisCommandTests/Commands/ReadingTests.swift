import Testing

struct ListTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func anEmptyBoardSaysWhatToDo() throws {
        #expect(
            try folder.succeed("list").output
                == "No ideas here yet. Submit one: communis submit \"An idea\"\n")
        #expect(try folder.succeed("list", "--json").json().items.isEmpty)
        #expect(try folder.succeed("list", "--json").json().isList)
    }

    @Test func isATableForPeople() throws {
        let ref = try folder.submit("A bench, 汉字")
        try folder.succeed("vote", ref)
        #expect(
            try folder.succeed("list").output == """
                ref    score  agree  disagree  pass  comments  status  title
                \(ref)      1      1         0     0         0  open    A bench, 汉字

                """)
    }

    @Test func hasTheKeysOfTheContract() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        try folder.succeed("vote", ref, "--disagree", "--as", "bob")
        let idea = try folder.succeed("list", "--json").json()[0]
        #expect(idea.keys == Keys.idea)
        #expect(idea["ref"].string == ref)
        #expect(idea["title"].string == "A bench")
        #expect(idea["need"].string == "")
        #expect(idea["status"].string == "open")
        #expect(idea["score"].int == 0 && idea["agree"].int == 1 && idea["disagree"].int == 1)
        #expect(idea["facets"].isList && idea["tags"].isList)
        #expect(idea["createdAt"].isTime)
        #expect(idea["createdBy"].string == "Alice")
        #expect(idea["source"].isNull)
    }

    @Test func sortsAndFilters() throws {
        let first = try folder.submit("First")
        let second = try folder.submit("Second")
        try folder.succeed("submit", "Third", "--tag", "Bus", "--facet", "service")
        try folder.succeed("vote", first)
        try folder.succeed("comment", second, "Yes")
        func titles(_ words: [String]) throws -> [String?] {
            let outcome = try folder.start(["list", "--json"] + words).wait()
            return try outcome.json().items.map { $0["title"].string }
        }
        #expect(try titles([]) == ["First", "Second", "Third"])
        #expect(try titles(["--sort", "new"]) == ["Third", "Second", "First"])
        #expect(try titles(["--sort", "discussed"]).first == "Second")
        #expect(try titles(["--sort", "trending"]).count == 3)
        #expect(try titles(["--tag", "BUS"]) == ["Third"])
        #expect(try titles(["--facet", "service"]) == ["Third"])
        #expect(try titles(["--status", "open"]).count == 3)
        #expect(try titles(["--status", "shipped"]) == [])
        #expect(try titles(["--limit", "2"]) == ["First", "Second"])
        #expect(try titles(["--limit", "0"]).count == 3)
    }

    @Test(arguments: [
        ["--sort", "random"], ["--status", "lost"], ["--facet", "weather"], ["--limit", "-1"],
        ["--limit", "many"], ["--colour"], ["surplus"],
    ])
    func refusesWrongUse(words: [String]) throws {
        expectRefusal(try folder.start(["list"] + words).wait(), 64, "communis help")
    }
}

struct ShowTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func showsOneIdea() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        let comment = try folder.comment(ref, "Two\nlines")
        let day = try #require(
            try folder.succeed("list", "--json").json()[0]["createdAt"].string?.prefix(10))
        #expect(
            try folder.succeed("show", ref).output == """
                A bench
                \(ref) · open · 1 agree, 0 disagree, 0 pass · 0 proven
                submitted \(day) by Alice

                Alice, \(day), \(comment):
                  Two
                  lines

                """)
    }

    @Test func showsTheVoters() throws {
        let ref = try folder.submit("A bench")
        #expect(try folder.succeed("show", ref, "--voters").output.hasSuffix("\nNo votes yet.\n"))
        try folder.succeed("vote", ref)
        try folder.succeed("vote", ref, "--pass", "--as", "bob")
        let idea = try folder.succeed("show", ref, "--voters", "--json").json()
        #expect(idea["votes"].items.count == 2)
        #expect(
            idea["votes"][0].keys == [
                "member", "name", "value", "proof", "at", "node", "nodeName", "idea", "counts",
            ])
        #expect(Set(idea["votes"].items.map { $0["value"].int }) == [1, 0])
        #expect(Set(idea["votes"].items.map { $0["name"].string }) == ["Alice", nil])
        #expect(idea["votes"].items.allSatisfy { $0["at"].isTime })
        #expect(
            try folder.succeed("show", ref, "--voters").output.contains("  typed  founder  Alice"))
    }

    @Test func hasTheKeysOfAListAndMore() throws {
        let ref = try folder.submit("A bench")
        let idea = try folder.succeed("show", ref, "--json").json()
        #expect(
            idea.keys
                == Keys.idea.union([
                    "body", "statusNote", "statusAt", "statusBy", "buildsOn", "proven", "hidden",
                    "hiddenReason", "hiddenBy", "withdrawn", "concurrent", "versions",
                    "discussion", "hiddenComments", "ancestors", "descendants", "joinedTo",
                    "joined", "node", "nodeName", "withdrawnAtNode",
                ]))
        #expect(idea["hidden"].bool == false)
    }
}

struct LogTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func tellsTheChangesNewestFirst() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        let entries = try folder.succeed("log", "--json").json().items
        #expect(
            entries[0].keys == [
                "at", "kind", "summary", "node", "nodeName", "member", "memberName", "changeset",
                "state",
            ])
        #expect(entries[0]["summary"].string == "agrees with \(ref) \"A bench\"")
        #expect(entries[0]["kind"].string == "vote")
        #expect(entries[0]["state"].string == "pending")
        #expect(entries[0]["changeset"].isNull)
        #expect(entries[0]["nodeName"].string == "founder")
        #expect(entries[0]["memberName"].string == "Alice")
        #expect(entries.last?["state"].string == "signed")
        let times = entries.compactMap { $0["at"].string }
        #expect(times.count == entries.count && times == times.sorted(by: >))

        try folder.verified()
        let sealed = try folder.succeed("log", "--json").json().items
        #expect(sealed.count == entries.count)
        #expect(sealed.allSatisfy { $0["state"].string == "signed" })
        #expect(sealed.allSatisfy { $0["changeset"].string?.count == 64 })
        let table = try folder.succeed("log", "--limit", "1").output
        #expect(table.split(separator: "\n").count == 2)
        #expect(table.hasPrefix("when ") && table.contains("Alice   agrees with \(ref)"))
    }

    @Test func tellsTheChangesOfOneIdea() throws {
        let ref = try folder.submit("A bench")
        _ = try folder.submit("A lamp")
        try folder.succeed("comment", ref, "Yes")
        let kinds = try folder.succeed("log", ref, "--json").json().items.map { $0["kind"].string }
        #expect(kinds == ["comment", "revision", "idea"])
        #expect(try folder.succeed("log", "--json", "--limit", "2").json().items.count == 2)
        #expect(try folder.succeed("log", "--json", "--limit", "0").json().items.count > 4)
    }

    @Test func refusesWrongUse() throws {
        expectRefusal(try folder.run("log", "--limit", "-1"), 64, "--limit")
        expectRefusal(try folder.run("log", "zzzzz"), 66, "zzzzz")
    }
}
