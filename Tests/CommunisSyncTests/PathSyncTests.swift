import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Two board files on one machine.
@Suite struct PathSyncTests {
    private func sync(_ board: Board, _ other: Board, _ boards: TestBoards) throws -> SyncReport {
        try PathSync.run(board, with: other, address: other.path, now: boards.clock.now)
    }

    private func clone(_ source: Board, _ name: String, _ boards: TestBoards) throws -> Board {
        try PathClone.run(
            from: source, address: source.path, to: boards.folder.file("\(name).sqlite"),
            name: name, environment: .virtual(boards.clock, seed: UInt64(name.utf8.count) + 40)
        ).board
    }

    private func vote(_ board: Board, _ workload: inout VoteWorkload, _ boards: TestBoards) throws {
        boards.clock.advance(by: .milliseconds(7))
        let vote = workload.next()
        try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
    }

    private func expectEqual(_ first: Board, _ second: Board) throws {
        let (one, other) = (try first.verify(), try second.verify())
        #expect(one.differences == [] && other.differences == [])
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.view == other.view)
    }

    @Test("News is one round trip that moves the news and nothing else")
    func news() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for _ in 0..<10 { try vote(hall, &workload, boards) }
        for _ in 0..<12 { try vote(kiosk, &workload, boards) }

        let report = try sync(kiosk, hall, boards)
        #expect(report.mode == .cursor)
        #expect(report.roundTrips == 1)
        #expect(report.isEqual)
        #expect(report.sent.changesets == 1 && report.sent.changes == 12)
        #expect(report.received.changesets == 1 && report.received.changes == 10)
        #expect(report.sent.bytes + report.received.bytes <= 1_536)
        try expectEqual(hall, kiosk)

        let nothing = try sync(kiosk, hall, boards)
        #expect(nothing.mode == .cursor && nothing.roundTrips == 1 && nothing.isEqual)
        #expect(nothing.sent == SyncTraffic() && nothing.received == SyncTraffic())
    }

    @Test("What was held and is let in by the news goes there in one more round trip")
    func released() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        // Admitted at the hall; what it wrote came to the kiosk, which does not know that.
        var chain = try boards.chain(TestBoards.key(5, 5))
        let votes = workload.voteChangesets(30, perChangeset: 10, &chain)
        #expect(try kiosk.merge(votes, from: nil).heldWithoutRole == 3)
        let report = try sync(kiosk, hall, boards)
        #expect(report.mode == .cursor && report.roundTrips == 2 && report.isEqual)
        #expect(report.held == 0 && report.sent.changes == 30)
        try expectEqual(hall, kiosk)
        #expect(try sync(kiosk, hall, boards).roundTrips == 1)
    }

    @Test("A clone takes the whole log over, in pages, and goes on after it stopped")
    func firstContact() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        var workload = VoteWorkload(ideas: 100, members: 500, board: hall.id)
        var chain = try boards.chain(TestBoards.key(6, 6))
        try hall.merge(workload.ideaChangesets(&chain), from: nil)
        try hall.merge(workload.voteChangesets(5_000, perChangeset: 100, &chain), from: nil)

        // The first page of a clone that was cut off.
        let copy = try boards.emptyCopy()
        let peer = try copy.peer(at: hall.path, node: hall.node)
        let page = try hall.page(after: 0, excluding: copy.node, byteLimit: 20_000)
        #expect(!page.isComplete)
        try copy.merge(
            page.changesets, from: peer.key,
            moving: CursorMove(
                peer: peer.key, store: page.snapshot.store, received: page.cursor, sent: 0,
                at: boards.clock.now))
        let report = try sync(copy, hall, boards)
        #expect(report.isEqual)
        let total = try hall.snapshot().check.count
        #expect(report.received.changesets == Int(total) - page.changesets.count)
        try expectEqual(hall, copy)
    }

    @Test("Copies that never met, or that lost their cursors, are repaired to the last changeset")
    func repair() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        let laptop = try clone(hall, "laptop", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for board in [kiosk, laptop, hall] {
            for _ in 0..<5 {
                try vote(board, &workload, boards)
                try board.sealPending()
            }
        }
        let report = try sync(kiosk, laptop, boards)
        #expect(report.mode == .repair)
        #expect(report.isEqual)
        #expect(report.sent.changesets == 5)
        // The laptop's admission and its name are two.
        #expect(report.received.changesets == 7)
        try expectEqual(kiosk, laptop)
        #expect(try sync(kiosk, laptop, boards).mode == .cursor)
    }

    @Test("A copy restored from a backup is noticed, and pulls its own lost votes back")
    func restored() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for _ in 0..<5 { try vote(kiosk, &workload, boards) }
        _ = try sync(kiosk, hall, boards)
        try kiosk.backup(to: boards.folder.file("backup.sqlite"))
        for _ in 0..<5 { try vote(kiosk, &workload, boards) }
        _ = try sync(kiosk, hall, boards)
        kiosk.close()

        let backup = try Board.open(
            boards.folder.file("backup.sqlite"), environment: .virtual(boards.clock, seed: 90))
        let store = try backup.snapshot().store
        #expect(store.count == 16)
        #expect(kiosk.node == backup.node)
        let report = try sync(backup, hall, boards)
        #expect(report.isEqual && report.endsRestore)
        #expect(report.received.changes == 5)
        try expectEqual(backup, hall)
        // What it writes now follows on its whole chain.
        for _ in 0..<3 { try vote(backup, &workload, boards) }
        let next = try sync(backup, hall, boards)
        #expect(next.isEqual && !next.endsRestore)
        try expectEqual(backup, hall)

        // The peer's side of the same: a hall restored from before.
        #expect(try sync(hall, backup, boards).isEqual)
    }

    @Test("A raw copy that is put back after more was written: all of it comes back by a repair")
    func rawCopy() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for _ in 0..<5 { try vote(kiosk, &workload, boards) }
        _ = try sync(kiosk, hall, boards)
        kiosk.close()
        let file = boards.folder.file("kiosk.sqlite")
        let suffixes = ["", "-wal", "-shm", ".key"].filter {
            FileManager.default.fileExists(atPath: file + $0)
        }
        for suffix in suffixes {
            try FileManager.default.copyItem(
                atPath: file + suffix, toPath: boards.folder.file("kept" + suffix))
        }
        let written = try Board.open(file, environment: .virtual(boards.clock, seed: 91))
        for _ in 0..<5 { try vote(written, &workload, boards) }
        _ = try sync(written, hall, boards)
        let count = try written.snapshot().check.count
        written.close()
        for suffix in ["", "-wal", "-shm", ".key"] { unlink(file + suffix) }
        for suffix in suffixes {
            try FileManager.default.copyItem(
                atPath: boards.folder.file("kept" + suffix), toPath: file + suffix)
        }

        // It does not know what it lost, but its cursor at the hall is not that of its log.
        let back = try Board.open(file, environment: .virtual(boards.clock, seed: 92))
        let report = try sync(back, hall, boards)
        #expect(report.mode == .repair && report.isEqual)
        #expect(report.received.changes == 5)
        #expect(try back.snapshot().check.count == count)
        for _ in 0..<3 { try vote(back, &workload, boards) }
        #expect(try sync(back, hall, boards).isEqual)
        try expectEqual(back, hall)
    }

    @Test("A restored copy that took votes before its first sync goes on after its lost changesets")
    func restoredWithVotes() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for _ in 0..<5 { try vote(kiosk, &workload, boards) }
        _ = try sync(kiosk, hall, boards)
        try kiosk.backup(to: boards.folder.file("backup.sqlite"))
        for _ in 0..<3 {
            try vote(kiosk, &workload, boards)
            try kiosk.sealPending()
        }
        _ = try sync(kiosk, hall, boards)
        kiosk.close()

        let backup = try Board.open(
            boards.folder.file("backup.sqlite"), environment: .virtual(boards.clock, seed: 90))
        #expect(try backup.isRestored())
        for _ in 0..<4 { try vote(backup, &workload, boards) }
        let report = try sync(backup, hall, boards)
        #expect(report.isEqual)
        #expect(report.received.changes == 3)
        try expectEqual(backup, hall)
        // Nobody sealed twice with one number: there is nothing to mend.
        #expect(try !backup.hasNewFork() && !hall.nodes().contains(where: \.isForked))
        #expect(try !backup.isRestored())
        #expect(try sync(backup, hall, boards).roundTrips == 1)
    }

    @Test("Two copies of one key end equal, each time, and both know that they are two")
    func copiedKey() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(kiosk, &workload, boards)
        _ = try sync(kiosk, hall, boards)
        kiosk.close()
        for suffix in ["", "-wal", ".key"] {
            try FileManager.default.copyItem(
                atPath: boards.folder.file("kiosk.sqlite\(suffix)"),
                toPath: boards.folder.file("twin.sqlite\(suffix)"))
        }
        let copies = try ["kiosk", "twin"].map {
            try Board.open(
                boards.folder.file("\($0).sqlite"), environment: .virtual(boards.clock, seed: 91))
        }
        for _ in 0..<3 {
            for copy in copies {
                try vote(copy, &workload, boards)
                #expect(try sync(copy, hall, boards).isEqual)
            }
        }
        #expect(try sync(copies[0], hall, boards).isEqual)
        for copy in copies {
            try expectEqual(copy, hall)
            #expect(try copy.hasNewFork())
            #expect(try !copy.hasNewFork())
        }
    }

    @Test("Damaged changesets of a peer are refused and counted, the rest is merged")
    func damaged() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let kiosk = try clone(hall, "kiosk", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for _ in 0..<6 {
            try vote(hall, &workload, boards)
            try hall.sealPending()
        }
        let queue = try DatabaseQueue(path: hall.path)
        try queue.write { database in
            for column in ["header", "payload", "signature"] {
                let row = try #require(
                    try Row.fetchOne(
                        database,
                        sql:
                            "SELECT arrival, \(column) FROM changeset ORDER BY arrival DESC LIMIT 1 OFFSET ?",
                        arguments: [["header", "payload", "signature"].firstIndex(of: column)!]))
                var bytes: Data = row[1]
                bytes[bytes.count / 2] ^= 4
                try database.execute(
                    sql: "UPDATE changeset SET \(column) = ? WHERE arrival = ?",
                    arguments: [bytes, row[0] as Int64])
            }
        }
        let report = try sync(kiosk, hall, boards)
        #expect(!report.isEqual)
        #expect(report.refused.values.reduce(0, +) >= 3)
        #expect(try kiosk.verify().isSound)
        #expect(try kiosk.verify().changesets == Int(hall.snapshot().check.count) - 3)
    }

    /// Another board file, asked in the bytes of the wire.
    private struct CodedTransport: SyncTransport {
        let other: Board
        let authenticates = true

        func ask(_ request: SyncRequest) throws -> SyncAnswer {
            let responder = WireResponder(SyncResponder(other))
            return try SyncWire.decodeAnswer(responder.answer(SyncWire.encode(request)))
        }
    }

    @Test("In the bytes of the wire the same comes to pass: clone, news, repair")
    func coded() throws {
        let boards = try TestBoards()
        let hall = boards.founder
        let transport = CodedTransport(other: hall)
        let clone = try SyncClone.run(
            over: transport, address: "wire", to: boards.folder.file("wire.sqlite"), name: "Wire",
            environment: .virtual(boards.clock, seed: 55))
        #expect(clone.role == .contributor && clone.report.isEqual)
        #expect(try clone.board.secret() == hall.secret())
        let other = try self.clone(hall, "other", boards)
        var workload = VoteWorkload(ideas: 20, members: 50)
        for board in [hall, clone.board, other] {
            for _ in 0..<9 {
                try vote(board, &workload, boards)
                try board.sealPending()
            }
        }
        let news = try SyncDriver.run(
            clone.board, over: transport, address: "wire", now: boards.clock.now)
        // Nine of votes, and the admission of the other copy and its name.
        #expect(news.isEqual && news.roundTrips == 1 && news.received.changesets == 11)
        let repair = try SyncDriver.run(
            other, over: CodedTransport(other: clone.board),
            address: "other wire", now: boards.clock.now)
        #expect(repair.mode == .repair && repair.isEqual)
        // hello; what differs; what is missing, both ways; and the check.
        #expect(repair.roundTrips == 4)
        #expect(repair.sent.changesets == 9 && repair.received.changesets == 18)
        try expectEqual(clone.board, other)
    }

    @Test("Another board is refused, and so is the copy itself")
    func otherBoard() throws {
        let boards = try TestBoards()
        let other = try TestBoards(seed: 2)
        let error = #expect(throws: BoardError.self) {
            try PathSync.run(
                boards.founder, with: other.founder, address: "other", now: boards.clock.now)
        }
        #expect(error?.code == .notUnderstood)
        #expect(throws: BoardError.self) {
            try PathSync.run(
                boards.founder, with: boards.founder, address: "self", now: boards.clock.now)
        }
    }

    @Test(
        "Nodes that write, meet and are cloned at random all end with the same board",
        arguments: 0..<10)
    func randomMeetings(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        var generator = SeededGenerator(seed: UInt64(seed))
        var nodes = [boards.founder]
        var history = RandomHistory(
            seed: UInt64(seed), board: boards.founder.id, ideas: 6, members: 8,
            nodes: [boards.founder.node], start: boards.clock.now, span: 1)
        for step in 0..<80 {
            boards.clock.advance(by: .milliseconds(Int64(generator.below(3))))
            let board = nodes[generator.below(nodes.count)]
            switch generator.below(8) {
            case 0 where nodes.count < 5:
                nodes.append(try clone(boards.founder, "node\(step)-\(nodes.count)", boards))
            case 1, 2:
                let other = nodes[generator.below(nodes.count)]
                if other !== board { #expect(try sync(board, other, boards).isEqual) }
            default:
                let change = history.next()
                let role = try board.role()
                if role >= change.content.requiredRole(of: board.node) {
                    do {
                        try board.write([RandomHistory.draft(change)])
                    } catch {
                        // Its votes may be disavowed.
                        guard error.code == .notPermitted else { throw error }
                    }
                }
            }
        }
        for _ in 0..<2 {
            for board in nodes.dropFirst() {
                #expect(try sync(board, boards.founder, boards).isEqual)
            }
        }
        for board in nodes.dropFirst() { try expectEqual(board, boards.founder) }
        let log = try boards.founder.page(after: 0, excluding: nil).changesets
        let horizon = try boards.founder.verify().horizon
        #expect(
            try Difference(
                StoredView.facts(boards.founder.path), NaiveView(log, horizon: horizon).facts)
                == nil)
    }
}
