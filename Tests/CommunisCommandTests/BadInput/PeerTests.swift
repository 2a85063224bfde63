import CommunisCore
import CommunisStore
import CommunisSync
import Foundation
import GRDB
import Testing

/// Peers with which a copy cannot sync.
struct PeerTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
    }

    @Test func anotherBoard() throws {
        try folder.succeed("init", "--board", "other.sqlite")
        try folder.unchanged {
            try folder.unchanged("other.sqlite") {
                expectRefusal(try folder.run("sync", "other.sqlite"), 65, "is another board")
            }
        }
        // It is not remembered.
        expectRefusal(try folder.run("sync"), 64)
        let outcome = try folder.run("sync", "other.sqlite", "--json")
        #expect(outcome.code == 65)
        let items = try outcome.json().items
        #expect(items.count == 1 && items[0]["exitCode"].int == 65)
        #expect(items[0]["error"].string?.contains("is another board") == true)
    }

    @Test func thisCopyItself() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("sync", "communis.sqlite"), 65, "this copy itself")
            expectRefusal(try folder.run("sync", "."), 65, "this copy itself")
        }
    }

    @Test func noBoardAtAll() throws {
        try folder.write("a letter", to: "letter")
        try folder.write("", to: "empty")
        try folder.unchanged {
            expectRefusal(try folder.run("sync", "nowhere.sqlite"), 69, "nowhere.sqlite")
            expectRefusal(try folder.run("sync", "no/such/folder/b.sqlite"), 69)
            expectRefusal(try folder.run("sync", "letter"), 65, "not a Communis board")
            expectRefusal(try folder.run("sync", "empty"), 65, "not a Communis board")
            expectRefusal(try folder.run("sync", "ftp://example.org"), 64, "example.org")
            expectRefusal(try folder.run("sync", "http://127.0.0.1:1"), 69, "127.0.0.1:1")
        }
        #expect(try folder.read("letter") == "a letter")
    }

    @Test func aPeerThatWentAway() throws {
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        _ = try folder.shell("mkdir away && mv b.sqlite* away")
        try folder.unchanged { expectRefusal(try folder.run("sync"), 69, "b.sqlite") }
        _ = try folder.shell("mv away/* .")
        try folder.succeed("sync")
    }

    @Test("What a peer says is printed on one line, without what a terminal would obey")
    func aPeersWords() throws {
        let id = try #require(
            try folder.database().read { try Data.fetchOne($0, sql: "SELECT board FROM state") })
        let board = try #require(BoardID(Array(id)))
        let error = BoardError(
            .notPermitted, "no\u{1B}[2J\nno", "ask\u{1B}]0;title\u{7}\n\u{202E}communis: done")
        let answer = SyncWire.encode(
            SyncAnswer.refusal(
                error, of: board,
                by: NodeID(truncating: [UInt8](repeating: 7, count: 32))))
        let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: answer.count >> $0) }
        try folder.write(Data(length + answer), to: "answer")
        try folder.writeProgram(
            "#!/bin/sh\ncat \(folder.path("answer"))\ncat > /dev/null\n", to: "ssh")
        #expect(try folder.shell("chmod +x ssh").code == 0)
        let environment = ["COMMUNIS_SSH": folder.path("ssh")]
        for words in [["sync", "ssh://h/b"], ["clone", "ssh://h/b", "--board", "c.sqlite"]] {
            let outcome = try folder.start(words, environment: environment).wait()
            expectRefusal(outcome, 77, "ask]0;title communis: done")
            #expect(!outcome.errors.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func aPeerWhoseChangesetsHaveNoRoom() throws {
        try folder.succeed("clone", ".", "--board", "b.sqlite", "--name", "Kiosk")
        try folder.succeed("vote", ref, "--as", "bob", "--board", "b.sqlite")
        try folder.succeed("node", "revoke", String(try kiosk().prefix(8)))
        try folder.change(
            """
            INSERT INTO node(id) VALUES(randomblob(32));
            WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10000)
            INSERT INTO held(id, node, reason, header, payload, signature)
            SELECT randomblob(32), (SELECT max(key) FROM node), 1, zeroblob(153), x'', zeroblob(64)
            FROM number;
            """)
        // It asks first, and so sends its vote before it hears that it has no role any more.
        let outcome = try folder.run("sync", "communis.sqlite", "--board", "b.sqlite")
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("1 noRoom") && outcome.errors.contains("node list"))
        #expect(!outcome.errors.contains("verify"))
        // Ten and more that wait are not told one by one.
        let listed = try folder.run("node", "list")
        #expect(listed.code == 0 && listed.errors.split(separator: "\n").count == 1)
    }

    private func kiosk() throws -> String {
        let nodes = try folder.succeed("node", "list", "--json").json().items
        return try #require(nodes.first { $0["name"].string == "Kiosk" }?["id"].string)
    }

    @Test func aPeerThatAnotherProcessWrites() throws {
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        try folder.succeed("vote", ref)
        try folder.verified()
        let queue = try folder.database("b.sqlite")
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                let start = ContinuousClock.now
                try folder.unchanged {
                    expectRefusal(try folder.run("sync", "b.sqlite"), 75, "b.sqlite", "try again")
                }
                #expect(ContinuousClock.now - start > .seconds(4))
                return .rollback
            }
        }
        try queue.close()
        let report = try folder.succeed("sync", "b.sqlite", "--json").json()[0]
        #expect(report["equal"].bool == true && report["sent"]["changes"].int == 1)
        try folder.verified("b.sqlite")
    }

    @Test func aPeerThatIsBusyOnlyForAMoment() throws {
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try folder.succeed("vote", ref)
        let queue = try folder.database("b.sqlite")
        var child: Child?
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                child = try folder.start(["sync", "b.sqlite"])
                // Long enough that it has met the lock, far from its patience of five seconds.
                usleep(500_000)
                #expect(child?.isRunning == true)
                return .rollback
            }
        }
        try queue.close()
        let outcome = try #require(try child?.wait())
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test func aBoardThatAnotherProcessHolds() throws {
        let queue = try folder.database()
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                let voting = try folder.start(["vote", ref])
                let submitting = try folder.start(["submit", "x"])
                #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 0)
                expectRefusal(try voting.wait(), 75, "in use by another process")
                expectRefusal(try submitting.wait(), 75, "in use by another process")
                return .rollback
            }
        }
        try queue.close()
        try folder.succeed("vote", ref)
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        try folder.verified()
    }
}
