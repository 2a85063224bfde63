import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Testing

/// Many nodes and one hub: what a sync costs does not grow with their number.
@Suite struct ManyNodesTests {
    private func sync(_ board: Board, _ hub: Board, _ boards: TestBoards) throws -> Int {
        let transport = CountingTransport(hub)
        let report = try SyncDriver.run(
            board, over: transport, address: "hub", now: boards.clock.now)
        #expect(report.isEqual && report.roundTrips == 1)
        return transport.bytes
    }

    /// Nodes without files: their sessions, messages and changesets are real, and of their logs they
    /// know what nodes would that synced a moment ago.
    private struct LightNodes {
        let board: BoardID
        let transport: CountingTransport
        /// The hub as every node knows it.
        var hub: Peer
        /// Its whole log, as an empty page.
        var page: LogPage

        /// Syncs a node's first changeset with the hub.
        ///
        /// - Returns: the bytes of the wire.
        mutating func sync(_ node: NodeID, _ changeset: SealedChangeset) throws -> Int {
            var page = page
            page.changesets = [changeset]
            page.snapshot.check.insert(changeset.id)
            var session = SyncSession(of: board, with: hub, now: Milliseconds(unchecked: 0))
            let before = transport.bytes
            var action = try session.start()
            while true {
                switch action {
                case .prepare: action = try session.prepared(isEmpty: false)
                case .load: action = try session.loaded(page)
                case .send(let body):
                    let answer = try transport.ask(
                        SyncRequest(board: board, node: node, body: body))
                    hub.received = answer.snapshot.lastArrival
                    action = try session.received(answer)
                case .merge(let changesets, _):
                    #expect(changesets.isEmpty)
                    action = try session.merged(MergeReport())
                case .finish(let report):
                    #expect(report.isEqual && report.roundTrips == 1 && report.mode == .cursor)
                    self.page.snapshot = page.snapshot
                    return transport.bytes - before
                default: throw SyncFault.unexpectedAnswer
                }
            }
        }
    }

    @Test("A thousand nodes sync a vote each: the last one's sync costs what the first one's did")
    func thousand() throws {
        let boards = try TestBoards()
        let hub = boards.founder
        var workload = VoteWorkload(ideas: 5, members: 5_000)
        let first = try boards.emptyCopy()
        try boards.admit([TestBoards.key(77, 1)])
        let transport = CountingTransport(hub)
        _ = try SyncDriver.run(first, over: transport, address: "hub", now: boards.clock.now)

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
        let keys = (1...1_000).map { TestBoards.key(500, UInt64($0)) }
        try boards.admit(keys)
        var peer = try #require(try first.knownPeer(at: "hub"))
        peer.store = try hub.snapshot().store
        peer.received = try hub.snapshot().lastArrival
        var nodes = LightNodes(
            board: hub.id, transport: transport, hub: peer,
            page: try hub.page(after: peer.received, excluding: nil))
        let costs = try keys.map { key in
            var chain = NodeChain(key: key, board: hub.id)
            return try nodes.sync(key.node, workload.voteChangesets(1, &chain)[0])
        }
        // Larger numbers take a byte or two more.
        #expect(costs[999] <= costs[0] + 4)
        #expect(costs.allSatisfy { $0 < 1_024 })

        _ = try sync(first, hub, boards)
        let crowded = try cost()
        #expect(crowded.nothing <= alone.nothing + 16)
        #expect(crowded.nothing < 512)
        #expect(crowded.news <= alone.news + 16)
        let verified = try hub.verify()
        #expect(verified.differences == [] && verified.changesets > 1_000)
        #expect(try first.verify().fingerprint == verified.fingerprint)
    }
}
