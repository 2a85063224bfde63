import CommunisCore
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Testing

/// Many nodes and one hub: what a sync costs does not grow with their number.
@Suite struct ManyNodesTests {
    /// Counts the bytes of the wire.
    private final class CountingTransport: SyncTransport {
        let hub: Board
        let clock: VirtualClock
        var bytes = 0

        init(_ hub: Board, _ clock: VirtualClock) {
            self.hub = hub
            self.clock = clock
        }

        func ask(_ request: SyncRequest) throws -> SyncAnswer {
            let clock = self.clock
            let sent = SyncWire.encode(request)
            let answer = try WireResponder(SyncResponder(hub, now: { clock.now })).answer(sent)
            bytes += sent.count + answer.count
            return try SyncWire.decodeAnswer(answer)
        }
    }

    private func sync(_ board: Board, _ hub: Board, _ boards: TestBoards) throws -> Int {
        let transport = CountingTransport(hub, boards.clock)
        let report = try SyncDriver.run(
            board, over: transport, address: "hub", now: boards.clock.now)
        #expect(report.isEqual && report.roundTrips == 1)
        return transport.bytes
    }

    @Test("A thousand nodes: news and nothing new cost the same as with one")
    func thousand() throws {
        let boards = try TestBoards()
        let hub = boards.founder
        var workload = VoteWorkload(ideas: 5, members: 5_000)
        let first = try boards.emptyCopy()
        try boards.admit([TestBoards.key(77, 1)])
        _ = try SyncDriver.run(
            first, over: CountingTransport(hub, boards.clock), address: "hub",
            now: boards.clock.now)

        /// One vote there and one here, synced; then nothing new, synced.
        func cost() throws -> (news: Int, nothing: Int) {
            for board in [hub, first] {
                boards.clock.advance(by: .milliseconds(3))
                let vote = workload.next()
                try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
            }
            return (try sync(first, hub, boards), try sync(first, hub, boards))
        }
        let alone = try cost()
        // Each of the others is a node of its own that votes once and meets the hub.
        let keys = (1...1_000).map { TestBoards.key(500, UInt64($0)) }
        try boards.admit(keys)
        for key in keys {
            var chain = NodeChain(key: key, board: hub.id)
            try hub.merge(
                workload.voteChangesets(1, &chain), from: hub.caller(key.node))
        }
        _ = try sync(first, hub, boards)
        let crowded = try cost()
        // Larger numbers take a byte or two more.
        #expect(crowded.nothing <= alone.nothing + 16)
        #expect(crowded.nothing < 1_024)
        #expect(crowded.news <= alone.news + 16)
        #expect(try first.verify().fingerprint == hub.verify().fingerprint)
    }
}
