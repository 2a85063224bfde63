import Foundation
import Testing

/// A board that was copied by hand with its key: noticed, explained, mended.
@Suite struct CopiedKeyTests {
    private let folder = TestFolder()

    @Test func isNoticedAndMended() throws {
        try folder.succeed("init", "--name", "Hall", "--board", "hall.sqlite")
        try folder.succeed("clone", "hall.sqlite", "--name", "Kiosk")
        try folder.succeed("me", "bob@example.org")
        try folder.succeed("submit", "A bench", "--need", "To sit")
        #expect(
            try folder.shell(
                "mkdir twin && for end in '' -wal .key; do cp communis.sqlite$end twin/; done"
            ).code == 0)
        let twin = ["--board", "twin/communis.sqlite"]
        _ = try folder.start(["submit", "A tree", "--need", "Shade"]).wait()
        _ = try folder.start(["submit", "A pond", "--need", "Frogs"] + twin).wait()
        try folder.succeed("sync", "--json")
        let forked = try folder.start(["sync", "hall.sqlite"] + twin).wait()
        #expect(forked.code == 0)
        #expect(forked.errors.contains("communis node rename --new-key"))
        // Told once for what was written until then.
        #expect(try folder.start(["sync", "hall.sqlite"] + twin).wait().errors == "")
        #expect(
            try folder.run("node", "list", "--board", "hall.sqlite").errors.contains(
                "communis node rename --new-key"))

        let new = try folder.start(["node", "rename", "--new-key", "Kiosk 2", "--json"] + twin)
            .wait().json()
        let id = try #require(new["id"].string)
        #expect(new["role"].string == "none")
        #expect(folder.exists("twin/communis.sqlite.key"))
        #expect(
            FileManager.default.fileExists(atPath: try #require(new["oldKey"].string)))
        // Nobody heard of it yet, but who it is can be seen where it is.
        let listed = try folder.start(["node", "list", "--json"] + twin).wait().json()
        #expect(listed.items.contains { $0["id"].string == id && $0["role"].string == "none" })
        try folder.succeed("node", "admit", id, "--board", "hall.sqlite")
        _ = try folder.start(["sync", "hall.sqlite"] + twin).wait()
        #expect(try folder.start(["submit", "A well", "--need", "Water"] + twin).wait().code == 0)
        let report = try folder.start(["sync", "hall.sqlite", "--json"] + twin).wait()
        #expect(report.errors == "")
        #expect(try report.json()[0]["mode"].string == "cursor")
        let list = try folder.succeed("list", "--board", "hall.sqlite").output
        for idea in ["A bench", "A tree", "A pond", "A well"] { #expect(list.contains(idea)) }
        expectRefusal(try folder.run("node", "rename", "--new-key", "x", "y"), 64)

        // A copy of the new key is told as the first was.
        #expect(
            try folder.shell(
                "mkdir more && for end in '' -wal .key; do cp twin/communis.sqlite$end more/; done"
            ).code == 0)
        for board in ["twin", "more"] {
            let words = ["submit", "An idea of \(board)", "--need", "It"]
            let place = ["--board", "\(board)/communis.sqlite"]
            _ = try folder.start(words + place).wait()
            let synced = try folder.start(["sync", "hall.sqlite"] + place).wait()
            #expect(synced.errors.contains("--new-key") == (board == "more"))
        }
    }
}
