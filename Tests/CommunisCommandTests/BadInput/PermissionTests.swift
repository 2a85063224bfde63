import Foundation
import Testing

/// Files that this account may read, or not even that.
@Suite(.enabled(if: Machine.bound != nil, "as root, this needs setpriv"))
struct PermissionTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
    }

    /// Runs the program under an account that permissions bind.
    private func bound(_ words: String...) throws -> Outcome {
        try folder.start(words: (Machine.bound ?? []) + [Program.path] + words).wait()
    }

    /// Sets permissions on files of the account that they bind, and gives them back for the folder's
    /// removal.
    private func with(_ permissions: String, _ body: () throws -> Void) throws {
        let (give, takeBack) =
            Machine.isRoot
            ? ("chown -R 65534:65534 . &&", "chown -R 0:0 .;") : ("", "")
        _ = try folder.shell("chmod a+rX .. . && \(give) \(permissions)")
        defer { _ = try? folder.shell("\(takeBack) chmod -R u+rwX . && chmod 600 *.key") }
        try body()
    }

    private func expectReadable(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for words in [
            ["list"], ["show", ref, "--voters"], ["top", "--format", "csv"], ["export", "votes"],
            ["log"], ["node", "list"],
        ] {
            let own = try folder.start(words).wait()
            let outcome = try folder.start(
                words: (Machine.bound ?? []) + [Program.path] + words
            ).wait()
            #expect(
                outcome.code == 0 && outcome.output == own.output, "\(words): \(outcome.errors)",
                sourceLocation: sourceLocation)
        }
    }

    private func expectUnwritable(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for words in [["vote", ref], ["submit", "x"], ["comment", ref, "x"]] {
            let outcome = try folder.start(
                words: (Machine.bound ?? []) + [Program.path] + words
                    + ["--as", "bob@example.org"]
            ).wait()
            expectRefusal(outcome, 74, "cannot be written", sourceLocation: sourceLocation)
        }
    }

    @Test func aReadOnlyFile() throws {
        try with("chmod 400 communis.sqlite*") {
            try expectReadable()
            try expectUnwritable()
        }
        try folder.verified()
        #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 1)
    }

    @Test func aReadOnlyFolder() throws {
        try with("chmod a-w . communis.sqlite*") {
            try expectReadable()
            try expectUnwritable()
            expectRefusal(try bound("init", "--board", "new.sqlite"), 74, "new.sqlite")
            expectRefusal(try bound("backup", "safe.sqlite"), 74, "safe.sqlite")
            expectRefusal(try bound("top", "-o", "top.csv"), 74, "top.csv")
        }
        try folder.verified()
    }

    @Test func aReadOnlyBoardWithoutItsCompanions() throws {
        try folder.verified()
        try folder.change("PRAGMA wal_checkpoint(TRUNCATE)")
        try with("rm -f communis.sqlite-* && chmod a-w communis.sqlite* && chmod a-w .") {
            try expectReadable()
            try expectUnwritable()
            #expect(try bound("verify").code == 0)
        }
    }

    @Test func aFileThatCannotBeRead() throws {
        try with("chmod a-rw communis.sqlite") {
            for words in [["list"], ["vote", ref, "--as", "bob"], ["verify"]] {
                let outcome = try folder.start(
                    words: (Machine.bound ?? []) + [Program.path] + words
                ).wait()
                expectRefusal(outcome, 74, "communis.sqlite")
            }
        }
        try folder.verified()
    }

    @Test func anUnreadableKey() throws {
        try with("chmod a-rw communis.sqlite.key") {
            try expectReadable()
            for words in [["vote", ref], ["submit", "x"], ["comment", ref, "x"]] {
                let outcome = try folder.start(
                    words: (Machine.bound ?? []) + [Program.path] + words + ["--as", "bob"]
                ).wait()
                expectRefusal(outcome, 77, "communis.sqlite.key", "cannot be read")
            }
            expectRefusal(try bound("backup", "safe.sqlite"), 77, "communis.sqlite.key")
        }
        #expect(try folder.verified()["ok"].bool == true)
        #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 1)
    }

    @Test func aReadOnlyPeer() throws {
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        _ = try folder.submit("A lamp", as: "bob", "b.sqlite")
        try with("chmod a-w communis.sqlite communis.sqlite-*") {
            expectRefusal(
                try bound("sync", "communis.sqlite", "--board", "b.sqlite"), 74, "communis.sqlite")
        }
        try folder.verified()
        try folder.verified("b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        #expect(try folder.succeed("list", "--json").json().items.count == 2)
    }
}
