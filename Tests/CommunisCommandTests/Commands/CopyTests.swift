import Foundation
import Testing

struct CloneTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func takesIdeasAndVotes() throws {
        let ref = try folder.submit("A bench")
        let outcome = try folder.succeed(
            "clone", "communis.sqlite", "--name", "Kiosk 3", "--board", "kiosk.sqlite")
        #expect(
            outcome.output.wholeMatch(
                of: /A new copy: .*\/kiosk\.sqlite, with \d+ changes\nIt is a contributor: .*\n/)
                != nil)
        try folder.succeed("vote", ref, "--as", "bob", "--board", "kiosk.sqlite")
        _ = try folder.submit("A lamp", as: "bob", "kiosk.sqlite")
        try folder.succeed("sync", "kiosk.sqlite")
        let ideas = try folder.succeed("list", "--json").json().items
        #expect(ideas.map { $0["title"].string } == ["A bench", "A lamp"])
        #expect(ideas[0]["agree"].int == 1)
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed("clone", ".", "--json", "--board", "b.sqlite").json()
        #expect(result.keys == ["board", "node", "path", "role", "sync"])
        #expect(result["role"].string == "contributor")
        #expect(result["path"].string == folder.path("b.sqlite"))
        #expect(result["sync"].keys.isSuperset(of: Keys.sync))
        #expect(result["sync"]["mode"].string == "clone")
        #expect(result["sync"]["equal"].bool == true)
    }

    @Test func theSamePersonIsOneMemberOnBoth() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try folder.succeed("vote", ref, "--as", "bob@example.org")
        try folder.succeed("vote", ref, "--as", "BOB@example.org ", "--pass", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        for board in ["communis.sqlite", "b.sqlite"] {
            let idea = try folder.succeed("show", ref, "--json", "--board", board).json()
            #expect(idea["agree"].int == 0 && idea["pass"].int == 1)
        }
    }

    @Test func aReadersCopyReads() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("verify")
        try folder.write(try folder.read("communis.sqlite.key"), to: "away")
        _ = try folder.shell("rm communis.sqlite.key")
        let outcome = try folder.succeed("clone", ".", "--board", "reader.sqlite")
        #expect(outcome.output.contains("It is a reader"))
        #expect(
            try folder.succeed("list", "--json", "--board", "reader.sqlite").json().items.count == 1
        )
        try folder.unchanged("reader.sqlite") {
            for words in [["vote", ref], ["submit", "x"], ["comment", ref, "x"]] {
                let outcome = try folder.start(
                    words + ["--as", "bob", "--board", "reader.sqlite"]
                ).wait()
                expectRefusal(outcome, 77, "reader")
            }
            #expect(try folder.run("import", "polis", ".", "--board", "reader.sqlite").code == 77)
        }
    }

    @Test func refusesWhatIsThereOrIsNot() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("clone", "."), 73, "already there")
            expectRefusal(try folder.run("clone", "nowhere", "--board", "b.sqlite"), 69, "nowhere")
            expectRefusal(
                try folder.run("clone", "https://example.org/b", "--board", "b.sqlite"), 77,
                "invitation")
            for address in ["https://example.org/b#none", "https://", "ftp://example.org/b"] {
                expectRefusal(try folder.run("clone", address, "--board", "b.sqlite"), 64)
            }
            expectRefusal(try folder.run("clone"), 64, "peer")
            expectRefusal(try folder.run("clone", ".", "--name", "", "--board", "b.sqlite"), 65)
        }
        #expect(try folder.names() == ["communis.sqlite", "communis.sqlite.key"])
    }
}

struct SyncTests {
    let folder = TestFolder()

    init() throws {
        try folder.makeBoard()
        try folder.succeed("clone", ".", "--board", "b.sqlite")
    }

    @Test func bothEndEqual() throws {
        _ = try folder.submit("Here")
        _ = try folder.submit("There", as: "bob", "b.sqlite")
        let outcome = try folder.succeed("sync", "b.sqlite")
        #expect(
            outcome.output == "\(folder.path("b.sqlite")): sent 2 changes, received 2, now equal\n")
        #expect(
            try folder.succeed("sync", "b.sqlite").output
                == "\(folder.path("b.sqlite")): nothing new\n")
        let (here, there) = (try folder.verified(), try folder.verified("b.sqlite"))
        #expect(here["fingerprint"].string == there["fingerprint"].string)
        #expect(here["view"].string == there["view"].string)
        #expect(
            try folder.succeed("top", "--format", "csv").bytes
                == folder.succeed("top", "--format", "csv", "--board", "b.sqlite").bytes)
    }

    @Test func reportsAsJSON() throws {
        let first = try folder.succeed("sync", "b.sqlite", "--json").json()
        #expect(first.items.count == 1)
        #expect(first[0].keys.isSuperset(of: Keys.sync))
        #expect(first[0]["peer"].string == folder.path("b.sqlite"))
        #expect(first[0]["sent"].keys == Keys.traffic)
        #expect(first[0]["received"].keys == Keys.traffic)
        #expect(first[0]["seconds"].double != nil)
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        let second = try folder.succeed("sync", "b.sqlite", "--json").json()
        #expect(second[0]["mode"].string == "cursor")
        #expect(second[0]["roundTrips"].int == 1)
        #expect(second[0]["equal"].bool == true)
        #expect(second[0]["sent"]["changesets"].int == 1)
        #expect(second[0]["sent"]["changes"].int == 3)
        #expect((second[0]["sent"]["bytes"].int ?? 0) > 200)
        #expect(second[0]["received"]["changes"].int == 0)
    }

    @Test func remembersItsPeers() throws {
        expectRefusal(try folder.run("sync"), 64, "communis sync PATH")
        try folder.succeed("clone", ".", "--board", "c.sqlite")
        try folder.succeed("sync", "b.sqlite", "c.sqlite")
        _ = try folder.submit("A bench", as: "bob", "c.sqlite")
        let reports = try folder.succeed("sync", "--json").json()
        #expect(
            reports.items.map { $0["peer"].string } == [
                folder.path("b.sqlite"), folder.path("c.sqlite"),
            ])
        try folder.succeed("sync", "--board", "b.sqlite")
        #expect(try folder.succeed("list", "--json", "--board", "b.sqlite").json().items.count == 1)
    }

    @Test func aFolderStandsForTheBoardInIt() throws {
        _ = try folder.shell(
            """
            mkdir office && mv b.sqlite* office && cd office
            for file in b.*; do mv $file communis${file#b}; done
            """)
        try folder.succeed("sync", "office")
        #expect(try folder.succeed("sync", "office/communis.sqlite").output.contains("office"))
    }

    @Test func oneFailingPeerDoesNotStopTheOthers() throws {
        _ = try folder.submit("A bench")
        let outcome = try folder.run("sync", "nowhere", "b.sqlite", "--json")
        #expect(outcome.code == 69)
        expectLine(outcome)
        let items = try outcome.json().items
        #expect(items.map { $0["equal"].bool } == [nil, true])
        #expect(items[0]["exitCode"].int == 69)
        #expect(try folder.succeed("list", "--json", "--board", "b.sqlite").json().items.count == 1)
    }
}

struct NodeTests {
    let folder = TestFolder()

    @Test func listsTheCopies() throws {
        try folder.makeBoard()
        try folder.succeed("clone", ".", "--name", "Kiosk 3", "--board", "b.sqlite")
        let nodes = try folder.succeed("node", "list", "--json").json().items
        #expect(nodes.count == 2)
        #expect(
            nodes.allSatisfy {
                $0.keys == [
                    "id", "name", "role", "this", "changesets", "held", "forked", "disavowed",
                    "lastChange",
                ]
            })
        #expect(nodes.map { $0["name"].string } == ["founder", "Kiosk 3"])
        #expect(nodes.map { $0["role"].string } == ["founder", "contributor"])
        #expect(nodes.map { $0["this"].bool } == [true, false])
        #expect(nodes[0]["lastChange"].isTime && nodes[1]["lastChange"].isNull)
        let table = try folder.succeed("node", "list").output
        #expect(table.hasPrefix("node      role         changesets  last change"))
        #expect(
            table.contains("founder (this copy)\n")
                && table.hasSuffix("–                         Kiosk 3\n"))
    }

    @Test func refusesWrongUse() throws {
        expectRefusal(try folder.run("node", "list"), 66, "no board")
        expectRefusal(try folder.run("node", "dance"), 64, "dance")
    }
}

extension TestFolder {
    /// Submits an idea for somebody and tells its ref.
    func submit(_ title: String, as who: String, _ board: String) throws -> String {
        let ref = try succeed("submit", title, "--as", who, "--board", board).output
        return ref.trimmingCharacters(in: .newlines)
    }
}
