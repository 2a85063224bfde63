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

    @Test func empty() throws {
        try expectRefusals("(umask 77; : > communis.sqlite.key)", "not a key file")
    }

    @Test func aFolder() throws { try expectRefusals("mkdir communis.sqlite.key", "cannot be") }

    @Test func nonsense() throws {
        try expectRefusals(
            "(umask 77; head -c 9000 /dev/zero > communis.sqlite.key)", "not a key file")
    }

    @Test func cutShort() throws {
        try expectRefusals("(umask 77; head -n 2 kept > communis.sqlite.key)", "not a key file")
    }

    @Test func ofAnotherBoard() throws {
        try expectRefusals("cp other.sqlite.key communis.sqlite.key", "another board")
    }

    @Test func ofAnotherCopy() throws {
        try expectRefusals("cp copy.sqlite.key communis.sqlite.key", "another copy")
    }

    @Test func aLink() throws { try expectRefusals("ln -s kept communis.sqlite.key", "is a link") }

    @Test func aPipe() throws { try expectRefusals("mkfifo communis.sqlite.key", "cannot be") }

    @Test func aDevice() throws {
        try expectRefusals("ln -s /dev/zero communis.sqlite.key", "is a link")
    }

    @Test("A key that others can read is refused, with the command that mends it")
    func open() throws {
        for mode in ["640", "604", "660"] {
            try expectRefusals(
                "cp kept communis.sqlite.key && chmod \(mode) communis.sqlite.key",
                "run: chmod 600 \(folder.path("communis.sqlite.key"))")
            try folder.verified()
        }
        // As it stands there, also where the name is one that a shell would take apart.
        _ = try folder.shell("mkdir \"it's mine\" && mv communis.sqlite* \"it's mine\"/")
        _ = try folder.shell("chmod 644 \"it's mine\"/communis.sqlite.key")
        let board = ["--board", "it's mine/communis.sqlite"]
        let outcome = try folder.start(["vote", ref] + board).wait()
        expectRefusal(outcome, 77, "other accounts can read it")
        let command = try #require(outcome.errors.split(separator: "run: ").last)
        #expect(try folder.shell(String(command)).code == 0)
        #expect(try folder.start(["vote", ref] + board).wait().code == 0)
    }

    @Test(.enabled(if: Machine.isRoot, "only root gives files away"))
    func ofAnotherAccount() throws {
        try expectRefusals(
            "cp kept communis.sqlite.key && chown 65534 communis.sqlite.key", "another account")
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
