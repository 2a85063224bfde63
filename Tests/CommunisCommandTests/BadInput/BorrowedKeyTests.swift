import Foundation
import GRDB
import Testing

/// Whose key signs: a board's file that somebody prepared is offered to the founder, who looks at it,
/// or syncs with it. Nothing may be sealed with the founder's key that waits in that file.
struct BorrowedKeyTests {
    let folder = TestFolder()
    /// Where the founder keeps the board.
    private let own = "own/communis.sqlite"
    /// The contributor's copy.
    private let theirs = "theirs/communis.sqlite"

    /// How the founder's key comes to lie beside the other's file.
    enum Bait: String, CaseIterable {
        case link = "ln -s ../own/communis.sqlite.key theirs/communis.sqlite.key"
        case secondName = "ln own/communis.sqlite.key theirs/communis.sqlite.key"
        case linkedFolder =
            "mv theirs real && ln -s real theirs && ln -s ../own/communis.sqlite.key real/communis.sqlite.key"
        case copy = "cp own/communis.sqlite.key theirs/communis.sqlite.key"
    }

    init() throws {
        _ = try folder.shell("mkdir own theirs")
        try folder.makeBoard(own)
        _ = try folder.submit("A bench", own)
        try folder.succeed("clone", own, "--board", theirs, "--name", "Mallory")
    }

    /// The contributor makes its file say that it is the founder's, with a change that waits.
    private func bait(_ bait: Bait, isOpen: Bool) throws {
        let queue = try folder.database(theirs)
        try queue.writeWithoutTransaction { database in
            let mine = try #require(try Data.fetchOne(database, sql: "SELECT node FROM state"))
            try database.execute(
                sql: """
                    UPDATE state SET node = founder;
                    INSERT INTO pending(kind, timestamp, salt, bytes, clock, placed)
                        VALUES(12, (SELECT clock + 9 FROM state), NULL, ?, NULL, 1);
                    """, arguments: [Self.steward(mine)])
        }
        try queue.close()
        let outcome = try folder.shell(
            "mv theirs/communis.sqlite.key theirs/kept"
                + (isOpen ? " && chmod 666 theirs/communis.sqlite* && chmod 777 theirs" : "")
                + " && \(bait.rawValue)")
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    /// What makes a node a steward, as it waits in a file: field 2 is the node, field 4 its role.
    private static func steward(_ node: Data) -> Data {
        Data([0x12, UInt8(node.count)]) + node + Data([0x22, 0x02, 0x08, 0x04])
    }

    /// How much the founder signed, in a file.
    private func signed(_ board: String) throws -> Int {
        let queue = try folder.database(board)
        return try queue.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM changeset JOIN state ON substr(header, 34, 32) = founder
                    """) ?? 0
        }
    }

    @Test(
        "A sync with such a file is refused or one-way, and signs nothing", arguments: Bait.allCases
    )
    func sync(_ bait: Bait) throws {
        try self.bait(bait, isOpen: bait != .copy)
        try folder.verified(own)
        let (here, there) = (try signed(own), try signed(theirs))
        for words in [["sync", theirs], ["sync"]] {
            let outcome = try folder.start(words + ["--board", own]).wait()
            #expect([64, 77].contains(outcome.code), "\(outcome.errors)")
        }
        #expect(try signed(own) == here && signed(theirs) == there)
        let nodes = try folder.succeed("node", "list", "--json", "--board", own).json().items
        #expect(
            nodes.map { $0["role"].string }.sorted { $0 ?? "" < $1 ?? "" } == [
                "contributor", "founder",
            ])
    }

    @Test("A clone of such a file is a reader's, and signs nothing", arguments: Bait.allCases)
    func clone(_ bait: Bait) throws {
        guard bait != .copy else { return }
        try self.bait(bait, isOpen: true)
        let there = try signed(theirs)
        let made = try folder.run("clone", theirs, "--board", "new.sqlite", "--json")
        #expect(made.code == 0, "\(made.errors)")
        #expect(try made.json()["role"].string == "reader")
        #expect(try signed(theirs) == there && signed("new.sqlite") == there)
    }

    @Test("A command that looks at such a file signs nothing", arguments: Bait.allCases)
    func looking(_ bait: Bait) throws {
        for isOpen in [true, false] where isOpen || bait == .link {
            try looking(bait, isOpen: isOpen)
        }
    }

    private func looking(_ bait: Bait, isOpen: Bool) throws {
        try self.bait(bait, isOpen: isOpen)
        // Something is parked whose time has come, which a command that looks may let in.
        try folder.change(
            "UPDATE changeset SET verdict = 1 WHERE arrival = (SELECT max(arrival) FROM changeset)",
            theirs)
        let there = try signed(theirs)
        let list = try folder.start(["list", "--board", theirs]).wait()
        #expect(list.code == 0 && list.output.contains("A bench"), "\(list.errors)")
        for words in [
            ["top"], ["log"], ["search", "bench"], ["similar", "A bench"], ["node", "list"],
            ["peer", "list"], ["export", "votes"], ["export", "ideas"], ["board"],
            ["bundle", "create", "their.bundle"], ["serve-stdio", theirs],
        ] {
            let place = words[0] == "serve-stdio" ? [] : ["--board", theirs]
            let outcome = try folder.start(words + place).wait()
            #expect([0, 77].contains(outcome.code), "\(words): \(outcome.errors)")
            #expect(try signed(theirs) == there, "\(words)")
        }
        if bait != .copy {
            for words in [["submit", "x", "--as", "bob"], ["verify"], ["backup", "safe.sqlite"]] {
                _ = try folder.start(words + ["--board", theirs]).wait()
                #expect(try signed(theirs) == there, "\(words)")
            }
        }
        _ = try folder.shell(
            "chmod -R u+rwX,go-w theirs/. && rm -f theirs/communis.sqlite.key their.bundle")
        _ = try folder.shell("mv theirs/kept theirs/communis.sqlite.key")
    }

    @Test("A command that looks leaves unsealed what waits, with one's own board and key too")
    func lookingAtOnesOwn() throws {
        let ref = try folder.submit("A second bench", own)
        // Something is due, which would be let in behind what waits.
        try folder.change(
            "UPDATE changeset SET verdict = 1 WHERE arrival = (SELECT max(arrival) FROM changeset)",
            own)
        let before = try signed(own)
        for words in [
            ["list"], ["top"], ["show", ref], ["history", ref], ["log"], ["search", "bench"],
            ["similar", "A bench"], ["mine"], ["node", "list"], ["peer", "list"], ["board"],
            ["export", "votes"], ["export", "ideas"], ["export", "comments"],
            ["export", "members"],
        ] {
            let outcome = try folder.start(words + ["--board", own]).wait()
            #expect(outcome.code == 0, "\(words): \(outcome.errors)")
            #expect(try signed(own) == before, "\(words)")
        }
        try folder.succeed("verify", "--board", own)
        #expect(try signed(own) == before + 1)
    }

    @Test("In a folder with a board that is not one's own, nothing is written by being there")
    func strangeFolder() throws {
        try bait(.link, isOpen: true)
        let before = try folder.names(in: "theirs")
        _ = try folder.shell("cd theirs && $PROGRAM list && $PROGRAM top && $PROGRAM log")
        #expect(try folder.names(in: "theirs") == before)
    }
}

extension TestFolder {
    /// Every name in a folder within this one.
    fileprivate func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }
}
