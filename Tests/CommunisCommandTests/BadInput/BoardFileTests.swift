import Foundation
import GRDB
import Testing

/// Files that are no board, or not one that this version reads.
struct BoardFileTests {
    let folder = TestFolder()

    /// Every command that opens a board, with words that are right otherwise.
    static let commands = [
        ["me"], ["submit", "An idea", "--as", "bob"], ["vote", "abcde", "--as", "bob"],
        ["comment", "abcde", "Yes", "--as", "bob"], ["list"], ["show", "abcde"], ["top"],
        ["export", "votes"], ["import", "polis", "talk"], ["sync", "peer.sqlite"],
        ["node", "list"],
        ["log"], ["verify"], ["backup", "safe.sqlite"],
    ]

    private func expectEverywhere(
        _ code: Int32, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for words in Self.commands {
            let outcome = try folder.start(words).wait()
            expectRefusal(outcome, code, part, sourceLocation: sourceLocation)
        }
    }

    @Test func noBoard() throws {
        try expectEverywhere(66, "no board at \(folder.path("communis.sqlite"))")
        #expect(try folder.names() == [])
    }

    @Test func notASQLiteFile() throws {
        let contents = "This is a letter, not a database.\n" + String(repeating: "x", count: 9_000)
        try folder.write(contents, to: "communis.sqlite")
        try expectEverywhere(65, "not a Communis board")
        #expect(try folder.read("communis.sqlite") == contents)
        #expect(try folder.names() == ["communis.sqlite"])
    }

    @Test func anEmptyFile() throws {
        try folder.write("", to: "communis.sqlite")
        try expectEverywhere(65, "not a Communis board")
        #expect(try folder.read("communis.sqlite") == "")
    }

    @Test func aDatabaseOfAnotherProgram() throws {
        try folder.change("CREATE TABLE idea(title TEXT)", "communis.sqlite")
        try expectEverywhere(65, "not a Communis board")
    }

    @Test func aFolder() throws {
        _ = try folder.shell("mkdir communis.sqlite")
        try expectEverywhere(65, "not a Communis board")
    }

    @Test func aFileFromANewerVersion() throws {
        try folder.makeBoard()
        try folder.verified()
        let queue = try folder.database()
        let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        try queue.close()
        try folder.change("PRAGMA user_version = 1000000; PRAGMA wal_checkpoint(TRUNCATE)")
        let before = try folder.read("communis.sqlite")
        try expectEverywhere(65, "newer version (file version 1000000)")
        #expect(try folder.read("communis.sqlite") == before)
        try folder.change("PRAGMA user_version = \(version)")
        try folder.verified()
    }

    @Test func aTruncatedBoard() throws {
        try folder.makeBoard()
        try folder.change("PRAGMA wal_checkpoint(TRUNCATE)")
        let whole = try Data(contentsOf: folder.url.appendingPathComponent("communis.sqlite"))
        _ = try folder.shell("rm -f communis.sqlite-*")
        try folder.write(whole.prefix(6_000), to: "communis.sqlite")
        for words in Self.commands {
            let outcome = try folder.start(words).wait()
            #expect([65, 74].contains(outcome.code), "\(words): \(outcome.code)")
            expectLine(outcome)
        }
    }
}
