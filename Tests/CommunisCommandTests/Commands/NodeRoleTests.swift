import Foundation
import Testing

/// Who may write is decided by stewards, and holds for what a copy wrote behind their back.
@Suite struct NodeRoleTests {
    private func agree(_ folder: TestFolder, _ ref: String, _ board: String = "communis.sqlite")
        throws -> Int?
    {
        try folder.shown(ref, board)["agree"].int
    }

    /// The id of the kiosk's node.
    private func kiosk(_ folder: TestFolder) throws -> String {
        let nodes = try folder.succeed("node", "list", "--json").json().items
        return try #require(nodes.first { $0["name"].string == "Kiosk 3" }?["id"].string)
    }

    private func voted() throws -> (folder: TestFolder, ref: String, kiosk: String) {
        let folder = TestFolder()
        try folder.succeed("init", "--name", "Hall")
        let ref = try folder.succeed(
            "submit", "A bench", "--as", "alice@example.org", "--json"
        ).json()["ref"].string
        try folder.makeContributor()
        let found = try #require(ref)
        try folder.succeed("vote", found, "--as", "bob@example.org", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        return (folder, found, try kiosk(folder))
    }

    @Test("What a revoked copy writes is held, and does not count when it is admitted again")
    func revoked() throws {
        let (folder, ref, kiosk) = try voted()
        let before = try agree(folder, ref)
        let told = try folder.succeed("node", "revoke", kiosk).output
        #expect(told.contains("Undo: communis node admit"))
        #expect(try agree(folder, ref) == before)

        // The kiosk does not know yet.
        try folder.succeed("vote", ref, "--as", "eve@example.org", "--board", "b.sqlite")
        let sync = try folder.succeed("sync", ".", "--board", "b.sqlite", "--json").json().items[0]
        #expect(sync["equal"].bool == true)
        #expect(try agree(folder, ref) == before)
        #expect(try agree(folder, ref, "b.sqlite") == before)
        expectRefusal(
            try folder.run("vote", ref, "--as", "eve@example.org", "--board", "b.sqlite"), 77)
        #expect(try folder.succeed("verify", "--json").json()["held"].int == 1)
        #expect(
            try folder.succeed("verify", "--json", "--board", "b.sqlite").json()["held"].int == 1)
        let waits = try folder.run("node", "list").errors
        #expect(waits.contains("1 changeset of") && waits.contains("role was taken away"))
        #expect(!waits.contains("lets them in"))

        let admitted = try folder.run("node", "admit", kiosk)
        #expect(admitted.code == 0)
        #expect(admitted.errors.contains("1 changeset without effect for good"))
        #expect(try folder.succeed("verify", "--json").json()["held"].int == 0)
        #expect(try agree(folder, ref) == before)
        try folder.succeed("sync", "b.sqlite")
        try folder.succeed("vote", ref, "--as", "eve@example.org", "--board", "b.sqlite")
        let again = try folder.succeed("sync", "b.sqlite", "--json").json().items[0]
        #expect(again["equal"].bool == true)
        #expect(try agree(folder, ref) == before.map { $0 + 1 })
        #expect(
            try folder.succeed("verify", "--json").json()["view"].string
                == folder.succeed("verify", "--json", "--board", "b.sqlite").json()["view"].string)
    }

    @Test("What nobody saw before the copy was admitted again is not lost")
    func unseen() throws {
        let (folder, ref, kiosk) = try voted()
        let before = try #require(try agree(folder, ref))
        try folder.succeed("node", "revoke", kiosk)
        try folder.succeed("vote", ref, "--as", "eve@example.org", "--board", "b.sqlite")
        // The hall calls, so that the kiosk learns of it before it tells anything.
        try folder.succeed("sync", "b.sqlite")
        #expect(try folder.succeed("verify", "--json").json()["held"].int == 0)
        try folder.succeed("node", "admit", kiosk)
        try folder.succeed("sync", "b.sqlite")
        let again = try folder.succeed("sync", "b.sqlite", "--json").json().items[0]
        #expect(again["equal"].bool == true)
        #expect(try agree(folder, ref) == before + 1)
    }

    @Test("A role can be taken back to an earlier day")
    func cut() throws {
        let (folder, ref, kiosk) = try voted()
        let before = try #require(try agree(folder, ref))
        try folder.succeed("node", "revoke", kiosk, "--since", "1d")
        #expect(try agree(folder, ref) == before - 1)
        #expect(try folder.succeed("verify", "--json").json()["ok"].bool == true)
    }

    @Test("A disavowed copy's votes do not count until they do again")
    func disavowed() throws {
        let (folder, ref, kiosk) = try voted()
        let before = try #require(try agree(folder, ref))
        try folder.succeed("node", "disavow", kiosk)
        #expect(try agree(folder, ref) == before - 1)
        try folder.succeed("sync", "b.sqlite")
        #expect(try agree(folder, ref, "b.sqlite") == before - 1)
        expectRefusal(
            try folder.run("vote", ref, "--as", "eve@example.org", "--board", "b.sqlite"), 77)
        try folder.succeed("node", "disavow", kiosk, "--withdraw")
        #expect(try agree(folder, ref) == before)
        #expect(try folder.succeed("verify", "--json").json()["ok"].bool == true)
    }

    @Test("Only a steward gives roles, and only the founder a steward's")
    func rights() throws {
        let (folder, _, kiosk) = try voted()
        let nodes = try folder.succeed("node", "list", "--json").json().items
        let founder = try #require(
            nodes.first { $0["role"].string == "founder" }?["id"].string)
        expectRefusal(try folder.run("node", "revoke", founder, "--board", "b.sqlite"), 77)
        expectRefusal(
            try folder.run("node", "admit", kiosk, "--role", "steward", "--board", "b.sqlite"), 77)
        expectRefusal(try folder.run("node", "admit", kiosk, "--role", "king"), 64)
        expectRefusal(try folder.run("node", "admit", String(repeating: "0", count: 52)), 65)
        try folder.succeed("node", "admit", kiosk, "--role", "steward")
        try folder.succeed("sync", "b.sqlite")
        try folder.succeed("board", "name", "The kiosk's", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        let name = try folder.succeed("board", "name", "--json").output
        #expect(name.contains("The kiosk's"))
    }
}
