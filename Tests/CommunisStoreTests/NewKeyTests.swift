import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation
import Testing

/// A copy that gets a key of its own, also where it ends in between.
@Suite struct NewKeyTests {
    private func vote(_ board: Board, _ workload: inout VoteWorkload) throws {
        let vote = workload.next()
        try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
    }

    private func open(_ path: String, _ boards: TestBoards) throws -> Board {
        try Board.open(path, environment: .virtual(boards.clock, seed: 70))
    }

    @Test("The founder's new key is a steward's, and what was pending is the old one's")
    func founder() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 3, members: 9)
        try vote(boards.founder, &workload)
        let old = boards.founder.node
        let path = boards.founder.path
        let store = try boards.founder.snapshot().store
        let new = try boards.founder.takeNewKey(name: "Hall")
        boards.founder.close()

        let board = try open(path, boards)
        #expect(board.node == new.node && board.node != old && board.founder == old)
        #expect(try board.role() == .steward && new.role == .steward)
        #expect(try board.snapshot().store != store)
        #expect(FileManager.default.fileExists(atPath: new.oldKeyPath))
        try vote(board, &workload)
        try board.sealPending()
        let authors = try board.page(after: 0, excluding: nil).changesets.compactMap {
            ChangesetHeader($0.header)?.node
        }
        // Founding, the vote with what admits the new key, and the new vote.
        #expect(Set(authors.dropLast()) == [old] && authors.last == new.node)
        #expect(try board.verify().isSound)
        #expect(try board.verify().held == 0)
    }

    @Test("A contributor's new key waits for a steward; then all counts")
    func contributor() throws {
        let boards = try TestBoards()
        let kiosk = try PathClone.run(
            from: boards.founder, address: "hall", to: boards.folder.file("kiosk.sqlite"),
            name: "Kiosk", environment: .virtual(boards.clock, seed: 41)
        ).board
        var workload = VoteWorkload(ideas: 3, members: 9)
        try vote(kiosk, &workload)
        let new = try kiosk.takeNewKey(name: "Kiosk 4")
        #expect(new.role == .none)
        kiosk.close()
        let board = try open(boards.folder.file("kiosk.sqlite"), boards)
        #expect(throws: BoardError.self) { try vote(board, &workload) }
        try boards.founder.setRole(of: new.node, to: .contributor)
        _ = try PathSync.run(
            board, with: boards.founder, address: "hall", now: boards.clock.now)
        try vote(board, &workload)
        let report = try PathSync.run(
            board, with: boards.founder, address: "hall", now: boards.clock.now)
        #expect(report.isEqual)
        #expect(try boards.founder.verify().held == 0)
    }

    @Test("Ended before the new key took its place, the next use of the key finishes it")
    func interrupted() throws {
        let boards = try TestBoards()
        let path = boards.founder.path
        let old = try Data(contentsOf: URL(fileURLWithPath: path + ".key"))
        let new = try boards.founder.takeNewKey(name: nil)
        boards.founder.close()
        // As it lay between the transaction and the renaming.
        let manager = FileManager.default
        try manager.moveItem(atPath: path + ".key", toPath: path + ".key.new")
        try old.write(to: URL(fileURLWithPath: path + ".key"))
        chmod(path + ".key", 0o600)
        try manager.removeItem(atPath: new.oldKeyPath)

        let board = try open(path, boards)
        var workload = VoteWorkload(ideas: 3, members: 9)
        try vote(board, &workload)
        try board.sealPending()
        #expect(board.node == new.node)
        #expect(!manager.fileExists(atPath: path + ".key.new"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: new.oldKeyPath)) == old)
        #expect(try board.verify().isSound)
    }

    @Test("Ended when the old key had both its names, the next use of the key finishes it too")
    func interruptedLater() throws {
        let boards = try TestBoards()
        let path = boards.founder.path
        let new = try boards.founder.takeNewKey(name: nil)
        boards.founder.close()
        let manager = FileManager.default
        try manager.moveItem(atPath: path + ".key", toPath: path + ".key.new")
        try manager.linkItem(atPath: new.oldKeyPath, toPath: path + ".key")

        let board = try open(path, boards)
        #expect(try board.nodeKey().node == new.node)
        #expect(!manager.fileExists(atPath: path + ".key.new"))
    }

    @Test("Ended before the file named the new key, nothing has changed")
    func abandoned() throws {
        let boards = try TestBoards()
        let path = boards.founder.path
        try Data("communis key 1\nnonsense\n".utf8).write(
            to: URL(fileURLWithPath: path + ".key.new"))
        var workload = VoteWorkload(ideas: 3, members: 9)
        try vote(boards.founder, &workload)
        try boards.founder.sealPending()
        let new = try boards.founder.takeNewKey(name: nil)
        boards.founder.close()
        #expect(try open(path, boards).node == new.node)
    }
}
