import Foundation
import Testing

/// `erase`, from outside: the words are gone from the bytes of every copy.
@Suite struct EraseTests {
    private let folder = TestFolder()

    init() throws {
        try folder.succeed("init", "--name", "Hall", "--board", "hall.sqlite")
        try folder.succeed("me", "ann@example.org", "--board", "hall.sqlite")
        try folder.succeed("clone", "hall.sqlite", "--name", "Kiosk")
        try folder.succeed("me", "bob@example.org", "--name", "Quirinus Bobbejaan")
    }

    /// Whether the files of a board hold a word anywhere.
    private func holds(_ board: String, _ word: String) throws -> Bool {
        try ["", "-wal"].contains { suffix in
            guard folder.exists(board + suffix) else { return false }
            return try Data(contentsOf: URL(fileURLWithPath: folder.path(board + suffix)))
                .range(of: Data(word.utf8)) != nil
        }
    }

    private func expectGone(_ word: String) throws {
        for board in ["communis.sqlite", "hall.sqlite"] {
            #expect(try !holds(board, word), "\(word) in \(board)")
            #expect(try folder.run("verify", "--board", board).code == 0)
        }
    }

    @Test func takesAnIdeaFromEveryCopy() throws {
        let ref =
            try folder.succeed(
                "submit", "Zanzibar", "--need", "Xylofonist lives at 7 Kwaliteitsweg", "--json"
            ).json()["ref"].string ?? ""
        try folder.succeed("revise", ref, "--title", "Zanzibarese")
        try folder.succeed("comment", ref, "Nevertheless")
        try folder.succeed("vote", ref)
        try folder.succeed("sync")
        #expect(try holds("hall.sqlite", "Kwaliteitsweg"))
        try folder.succeed("erase", ref, "--yes", "--board", "hall.sqlite")
        try folder.succeed("sync")
        for word in ["Zanzibar", "Xylofonist", "Kwaliteitsweg", "zanzibar"] { try expectGone(word) }
        #expect(try !folder.succeed("list").output.contains(ref))
        #expect(try folder.run("search", "Zanzibar", "--json").output.contains(ref) == false)
        let prints = try ["hall.sqlite", "communis.sqlite"].map {
            try folder.succeed("verify", "--board", $0, "--json").json()["view"].string
        }
        #expect(prints[0] == prints[1])
        expectRefusal(try folder.run("erase", ref, "--yes", "--board", "hall.sqlite"), 66)
    }

    @Test func takesANameAndLeavesTheVotes() throws {
        let ref =
            try folder.succeed("submit", "A bench", "--need", "Sit", "--json")
            .json()["ref"].string ?? ""
        try folder.succeed("vote", ref)
        try folder.succeed("sync")
        let erased = try folder.succeed(
            "erase", "bob@example.org", "--yes", "--json", "--board", "hall.sqlite"
        ).json()
        #expect(erased["kind"].string == "name")
        try folder.succeed("sync")
        try expectGone("Quirinus")
        #expect(try folder.succeed("show", ref, "--json").output.contains("Bobbejaan") == false)
        let top = try folder.succeed("list", "--json").json()
        #expect(top[0]["agree"].int == 1 || top[0]["votes"].int == 1)
    }

    @Test func whereThereIsNoNameItTellsWhatToErase() throws {
        try folder.succeed("submit", "A bench", "--as", "eve@example.org", "--board", "hall.sqlite")
        let refused = try folder.run(
            "erase", "eve@example.org", "--yes", "--board", "hall.sqlite")
        expectRefusal(refused, 66, "no name of")
        #expect(refused.errors.contains("communis mine --as eve@example.org"))
        let mine = try folder.succeed(
            "mine", "--as", "eve@example.org", "--json", "--board", "hall.sqlite")
        #expect(mine.output.contains("A bench"))
    }

    @Test func asksFirstAndNeedsASteward() throws {
        let ref =
            try folder.succeed(
                "submit", "Zanzibar", "--need", "Need", "--board", "hall.sqlite", "--json"
            ).json()["ref"].string ?? ""
        try folder.succeed("sync")
        expectRefusal(try folder.run("erase", ref, "--board", "hall.sqlite"), 64, "--yes")
        expectRefusal(try folder.run("erase", ref, "--yes"), 77)
        #expect(try folder.succeed("list").output.contains("Zanzibar"))
    }
}
