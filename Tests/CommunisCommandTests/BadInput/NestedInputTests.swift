import CommunisCore
import CommunisStore
import Foundation
import Testing

/// Input that goes round or ever deeper.
struct NestedInputTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func bracketsInBrackets() throws {
        try folder.write(String(repeating: "[", count: 100_000), to: "issues.json")
        try folder.write(
            String(repeating: "{\"a\":", count: 100_000), to: "objects.json")
        try folder.unchanged {
            for file in ["issues.json", "objects.json"] {
                expectRefusal(try folder.run("import", "github", file), 65, file)
            }
        }
    }

    @Test("Ideas that build on each other in a ring are shown")
    func ring() throws {
        let ids = try (0..<3).map { number in
            let text = try folder.succeed("submit", "Idea \(number)", "--json").json()["id"].string
            let bytes = try #require(text.flatMap { Base32.decode($0) })
            return try #require(IdeaID(bytes))
        }
        let board = try Board.open(folder.path("communis.sqlite"))
        try board.write(
            (0..<3).map { Draft(by: nil, .ideaField(ids[$0], .buildsOn(ids[($0 + 1) % 3]))) }
                + [Draft(by: nil, .ideaField(ids[0], .buildsOn(ids[0])))])
        board.close()
        for id in ids {
            let ref = Base32.encode(id.bytes)
            #expect(try folder.succeed("show", ref).output.contains("Idea"))
            #expect(try folder.shown(ref)["title"].string?.hasPrefix("Idea") == true)
        }
        try folder.verified()
    }
}
