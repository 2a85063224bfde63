import Foundation
import Testing

struct InitTests {
    let folder = TestFolder()

    @Test func makesABoardAndItsKey() throws {
        let outcome = try folder.succeed("init", "--name", "Bike lanes")
        #expect(
            outcome.output == """
                A new board: \(folder.path("communis.sqlite"))
                Its key lies beside it and makes this copy the founder: keep both.
                Next: communis me you@example.org, then communis submit "An idea"

                """)
        #expect(try folder.names() == ["communis.sqlite", "communis.sqlite.key"])
        try folder.verified()
    }

    @Test func theKeyIsItsOwnersAlone() throws {
        try folder.succeed("init")
        let attributes = try FileManager.default.attributesOfItem(
            atPath: folder.path("communis.sqlite.key"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed("init", "--json", "--board", "a.sqlite").json()
        #expect(result.keys == ["board", "node", "path"])
        #expect(result["board"].string?.count == 64)
        #expect(result["path"].string == folder.path("a.sqlite"))
    }

    @Test func theVariableNamesTheBoard() throws {
        try folder.succeed("init", environment: ["COMMUNIS_BOARD": "b.sqlite"])
        #expect(folder.exists("b.sqlite"))
        try folder.succeed(
            "init", "--board", "c.sqlite", environment: ["COMMUNIS_BOARD": "b.sqlite"])
        #expect(folder.exists("c.sqlite"))
    }

    @Test func leavesAnExistingBoardAlone() throws {
        try folder.makeBoard()
        try folder.unchanged {
            expectRefusal(try folder.run("init"), 73, "already there")
        }
    }

    @Test func leavesAnExistingKeyAlone() throws {
        try folder.write("precious", to: "communis.sqlite.key")
        expectRefusal(try folder.run("init"), 73, "communis.sqlite.key is already there")
        #expect(try folder.read("communis.sqlite.key") == "precious")
        #expect(try folder.names() == ["communis.sqlite.key"])
    }

    @Test func refusesAnUnknownBallot() throws {
        expectRefusal(try folder.run("init", "--ballot", "rank"), 64, "rank")
        #expect(try folder.names() == [])
    }

    @Test func refusesAFolderThatIsNotThere() throws {
        expectRefusal(try folder.run("init", "--board", "no/where.sqlite"), 74, "no/where.sqlite")
        #expect(try folder.names() == [])
    }

    @Test(arguments: ["", "  ", "a\nb", "a\u{202E}b", String(repeating: "x", count: 101)])
    func refusesANameThatIsNone(name: String) throws {
        expectRefusal(try folder.run("init", "--name", name), 65, "name")
        #expect(try folder.names() == [])
    }
}
