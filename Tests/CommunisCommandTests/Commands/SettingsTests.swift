import Testing

/// board, node rename, peer and mine.
struct SettingsTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func theBoardShowsItsSettings() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref, "--as", "bob")
        let board = try folder.succeed("board", "--json").json()
        #expect(
            board.keys == [
                "name", "ballot", "id", "node", "role", "members", "ideas", "votes",
            ])
        #expect(board["name"].string == "Bike lanes" && board["ballot"].string == "agree")
        #expect(board["role"].string == "founder")
        #expect(board["ideas"].int == 1 && board["votes"].int == 1 && board["members"].int == 2)
        #expect(try folder.succeed("board", "name").output == "Bike lanes\n")
        #expect(try folder.succeed("board", "votes", "--json").json()["votes"].int == 1)
        #expect(try folder.succeed("board").output.split(separator: "\n").count == 8)
    }

    @Test func aNameAndBack() throws {
        let outcome = try folder.succeed("board", "name", "The new library")
        #expect(
            outcome.output == """
                The board is now called "The new library"
                Undo: communis board name 'Bike lanes'

                """)
        try folder.makeContributor()
        #expect(
            try folder.succeed("board", "name", "--board", "b.sqlite").output == "The new library\n"
        )
        try folder.unchanged {
            let again = try folder.succeed("board", "name", "The new library")
            #expect(again.output.contains("already"))
        }
        #expect(try folder.succeed("log").output.contains("sets name to \"The new library\""))
    }

    @Test func aBallotAndBackThrowsNothingAway() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref, "--disagree")
        let outcome = try folder.succeed("board", "ballot", "approve")
        #expect(outcome.output.contains("Disagreements from before count as pass"))
        #expect(outcome.output.hasSuffix("\nUndo: communis board ballot agree\n"))
        let idea = try folder.shown(ref)
        #expect(idea["disagree"].int == 0 && idea["pass"].int == 1)
        expectRefusal(try folder.run("vote", ref, "--disagree"), 64, "agrees or says nothing")
        let result = try folder.succeed("board", "ballot", "agree", "--json").json()
        #expect(result.keys == ["setting", "value", "changed"] && result["changed"].bool == true)
        #expect(try folder.shown(ref)["disagree"].int == 1)
        try folder.verified()
    }

    @Test func refusesWrongSettings() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("board", "colour"), 64, "colour")
            expectRefusal(try folder.run("board", "ballot", "ranked"), 64, "approve or agree")
            expectRefusal(try folder.run("board", "votes", "3"), 64, "can be changed")
            expectRefusal(try folder.run("board", "name", " "), 65, "empty")
        }
    }

    @Test func aNodeIsRenamed() throws {
        try folder.makeContributor()
        let id = try #require(
            try folder.succeed("board", "node", "--board", "b.sqlite").output
                .split(separator: "\n").first.map(String.init))
        let own = try folder.succeed("node", "rename", "The hall", "--board", "b.sqlite")
        #expect(own.output.hasSuffix("\nUndo: communis node rename \(id.prefix(8)) 'Kiosk 3'\n"))
        try folder.succeed("sync", "b.sqlite")
        let other = try folder.succeed("node", "rename", String(id.prefix(8)), "Lobby", "--json")
        #expect(try other.json().keys == ["id", "name", "changed"])
        let names = try folder.succeed("node", "list", "--json").json().items
        #expect(Set(names.map { $0["name"].string }) == ["founder", "Lobby"])
        try folder.unchanged {
            #expect(try folder.succeed("node", "rename", id, "Lobby").output.contains("already"))
            expectRefusal(try folder.run("node", "rename", "zzzzz", "x"), 66, "no copy")
            expectRefusal(try folder.run("node", "rename", "abc", "x"), 65, "copy's id")
            expectRefusal(try folder.run("node", "rename", "a", "b", "c"), 64)
            expectRefusal(try folder.run("node", "rename", ""), 65, "empty")
        }
        let founder = try #require(
            try folder.succeed("board", "node", "--json").json()["node"].string)
        expectRefusal(
            try folder.run("node", "rename", founder, "Mine", "--board", "b.sqlite"), 77, "steward")
    }

    @Test func peersAreListedAndForgotten() throws {
        #expect(try folder.succeed("peer", "list").output.hasPrefix("No copy is remembered yet"))
        #expect(try folder.succeed("peer", "list", "--json").json().isList)
        _ = try folder.submit("A bench")
        try folder.makeContributor()
        _ = try folder.submit("A lamp", as: "bob", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        let peer = try folder.succeed("peer", "list", "--json").json()[0]
        #expect(
            peer.keys == [
                "address", "node", "nodeName", "lastSync", "received", "sent", "news",
                "authority",
            ])
        #expect(peer["address"].string == folder.path("b.sqlite"))
        #expect(peer["nodeName"].string == "Kiosk 3" && peer["lastSync"].isTime)
        #expect(peer["received"].int == 1 && peer["news"].bool == false)
        _ = try folder.submit("A tree")
        #expect(try folder.succeed("peer", "list", "--json").json()[0]["news"].bool == true)
        #expect(try folder.succeed("peer", "list").output.contains("Kiosk 3  "))

        let outcome = try folder.succeed("peer", "forget", "b.sqlite")
        #expect(outcome.output.contains("Undo: communis sync \(folder.path("b.sqlite"))\n"))
        #expect(try folder.succeed("peer", "list", "--json").json().items.isEmpty)
        expectRefusal(try folder.run("peer", "forget", "b.sqlite"), 66, "b.sqlite")
        expectRefusal(try folder.run("sync"), 64, "no copy is remembered")
        // Called again, it gets what is new.
        try folder.succeed("sync", "b.sqlite")
        let (here, there) = (try folder.verified(), try folder.verified("b.sqlite"))
        #expect(here["view"].string == there["view"].string)
    }

    @Test func mineIsWhatOneGave() throws {
        #expect(try folder.succeed("mine").output.hasPrefix("Nothing of yours is here yet."))
        let bench = try folder.submit("A bench")
        let lamp = try folder.submit("A lamp")
        try folder.succeed("vote", bench, "--disagree")
        try folder.succeed("vote", lamp)
        try folder.succeed("vote", lamp, "--withdraw")
        try folder.succeed("vote", lamp, "--as", "bob")
        let comment = try folder.comment(lamp, "Yes")
        try folder.succeed("withdraw", lamp)
        let mine = try folder.succeed("mine", "--json").json()
        #expect(mine.keys == ["ideas", "votes", "comments"])
        #expect(mine["ideas"].items.map { $0["title"].string } == ["A lamp", "A bench"])
        #expect(mine["ideas"][0].keys == Keys.idea.union(["hidden", "withdrawn"]))
        #expect(mine["ideas"][0]["withdrawn"].bool == true)
        #expect(mine["votes"].items.count == 1)
        #expect(mine["votes"][0].keys == ["idea", "ref", "title", "value", "at"])
        #expect(mine["votes"][0]["ref"].string == bench && mine["votes"][0]["value"].int == -1)
        #expect(mine["comments"][0]["ref"].string == comment)
        #expect(
            mine["comments"][0].keys == [
                "id", "ref", "idea", "text", "createdAt", "hidden", "withdrawn",
            ])
        let text = try folder.succeed("mine").output
        #expect(text.contains("withdrawn  A lamp") && text.contains("disagree"))
        let bob = try folder.succeed("mine", "--as", "bob", "--json").json()
        #expect(bob["ideas"].items.isEmpty && bob["votes"].items.count == 1)
        try folder.makeReader()
        expectRefusal(
            try folder.run("mine", "--as", "bob", "--board", "reader.sqlite"), 77, "reader")
    }
}
