import Foundation
import GRDB
import Testing

/// Changesets at a peer in which bits have flipped.
struct DamagedChangesetTests {
    let folder = TestFolder()

    /// Two copies, and at the second one six ideas that the first has not seen, each in a changeset
    /// of its own.
    init() throws {
        try folder.makeBoard()
        try folder.succeed("clone", ".", "--board", "peer.sqlite")
        for number in 1...6 {
            _ = try folder.submit("Idea \(number)", as: "bob", "peer.sqlite")
            try folder.verified("peer.sqlite")
        }
    }

    /// Inverts one bit of a column of the peer's changeset that has this arrival number.
    private func flip(_ column: String, _ arrival: Int64, bit: Int = 100) throws {
        let queue = try folder.database("peer.sqlite")
        try queue.writeWithoutTransaction { database in
            let row = try #require(
                try Row.fetchOne(
                    database, sql: "SELECT \(column) FROM changeset WHERE arrival = ?",
                    arguments: [arrival]))
            var bytes: Data = row[0]
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try database.execute(
                sql: "UPDATE changeset SET \(column) = ? WHERE arrival = ?",
                arguments: [bytes, arrival])
        }
        try queue.close()
    }

    private func arrivals() throws -> [Int64] {
        let queue = try folder.database("peer.sqlite")
        defer { try? queue.close() }
        return try queue.read { database in
            try Int64.fetchAll(
                database, sql: "SELECT arrival FROM changeset ORDER BY arrival DESC LIMIT 6")
        }
    }

    @Test func areRefusedAndTheRestIsApplied() throws {
        let arrivals = try arrivals()
        try flip("header", arrivals[0])
        try flip("payload", arrivals[1])
        try flip("signature", arrivals[2])
        let outcome = try folder.run("sync", "peer.sqlite", "--json")
        #expect(outcome.code == 65)
        expectLine(outcome)
        #expect(outcome.errors.contains("refused"))
        let report = try outcome.json()[0]
        #expect(report["equal"].bool == false)
        #expect(report["refused"]["wrongRoot"].int == 1)
        #expect(report["refused"]["wrongBoard"].int == 1)
        #expect(report["refused"]["badSignature"].int == 1)
        #expect(try folder.succeed("list", "--json").json().items.count == 3)
        try folder.verified()

        // The peer knows that it is damaged, and says so in one line everywhere.
        let verified = try folder.run("verify", "--json", "--board", "peer.sqlite")
        #expect(verified.code == 65)
        expectLine(verified)
        #expect((try verified.json()["differences"].strings ?? []).count >= 3)
        for words in [["log"], ["list"], ["export", "votes", "--all"]] {
            let outcome = try folder.start(words + ["--board", "peer.sqlite"]).wait()
            #expect([0, 65].contains(outcome.code), "\(words): \(outcome.errors)")
            if outcome.code != 0 { expectLine(outcome) }
        }

        // Nothing is remembered against it: the mended peer gives what was missing.
        try flip("header", arrivals[0])
        try flip("payload", arrivals[1])
        try flip("signature", arrivals[2])
        try folder.succeed("sync", "peer.sqlite")
        #expect(try folder.succeed("list", "--json").json().items.count == 6)
        let (here, there) = (try folder.verified(), try folder.verified("peer.sqlite"))
        #expect(here["fingerprint"].string == there["fingerprint"].string)
    }

    @Test func areCountedOnce() throws {
        try folder.succeed("sync", "peer.sqlite")
        for title in ["Damaged", "Whole"] {
            _ = try folder.submit(title, as: "bob", "peer.sqlite")
            try folder.verified("peer.sqlite")
        }
        try flip("payload", try arrivals()[1])
        // By the cursor, then by comparing the sets, and again at the next sync.
        for _ in 1...2 {
            let outcome = try folder.run("sync", "peer.sqlite", "--json")
            #expect(outcome.code == 65)
            let refused = try outcome.json()[0]["refused"]
            #expect(refused.keys == ["wrongRoot"] && refused["wrongRoot"].int == 1)
        }
        #expect(try folder.succeed("list", "--json").json().items.count == 7)
        try folder.verified()
    }

    @Test func areRefusedWhateverBitItIs() throws {
        // Beside the last changeset stand copies of it, in each of which one bit is wrong: in
        // every byte once.
        let arrival = try arrivals()[0]
        let queue = try folder.database("peer.sqlite")
        let copies = try queue.writeWithoutTransaction { database in
            let row = try #require(
                try Row.fetchOne(
                    database, sql: "SELECT * FROM changeset WHERE arrival = ?",
                    arguments: [arrival]))
            var copies = 0
            for column in ["header", "payload", "signature"] {
                let whole: Data = row[column]
                for index in whole.indices {
                    var parts: [String: Data] = [
                        "header": row["header"], "payload": row["payload"],
                        "signature": row["signature"],
                    ]
                    parts[column]![index] ^= 1 << UInt8(index % 8)
                    copies += 1
                    try database.execute(
                        sql: """
                            INSERT INTO changeset(timestamp, id, node, verdict, header, payload,
                                signature) VALUES(?, randomblob(32), ?, 0, ?, ?, ?)
                            """,
                        arguments: [
                            row["timestamp"] as Int64, row["node"] as Int64, parts["header"],
                            parts["payload"], parts["signature"],
                        ])
                }
            }
            return copies
        }
        try queue.close()
        #expect(copies > 250)
        let outcome = try folder.run("sync", "peer.sqlite", "--json")
        #expect(outcome.code == 65)
        expectLine(outcome)
        let reasons = try #require(
            try outcome.json()[0]["refused"].value as? [String: Int])
        #expect(reasons.values.reduce(0, +) == copies)
        #expect(try folder.succeed("list", "--json").json().items.count == 6)
        try folder.verified()
    }

    @Test func aDamagedCloneSaysSoToo() throws {
        try flip("payload", try arrivals()[0])
        let outcome = try folder.run(
            "clone", "peer.sqlite", "--board", "new.sqlite", "--json")
        #expect(outcome.code == 65)
        expectLine(outcome)
        #expect(try outcome.json()["sync"]["refused"].keys == ["wrongRoot"])
        #expect(
            try folder.succeed("list", "--json", "--board", "new.sqlite").json().items.count == 5)
        try folder.verified("new.sqlite")
    }
}
