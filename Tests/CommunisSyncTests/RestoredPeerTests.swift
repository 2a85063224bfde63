import CommunisCore
import CommunisLog
@testable import CommunisStore
import CommunisTestSupport
import Foundation
import Synchronization
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

    /// Says that the hub was restored, and shows it something.
    private func claim(_ hub: Board, by node: NodeID, showing shown: [SealedChangeset] = []) throws
        -> SyncAnswer
    {
        let store = try hub.snapshot().store
        return try SyncResponder(hub).answer(
            SyncRequest(
                board: hub.id, node: node,
                body: .exchange(.init(changesets: shown, store: store, cursor: 1_000_000))))
    }

    @Test("Nobody's bare word that it is older is taken, however often it is given")
    func bareWord() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(hub, 2, &workload)
        let reader = TestBoards.key(78, 1)
        try boards.admit([reader], as: .reader)
        _ = try PathSync.run(
            hub, with: boards.founder, address: "founder", now: boards.clock.now)
        #expect(try sync(hub).isEqual)
        let store = try hub.snapshot().store
        let waiting = workload.next()
        try hub.write([Draft(by: waiting.member, .vote(waiting.idea, waiting.vote))])
        let arrival = try hub.snapshot().lastArrival
        for node in [reader.node, kiosk.node, boards.founder.node] {
            for _ in 0..<10 {
                #expect(try claim(hub, by: node).body == .unknownCursor)
            }
        }
        #expect(try hub.snapshot().store == store && !hub.isRestored())
        // What waits is not sealed for who may be about to show what was lost, and is for others.
        #expect(try hub.snapshot().lastArrival == arrival)
        let report = try sync(hub)
        #expect(report.mode == .cursor && report.roundTrips == 1 && report.isEqual)
        #expect(report.received.changesets == 1)
    }

    @Test("What is shown has to be this node's, new here, and signed")
    func falseEvidence() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(hub, 3, &workload)
        try vote(kiosk, 1, &workload)
        let store = try hub.snapshot().store
        let own = try #require(try hub.lastChangeset(of: hub.node))
        let kiosks = try #require(try kiosk.lastChangeset(of: kiosk.node))
        // What this node would have sealed next, by another key.
        var chain = NodeChain(key: TestBoards.key(78, 2), board: hub.id)
        let change = Change(
            HybridTimestamp(boards.clock.now), by: workload.members[0],
            .vote(workload.ideas[0], Vote(.agree)))
        for _ in 0..<20 { _ = chain.seal([RandomHistory.slot(change)]) }
        var forged = chain.seal([RandomHistory.slot(change)])
        forged.header.replaceSubrange(33..<65, with: hub.node.bytes)
        for shown in [own, kiosks, forged] {
            #expect(try claim(hub, by: kiosk.node, showing: [shown]).body == .unknownCursor)
            #expect(try hub.snapshot().store == store && !hub.isRestored())
        }
    }

    @Test(
        "What proves it does so once: then it is known, and nobody is sent to another store again")
    func evidenceOnce() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(hub, 1, &workload)
        _ = try sync(hub)
        let back = try putBack {
            try vote(hub, 4, &workload)
            _ = try sync(hub)
        }
        let lost = try kiosk.page(after: 0, excluding: nil).changesets.filter {
            ChangesetHeader($0.header)?.node == back.node
        }.suffix(4)
        let late = workload.next()
        try back.write([Draft(by: late.member, .vote(late.idea, late.vote))])
        let store = try back.snapshot().store
        // The last of them says most.
        #expect(try claim(back, by: kiosk.node, showing: [lost.last!]).body == .unknownCursor)
        let minted = try back.snapshot().store
        #expect(try minted != store && back.isRestored())
        for shown in lost {
            // As often as anyone likes, and with the mark ended by a cursor into the new store.
            _ = try SyncResponder(back).answer(
                SyncRequest(
                    board: back.id, node: kiosk.node,
                    body: .exchange(.init(changesets: [], store: minted, cursor: 0))))
            #expect(try claim(back, by: kiosk.node, showing: [shown]).body == .unknownCursor)
            #expect(try back.snapshot().store == minted)
        }
        #expect(try sync(back).isEqual)
        #expect(try !back.hasNewFork() && !kiosk.nodes().contains(where: \.isForked))
    }

    @Test(
        "A sync goes on where the peer becomes another store in the middle of it, three times",
        arguments: [1, 2, 3, 4])
    func otherStores(_ changes: Int) throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        try vote(hub, 2, &workload)
        try vote(kiosk, 2, &workload)
        let transport = ChangingStore(PathTransport(hub), hub, changes)
        let result = Result {
            try SyncDriver.run(kiosk, over: transport, address: "hub", now: boards.clock.now)
        }
        guard changes <= 3 else {
            #expect(throws: BoardError.self) { try result.get() }
            return
        }
        let report = try result.get()
        #expect(report.isEqual && report.mode == .repair && report.sent.changesets == 2)
        #expect(try sync(hub).roundTrips == 1)
    }

    @Test(
        "A peer that always has one more page, and little on it, is left when it has had its time")
    func endless() throws {
        var limits = SyncLimits()
        let time = Mutex(ContinuousClock.now)
        limits.clock = { time.withLock { $0 } }
        let transport = EndlessPages(PathTransport(hub)) {
            time.withLock { $0 = $0.advanced(by: .seconds(50)) }
        }
        let error = #expect(throws: BoardError.self) {
            try SyncDriver.run(
                kiosk, over: transport, address: "hub", now: boards.clock.now, limits: limits)
        }
        #expect(error?.code == .unavailable)
        // 300 s, and what little moved.
        #expect((6...8).contains(transport.asked))
    }
}

/// A peer that becomes another store before each of the first exchanges.
private final class ChangingStore: SyncTransport {
    let authenticates = false
    private let transport: PathTransport
    private let peer: Board
    private var left: Int

    init(_ transport: PathTransport, _ peer: Board, _ changes: Int) {
        self.transport = transport
        self.peer = peer
        left = changes
    }

    func ask(_ request: SyncRequest) throws -> SyncAnswer {
        if case .exchange = request.body, left > 0 {
            left -= 1
            try peer.write { database in
                var state = try BoardState.load(database)
                state.store = state.store?.map { $0 &+ 1 }
                try state.save(database)
            }
        }
        return try transport.ask(request)
    }
}

/// A peer whose log has no end.
private final class EndlessPages: SyncTransport {
    let authenticates = false
    private let transport: PathTransport
    private let passed: () -> Void
    private(set) var asked = 0

    init(_ transport: PathTransport, _ passed: @escaping () -> Void) {
        self.transport = transport
        self.passed = passed
    }

    func ask(_ request: SyncRequest) throws -> SyncAnswer {
        asked += 1
        passed()
        var answer = try transport.ask(request)
        if case .exchange(let exchange) = request.body {
            answer.snapshot.lastArrival = .max
            answer.body = .exchanged(
                .init(
                    changesets: [], cursor: exchange.cursor + 1, isComplete: false,
                    merged: MergedThere()))
        }
        return answer
    }
}
