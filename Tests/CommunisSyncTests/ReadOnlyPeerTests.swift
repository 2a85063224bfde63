import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import Testing

/// A peer by path that is not this account's own: it is read, page by page, and nothing goes there.
@Suite struct ReadOnlyPeerTests {
    private let boards: TestBoards
    private let copy: Board
    private let address: String

    init() throws {
        boards = try TestBoards()
        address = boards.founder.path
        copy = try PathClone.run(
            from: boards.founder, address: address, to: boards.folder.file("copy.sqlite"),
            name: "Copy", environment: .virtual(boards.clock, seed: 3)
        ).board
        // Not yet spoken with by that address: what follows is a first contact.
        _ = try copy.forgetPeer(at: address)
    }

    private func vote(_ board: Board, _ workload: inout VoteWorkload) throws {
        boards.clock.advance(by: .milliseconds(7))
        let vote = workload.next()
        try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
    }

    /// The founder's file as somebody else's is opened.
    private func stranger() throws -> Board {
        chmod(address, 0o666)
        defer { chmod(address, 0o600) }
        return try Board.open(
            address, for: .peer(of: copy.node), environment: .virtual(boards.clock, seed: 4))
    }

    private func sync(_ peer: Board) throws -> SyncReport {
        try PathSync.run(copy, with: peer, address: address, now: boards.clock.now)
    }

    @Test("What is sealed there comes once, nothing goes there, and both are equal if that is all")
    func oneWay() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        #expect(try sync(stranger()).isEqual)
        for _ in 0..<5 {
            try vote(boards.founder, &workload)
            try boards.founder.sealPending()
        }
        let first = try sync(stranger())
        #expect(first.isOneWay && first.isEqual && first.received.changes == 5)
        #expect(try sync(stranger()).received.changesets == 0)

        let before = try boards.founder.snapshot().lastArrival
        try vote(boards.founder, &workload)
        try vote(copy, &workload)
        let report = try sync(stranger())
        #expect(report.isOneWay && !report.isEqual)
        #expect(report.sent == SyncTraffic() && report.received.changesets == 0)
        // What waited there waits still, and its owner's file is as it was.
        #expect(try boards.founder.snapshot().lastArrival == before)
        #expect(try copy.verify().isSound && boards.founder.verify().isSound)
        // Once the file is this account's own again, both meet as ever.
        #expect(try sync(boards.founder).isEqual)
    }

    @Test("A copy that was restored gets back what it had brought there, and goes on after it")
    func restored() throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        _ = try sync(boards.founder)
        let backup = boards.folder.file("backup.sqlite")
        try copy.backup(to: backup)
        for _ in 0..<4 {
            try vote(copy, &workload)
            try copy.sealPending()
        }
        #expect(try sync(boards.founder).isEqual)
        copy.close()
        let restored = try Board.open(backup, environment: .virtual(boards.clock, seed: 9))
        try vote(restored, &workload)
        let report = try PathSync.run(
            restored, with: stranger(), address: address, now: boards.clock.now)
        #expect(report.isOneWay && report.received.changes >= 4)
        #expect(try !restored.hasNewFork() && restored.verify().isSound)
        #expect(
            try PathSync.run(
                restored, with: boards.founder, address: address, now: boards.clock.now
            ).isEqual)
        #expect(try !boards.founder.nodes().contains(where: \.isForked))
    }

    @Test("A clone of it is a reader's, with all that is sealed there")
    func clone() throws {
        let outcome = try PathClone.run(
            from: stranger(), address: address, to: boards.folder.file("reader.sqlite"),
            name: "Reader", environment: .virtual(boards.clock, seed: 5))
        #expect(outcome.role == .none && outcome.report.isEqual && outcome.report.isOneWay)
        #expect(throws: BoardError.self) { try outcome.board.secret() }
    }

    @Test(
        "A file that says it is the very copy that syncs is refused before anything is done with it"
    )
    func ownNode() throws {
        copy.close()
        for suffix in ["", "-wal", ".key"] {
            try FileManager.default.copyItem(
                atPath: copy.path + suffix, toPath: boards.folder.file("twin.sqlite\(suffix)"))
        }
        let environment = BoardEnvironment.virtual(boards.clock, seed: 6)
        let twin = boards.folder.file("twin.sqlite")
        let error = #expect(throws: BoardError.self) {
            try Board.open(twin, for: .peer(of: copy.node), environment: environment)
        }
        #expect(error == .ownNode(twin))
        let both = try [copy.path, twin].map { try Board.open($0, environment: environment) }
        #expect(throws: BoardError.ownNode("twin")) {
            try PathSync.run(both[0], with: both[1], address: "twin", now: boards.clock.now)
        }
        // As a peer of any other copy it is one.
        let peer = try Board.open(
            twin, for: .peer(of: boards.founder.node), environment: environment)
        #expect(
            try PathSync.run(
                boards.founder, with: peer, address: "twin", now: boards.clock.now
            ).isEqual)
    }
}
