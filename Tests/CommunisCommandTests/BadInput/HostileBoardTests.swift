import Foundation
import GRDB
import Testing

/// A board's file made by somebody who means harm, seen from outside: one line and an exit code.
struct HostileBoardTests {
    let folder = TestFolder()

    init() throws {
        try folder.makeBoard()
        _ = try folder.submit("A bench")
        try folder.succeed("clone", ".", "--board", "whole.sqlite")
        for number in 0..<3 { _ = try folder.submit("Idea \(number)", as: "bob", "whole.sqlite") }
        try folder.verified("whole.sqlite")
        try folder.change("PRAGMA wal_checkpoint(TRUNCATE)", "whole.sqlite")
        _ = try folder.submit("News")
    }

    /// A file like the whole one, with a change.
    private func make(_ sql: String, _ name: String = "bad.sqlite") throws {
        _ = try folder.shell(
            "rm -f \(name)* && cp whole.sqlite \(name) && cp whole.sqlite.key \(name).key")
        try folder.change(sql, name)
        _ = try folder.shell("chmod 600 \(name)*")
    }

    private static let endless = """
        (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c)
        """

    static let schemas = [
        """
        ALTER TABLE state RENAME TO s;
        CREATE VIEW state AS SELECT * FROM s WHERE (SELECT count(*) FROM \(endless)) > 0
        """,
        "ALTER TABLE tally RENAME TO t; CREATE VIEW tally AS SELECT t.* FROM t, \(endless)",
        """
        CREATE TRIGGER a BEFORE INSERT ON changeset BEGIN SELECT count(*) FROM \(endless); END;
        CREATE TRIGGER b BEFORE INSERT ON peer BEGIN SELECT count(*) FROM \(endless); END
        """,
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
    ]

    @Test("What is not laid out as a board is refused by every command at once", arguments: schemas)
    func schema(_ sql: String) throws {
        for isShared in [false, true] {
            try make(sql)
            if isShared { _ = try folder.shell("chmod 666 bad.sqlite") }
            for words in [
                ["list"], ["top"], ["vote", "abcde", "--as", "bob"], ["verify"], ["log"],
                ["serve", "--port", "0"], ["bundle", "create", "out.bundle"],
            ] {
                let outcome = try folder.start(words + ["--board", "bad.sqlite"]).wait()
                expectRefusal(outcome, 65, "not laid out as a board")
            }
            for words in [["sync", "bad.sqlite"], ["clone", "bad.sqlite", "--board", "n.sqlite"]] {
                let outcome = try folder.start(words).wait()
                expectRefusal(outcome, 65, "not laid out as a board")
            }
        }
        try folder.verified()
        #expect(!folder.exists("n.sqlite"))
    }

    static let values = [
        """
        UPDATE changeset SET arrival = 9223372036854775807
            WHERE arrival = (SELECT max(arrival) FROM changeset)
        """,
        "UPDATE node SET sequence = 9223372036854775807, changesets = 9223372036854775807",
        "UPDATE node SET sequence = 9223372036854775807, head = zeroblob(32)",
        "UPDATE sqlite_sequence SET seq = 9223372036854775807",
        "UPDATE sqlite_sequence SET seq = 'x'",
        "UPDATE sqlite_sequence SET seq = -5",
        "UPDATE tally SET agree = 9223372036854775807, disagree = -9223372036854775807",
        "UPDATE idea SET key = 9223372036854775807 WHERE key = (SELECT max(key) FROM idea)",
        "UPDATE member SET key = -9223372036854775808 WHERE key = (SELECT max(key) FROM member)",
        "UPDATE state SET check_count = 9223372036854775807, clock = -1, horizon = -1",
        "UPDATE log_range SET count = 9223372036854775807",
        "UPDATE search_docsize SET sz = zeroblob(60000); UPDATE search_data SET block = x'ffffff'",
    ]

    @Test("Numbers and sizes beyond all measure are damage: no crash, no wait", arguments: values)
    func value(_ sql: String) throws {
        let own = try folder.verified()
        for words in [
            ["list", "--board", "bad.sqlite"], ["search", "idea", "--board", "bad.sqlite"],
            ["verify", "--board", "bad.sqlite"], ["sync", "bad.sqlite"],
            ["submit", "x", "--as", "bob", "--board", "bad.sqlite"],
            ["sync", "communis.sqlite", "--board", "bad.sqlite"],
            ["node", "list", "--board", "bad.sqlite"], ["top", "--board", "bad.sqlite"],
            ["export", "ideas", "--board", "bad.sqlite"], ["log", "--board", "bad.sqlite"],
            ["top", "--format", "html", "--board", "bad.sqlite"],
            ["top", "--format", "markdown", "--board", "bad.sqlite"],
        ] {
            try make(sql)
            let outcome = try folder.start(words).wait()
            #expect(
                [0, 65, 69, 75].contains(outcome.code),
                "\(words): \(outcome.code) \(outcome.errors)")
            #expect(!outcome.errors.contains("please report"), "\(words): \(outcome.errors)")
        }
        #expect(try folder.verified()["changesets"].int ?? 0 >= own["changesets"].int ?? 0)
    }

    @Test("A hub with such files among its peers goes on, and ends when it is asked to")
    func hub() throws {
        try folder.succeed("clone", ".", "--name", "Hub", "--board", "hub.sqlite")
        let node = try folder.succeed("node", "list", "--json").json().items
            .first { $0["name"].string == "Hub" }?["id"].string
        // It gives an invitation later.
        try folder.succeed("node", "admit", try #require(node), "--role", "steward")
        try folder.succeed("sync", "--board", "hub.sqlite")
        for (number, sql) in (Self.schemas + Self.values.prefix(4)).enumerated() {
            try make("PRAGMA user_version", "peer\(number).sqlite")
            try folder.succeed("sync", "peer\(number).sqlite", "--board", "hub.sqlite")
            try make(sql, "peer\(number).sqlite")
        }
        _ = try folder.shell("mkfifo pipe.sqlite && ln -sf /dev/zero zero.sqlite")
        try folder.remember(
            [folder.path("pipe.sqlite"), folder.path("zero.sqlite")], in: "hub.sqlite")
        _ = try folder.submit("More", as: "carol", "hub.sqlite")
        let hub = try RunningHub(folder, board: "hub.sqlite", options: ["--sync-every", "1s"])
        try folder.join(hub, as: "new.sqlite", of: "hub.sqlite")
        for _ in 0..<3 { try folder.succeed("sync", "--board", "new.sqlite") }
        #expect(hub.isRunning)
        let start = ContinuousClock.now
        let outcome = try hub.terminate()
        #expect(outcome.code == 0, "\(outcome.errors.suffix(500))")
        #expect(ContinuousClock.now - start < .seconds(11))
        try folder.verified("hub.sqlite")
    }

    @Test("What somebody's log holds beside the file is read as their SQLite left it, or refused")
    func log() throws {
        try make("PRAGMA user_version")
        _ = try folder.submit("In the log", as: "bob", "bad.sqlite")
        _ = try folder.shell("chmod 666 bad.sqlite*")
        #expect(try folder.run("list", "--board", "bad.sqlite").output.contains("In the log"))
        for damage in [
            "head -c 9000 /dev/urandom > bad.sqlite-wal",
            "truncate -s 100 bad.sqlite-wal", "truncate -s 0 bad.sqlite-wal",
            "truncate -s 40 bad.sqlite-shm", "rm bad.sqlite-shm && mkfifo bad.sqlite-shm",
        ] {
            _ = try folder.shell(damage)
            let outcome = try folder.run("list", "--board", "bad.sqlite")
            #expect([0, 65, 77].contains(outcome.code), "\(damage): \(outcome.errors)")
        }
    }
}
