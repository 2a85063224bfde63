import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisSync

/// A copy that others call, put back from before by hand: nothing in the file says so.
@Suite("A called copy whose file was put back")
struct RestoredPeerTests {
    private let boards: TestBoards
    private let hub: Board
    private let kiosk: Board

    init() throws {
        boards = try TestBoards()
        (hub, kiosk) = (try Self.clone("hub", boards), try Self.clone("kiosk", boards))
        _ = try sync(hub)
    }

    private static func clone(_ name: String, _ boards: TestBoards) throws -> Board {
        try PathClone.run(
            from: boards.founder, address: "founder", to: boards.folder.file("\(name).sqlite"),
            name: name, environment: .virtual(boards.clock, seed: UInt64(name.utf8.count) + 60)
        ).board
    }

    private func sync(_ hub: Board) throws -> SyncReport {
        try PathSync.run(kiosk, with: hub, address: "hub", now: boards.clock.now)
    }

    private func vote(_ board: Board, _ count: Int, _ workload: inout VoteWorkload) throws {
        for _ in 0..<count {
            boards.clock.advance(by: .milliseconds(7))
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
            try board.sealPending()
        }
    }

    /// The hub as it was when nothing below was written yet.
    private func putBack(after body: () throws -> Void) throws -> Board {
        let files = ["", "-wal", "-shm"].map { hub.path + $0 }
        let kept = files.map { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
        try body()
        hub.close()
        for (file, data) in zip(files, kept) {
            unlink(file)
            try data?.write(to: URL(fileURLWithPath: file))
        }
        return try Board.open(hub.path, environment: .virtual(boards.clock, seed: 93))
    }

    @Test("It becomes another store, takes back what it lost, and seals no number twice")
    func rawCopy() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(hub, 2, &workload)
        #expect(try sync(hub).isEqual)
        let store = try hub.snapshot().store
        let back = try putBack {
            try vote(hub, 3, &workload)
            #expect(try sync(hub).received.changesets == 3)
        }
        #expect(try back.snapshot().store == store && !back.isRestored())
        let late = workload.next()
        try back.write([Draft(by: late.member, .vote(late.idea, late.vote))])

        let report = try sync(back)
        #expect(report.mode == .repair)
        #expect(try back.snapshot().store != store)
        #expect(try sync(back).isEqual)
        let (one, other) = (try back.verify(), try kiosk.verify())
        #expect(one.differences == [] && other.differences == [])
        #expect(one.fingerprint == other.fingerprint && one.view == other.view)
        #expect(try !back.hasNewFork() && !kiosk.nodes().contains(where: \.isForked))
        #expect(try !back.isRestored())
        #expect(try sync(back).roundTrips == 1)
    }

    @Test("A reader's word that it is older is not taken")
    func reader() throws {
        let store = try hub.snapshot().store
        let stranger = TestBoards.key(78, 1)
        try boards.admit([stranger], as: .reader)
        _ = try PathSync.run(
            hub, with: boards.founder, address: "founder", now: boards.clock.now)
        for node in [stranger.node, kiosk.node] {
            let answer = try SyncResponder(hub).answer(
                SyncRequest(
                    board: hub.id, node: node,
                    body: .exchange(.init(changesets: [], store: store, cursor: 1_000_000))))
            #expect(answer.body == .unknownCursor)
            #expect(try (hub.snapshot().store == store) == (node == stranger.node))
        }
    }
}
