import Testing

/// The key beside the board: missing, broken, or somebody else's.
struct KeyTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.verified()
        try folder.succeed("init", "--board", "other.sqlite")
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        try folder.verified()
    }

    /// Puts something in the key's place; what writes is refused, what reads is not.
    private func expectRefusals(
        _ replacement: String, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try folder.succeed("list", "--json").bytes
        _ = try folder.shell("mv communis.sqlite.key kept && \(replacement)")
        for words in [
            ["vote", ref, "--as", "bob"], ["submit", "x", "--as", "bob"],
            ["comment", ref, "x", "--as", "bob"], ["me", "bob", "--name", "Bob"],
            ["backup", "safe.sqlite"], ["import", "polis", "talk"],
        ] {
            let outcome = try folder.start(words).wait()
            expectRefusal(
                outcome, 77, "communis.sqlite.key", part, sourceLocation: sourceLocation)
        }
        #expect(
            try folder.succeed("list", "--json").bytes == before, sourceLocation: sourceLocation)
        try folder.verified(sourceLocation: sourceLocation)
        _ = try folder.shell("rm -rf communis.sqlite.key && mv kept communis.sqlite.key")
        try folder.succeed("vote", ref, sourceLocation: sourceLocation)
        #expect(!folder.exists("safe.sqlite"), sourceLocation: sourceLocation)
    }

    @Test func missing() throws { try expectRefusals("true", "is missing") }

    @Test func empty() throws { try expectRefusals(": > communis.sqlite.key", "not a key file") }

    @Test func aFolder() throws { try expectRefusals("mkdir communis.sqlite.key", "cannot be") }

    @Test func nonsense() throws {
        try expectRefusals("head -c 9000 /dev/zero > communis.sqlite.key", "not a key file")
    }

    @Test func cutShort() throws {
        try expectRefusals("head -n 2 kept > communis.sqlite.key", "not a key file")
    }

    @Test func ofAnotherBoard() throws {
        try expectRefusals("cp other.sqlite.key communis.sqlite.key", "another board")
    }

    @Test func ofAnotherCopy() throws {
        try expectRefusals("cp copy.sqlite.key communis.sqlite.key", "another copy")
    }

    @Test func whatIsPendingWaitsForTheKey() throws {
        try folder.succeed("vote", ref)
        _ = try folder.shell("mv communis.sqlite.key kept")
        expectRefusal(try folder.run("sync", "copy.sqlite"), 77, "is missing")
        expectRefusal(try folder.run("verify"), 77, "is missing")
        #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 1)
        _ = try folder.shell("mv kept communis.sqlite.key")
        try folder.succeed("sync", "copy.sqlite")
        #expect(
            try folder.succeed("list", "--json", "--board", "copy.sqlite").json()[0]["agree"].int
                == 1)
    }
}
