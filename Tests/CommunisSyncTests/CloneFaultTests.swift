import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

@testable import CommunisSync

/// What befalls a clone on its way: lost answers, places where nothing can be made, a peer that
/// lies about who founded the board.
@Suite struct CloneFaultTests {
    private let boards: TestBoards
    private let path: String
    private let manager = FileManager.default

    init() throws {
        boards = try TestBoards()
        path = boards.folder.file("kiosk.sqlite")
    }

    /// Asks the founder's copy and does something with what it answers.
    private struct MeddledTransport: SyncTransport {
        let responder: SyncResponder
        let meddle: (SyncRequest, inout SyncAnswer) throws -> Void
        let authenticates = true

        func ask(_ request: SyncRequest) throws -> SyncAnswer {
            // What it cannot do is told over the wire, not thrown.
            var answer: SyncAnswer
            do throws(BoardError) {
                answer = try responder.answer(request)
            } catch {
                answer = try responder.failure(error)
            }
            try meddle(request, &answer)
            return answer
        }
    }

    private struct Lost: Error {}

    private func transport(
        _ limits: SyncLimits = SyncLimits(),
        _ meddle: @escaping (SyncRequest, inout SyncAnswer) throws -> Void = { _, _ in }
    ) -> MeddledTransport {
        MeddledTransport(
            responder: SyncResponder(boards.founder, admitting: .invitation, limits: limits),
            meddle: meddle)
    }

    private func invite() throws -> [UInt8] {
        let expires = boards.clock.now.advanced(by: .seconds(3_600))
        return try boards.founder.invite(as: .contributor, uses: 1, expires: expires).1.secret
    }

    /// As `communis clone` does it.
    private func clone(_ secret: [UInt8], over transport: MeddledTransport) throws
        -> SyncClone.Outcome
    {
        let key = try Board.prepareClone(path)
        return try SyncClone.run(
            over: transport, address: "hub", to: path, name: "Kiosk", key: key, invitation: secret,
            environment: .virtual(boards.clock, seed: 9))
    }

    private func used() throws -> Int? { try boards.founder.invitations().first?.used }

    @Test("An answer that was lost uses an invitation once: the next try is the same node")
    func lostAnswer() throws {
        let secret = try invite()
        #expect(throws: BoardError.self) {
            _ = try clone(secret, over: transport { _, _ in throw Lost() })
        }
        #expect(try used() == 1)
        // Nothing else may be made beside the key that is left, but it is not in the way for ever.
        let error = #expect(throws: BoardError.self) { try Board.checkFree(path) }
        #expect(error?.code == .exists)
        let outcome = try clone(secret, over: transport())
        #expect(outcome.role == .contributor && outcome.report.isEqual)
        #expect(try used() == 1)
        #expect(try outcome.board.secret() == boards.founder.secret())
        #expect(try outcome.board.verify().isSound)
        #expect(manager.fileExists(atPath: path + ".key"))
        #expect(throws: BoardError.self) { try Board.prepareClone(path) }
    }

    @Test("Where the copy cannot be made after it was admitted, the next try uses nothing")
    func localFailure() throws {
        let secret = try invite()
        let path = self.path
        let other = transport { request, _ in
            // What takes the place meanwhile plays a disk on which nothing can be made.
            if case .join = request.body {
                try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            }
        }
        #expect(throws: BoardError.self) { _ = try clone(secret, over: other) }
        #expect(try used() == 1)
        try manager.removeItem(atPath: path)
        #expect(try clone(secret, over: transport()).role == .contributor)
        #expect(try used() == 1)
        // In a folder that is not there nobody is asked.
        let error = #expect(throws: BoardError.self) {
            try Board.prepareClone(boards.folder.file("no/such/folder.sqlite"))
        }
        #expect(error?.code == .inputOutput)
    }

    @Test("Refused for good, nothing is left")
    func refused() throws {
        _ = try invite()
        #expect(throws: BoardError.self) {
            _ = try clone([UInt8](repeating: 1, count: 16), over: transport())
        }
        #expect(!manager.fileExists(atPath: path + ".key"))
        try Board.checkFree(path)
    }

    @Test("Ended between the board and its key, the copy gets the board's secret when it syncs")
    func betweenBoardAndKey() throws {
        let board = try clone(try invite(), over: transport()).board
        board.close()
        var lines = try String(contentsOfFile: path + ".key", encoding: .utf8)
            .split(separator: "\n").map(String.init)
        lines[1] = "board " + String(repeating: "0", count: 64)
        try (lines.prefix(3).joined(separator: "\n") + "\n").write(
            toFile: path + ".key", atomically: true, encoding: .utf8)
        try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + ".key")
        let opened = try Board.open(path, environment: .virtual(boards.clock, seed: 9))
        #expect(throws: BoardError.self) { try opened.secret() }
        _ = try SyncDriver.run(
            opened, over: transport(), address: "hub", now: boards.clock.now)
        #expect(try opened.secret() == boards.founder.secret())
        #expect(try Board.open(path).secret() == boards.founder.secret())
    }

    @Test(
        "Cut off between two pages, a clone goes on with the next sync, and only the rest moves",
        arguments: [1, 4, 9])
    func resumed(_ pages: Int) throws {
        var workload = VoteWorkload(ideas: 20, members: 50)
        var chain = try boards.chain(TestBoards.key(6, 6))
        // Thirty changesets of some 700 bytes, two of which fill a page.
        try boards.founder.merge(
            workload.voteChangesets(600, perChangeset: 20, &chain), from: nil)
        var limits = SyncLimits()
        limits.pageBytes = 2_000
        var left = pages
        let cut = transport(limits) { request, _ in
            guard case .exchange = request.body else { return }
            if left == 0 { throw Lost() }
            left -= 1
        }
        #expect(throws: BoardError.self) { _ = try clone(try invite(), over: cut) }

        let copy = try Board.open(path, environment: .virtual(boards.clock, seed: 9))
        let here = try log(of: copy)
        let all = try log(of: boards.founder)
        #expect(here.count >= pages && here.isStrictSubset(of: all))
        var moved: [ChangesetID] = []
        let whole = transport(limits) { _, answer in
            if case .exchanged(let news) = answer.body { moved += news.changesets.map(\.id) }
        }
        let report = try SyncDriver.run(
            copy, over: whole, address: "hub", now: boards.clock.now, limits: limits)
        #expect(report.isEqual && report.mode == .cursor && report.roundTrips > 1)
        #expect(report.sent == SyncTraffic() && report.received.changesets == moved.count)
        #expect(moved.count == all.count - here.count && Set(moved) == all.subtracting(here))
        #expect(try copy.verify().fingerprint == boards.founder.verify().fingerprint)
        #expect(try copy.role() == .contributor)
    }

    private func log(of board: Board) throws -> Set<ChangesetID> {
        Set(try board.reconciling { log, _ in try log.positions(0..<log.count).map(\.id) })
    }

    @Test("A peer that names another founder is found out, and nothing of it is left")
    func falseFounder() throws {
        let impostor = TestBoards.key(4, 4).node
        let error = #expect(throws: BoardError.self) {
            _ = try clone(try invite(), over: transport { $1.founder = impostor })
        }
        #expect(error == .otherFounder)
        #expect(!manager.fileExists(atPath: path) && !manager.fileExists(atPath: path + ".key"))
    }

    @Test("A copy that was told another founder takes nothing in, and verify says why")
    func olderFile() throws {
        let impostor = TestBoards.key(4, 4)
        let copy = try Board.createCopy(
            at: path, of: boards.founder.id, founder: impostor.node, secret: nil, key: NodeKey(),
            environment: .virtual(boards.clock, seed: 9))
        let founding = try boards.founding()
        let error = #expect(throws: BoardError.self) { try copy.merge(founding, from: nil) }
        #expect(error == .otherFounder)
        #expect(try copy.snapshot().check.count == 0)

        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.write {
            try $0.execute(
                sql: "UPDATE state SET founder = ?", arguments: [Data(impostor.node.bytes)])
        }
        boards.founder.close()
        let older = try Board.open(
            boards.founder.path, environment: .virtual(boards.clock, seed: 9))
        #expect(
            try older.verify().differences.contains(
                "this copy was told a founder who did not found the board"))
    }
}
