import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import GRDB
import Testing

/// A transaction that fails takes everything back: the clock, the horizon, what a peer is known to
/// have.
@Suite struct FailedTransactionTests {
    private let boards: TestBoards
    private let queue: DatabaseQueue

    init() throws {
        boards = try TestBoards()
        queue = try DatabaseQueue(path: boards.founder.path)
    }

    /// What SQLite does to a transaction in which something fails: most errors leave it open, some, as
    /// that of a full disk, end it.
    static let ends = ["ABORT", "ROLLBACK"]

    private func fail(_ table: String, _ end: String) throws {
        try boards.founder.breakConnection(
            """
            CREATE TEMP TRIGGER broken BEFORE INSERT ON main.\(table)
            BEGIN SELECT RAISE(\(end), 'broken'); END
            """)
    }

    private func repair() throws { try boards.founder.breakConnection("DROP TRIGGER broken") }

    private func state() throws -> [Row] {
        try queue.read {
            try Row.fetchAll($0, sql: "SELECT * FROM state")
                + Row.fetchAll($0, sql: "SELECT * FROM peer")
                + Row.fetchAll($0, sql: "SELECT arrival, id FROM changeset")
        }
    }

    @Test("A vote that cannot be written moves neither clock nor horizon", arguments: ends)
    func writing(_ end: String) throws {
        var workload = VoteWorkload(ideas: 3, members: 9)
        let vote = workload.next()
        let draft = Draft(by: vote.member, .vote(vote.idea, vote.vote))
        let before = try state()
        try fail("pending", end)
        boards.clock.advance(by: .seconds(3_600))
        #expect(throws: BoardError.self) { try boards.founder.write([draft]) }
        #expect(try state() == before)
        try repair()
        try boards.founder.write([draft])
        #expect(try state() != before)
        #expect(try boards.founder.verify().isSound)
    }

    @Test("A merge that fails moves no clock, no check value and no cursor", arguments: ends)
    func merging(_ end: String) throws {
        var workload = VoteWorkload(ideas: 3, members: 9)
        var chain = try boards.chain(TestBoards.key(3, 3))
        let votes = workload.voteChangesets(20, perChangeset: 5, &chain)
        let peer = try boards.founder.peer(at: "hall", node: chain.key.node)
        let store = try boards.founder.snapshot().store
        let move = CursorMove(
            peer: peer.key, store: store, received: 7, sent: 3, at: boards.clock.now)
        let before = try state()
        try fail("vote", end)
        boards.clock.advance(by: .seconds(3_600))
        #expect(throws: BoardError.self) {
            try boards.founder.merge(votes, from: peer.key, moving: move)
        }
        #expect(try state() == before)
        try repair()
        #expect(try boards.founder.merge(votes, from: peer.key, moving: move).changesets == 4)
        #expect(try state() != before)
        #expect(try boards.founder.verify().isSound)
    }
}
