import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import Foundation
import GRDB

/// A board with a row in nearly every table, as bytes: to be changed by whoever tries what the program
/// makes of a file that is not as it was written.
package final class SampleBoard {
    package let boards: TestBoards
    /// The file, with small pages, so that a change of any byte meets something.
    package let bytes: [UInt8]
    let ideas: [IdeaID]
    let comments: [CommentID]
    let members: [MemberID]
    let contributor: NodeID
    let news: [SealedChangeset]
    private let key: Data
    private var count = 0
    private var opened: UInt64 = 0

    package static let pageSize = 1_024

    package init(seed: UInt64 = 5) throws {
        boards = try TestBoards(seed: seed)
        let board = boards.founder
        let contributor = TestBoards.key(seed, 7)
        var chain = try boards.chain(contributor)
        let stranger = TestBoards.key(seed, 8)
        var history = RandomHistory(
            seed: seed, board: board.id, ideas: 6, members: 5,
            nodes: [board.node, contributor.node, stranger.node], start: boards.clock.now, span: 9)
        ideas = history.ideas
        members = history.members
        self.contributor = contributor.node
        for step in 0..<90 {
            boards.clock.advance(by: .milliseconds(3))
            let change = history.next(step < 6 ? .idea : step < 18 ? .revision : nil)
            guard change.content.requiredRole(of: board.node) <= .founder else { continue }
            // A founder that disavows itself could write no vote below.
            if case .node(board.node, .disavowed) = change.content { continue }
            try board.write([RandomHistory.draft(change)])
            if step.isMultiple(of: 9) { try board.sealPending() }
        }
        comments = history.comments
        var workload = VoteWorkload(ideas: 3, members: 9, board: board.id, seed: seed)
        let peer = try board.peer(at: "../kiosk.sqlite", node: contributor.node)
        try board.merge(
            workload.ideaChangesets(&chain) + workload.voteChangesets(30, perChangeset: 5, &chain),
            from: peer.key)
        // What waits outside the log, what is parked, and what is pending.
        var unknown = NodeChain(key: stranger, board: board.id)
        try board.merge(workload.voteChangesets(4, &unknown), from: peer.key)
        var early = RandomHistory(
            seed: seed, board: board.id, ideas: 2, members: 2, nodes: [board.node],
            start: boards.clock.now.advanced(by: .seconds(90_000)), span: 5)
        try board.merge([chain.seal([RandomHistory.slot(early.next(.comment))])], from: peer.key)
        _ = try board.invite(
            as: .contributor, uses: 3, expires: boards.clock.now.advanced(by: .seconds(99)))
        try board.set("me", to: "alice@example.org")
        try board.remember("alice@example.org", as: members[0])
        for _ in 0..<3 {
            let vote = workload.next()
            try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
        news = workload.voteChangesets(12, perChangeset: 4, &chain)
        board.close()
        key = try Data(contentsOf: URL(fileURLWithPath: KeyFile.path(beside: board.path)))
        bytes = try Self.pack(board.path)
    }

    /// With pages of the size, and nothing in the log beside it.
    private static func pack(_ path: String) throws -> [UInt8] {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = DELETE; PRAGMA page_size = \(pageSize); VACUUM;
                    PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE);
                    """)
        }
        try queue.close()
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Writes a file like it, with its key, where this account only may read and write.
    ///
    /// - Parameters:
    ///   - isShared: whether every account may write it, so that it is read as a stranger's.
    ///   - change: what is done to its bytes before.
    package func write(isShared: Bool = false, _ change: (inout [UInt8]) -> Void = { _ in }) throws
        -> String
    {
        count += 1
        let path = boards.folder.file("sample\(count).sqlite")
        var changed = bytes
        change(&changed)
        for (file, data) in [(path, Data(changed)), (KeyFile.path(beside: path), key)] {
            try data.write(to: URL(fileURLWithPath: file))
            chmod(file, file == path && isShared ? 0o666 : 0o600)
        }
        return path
    }

    /// Takes away what `write` wrote and what came of it.
    package func remove(_ path: String) {
        Board.removeFiles(path)
        unlink(KeyFile.path(beside: path))
    }

    /// The ways in which a file is opened.
    package static let uses = [BoardUse.reading, .peer(of: nil), .writing]

    /// Opens a file in every way there is, does all with it, and syncs a copy with it.
    ///
    /// - Returns: what ended with an error that says that this program is at fault.
    package func faults(of path: String) throws -> [String] {
        try Self.uses.flatMap { try faults(of: path, for: $0) }
    }

    /// The same in one way.
    package func faults(of path: String, for use: BoardUse) throws -> [String] {
        var faults: [String] = []
        do {
            // Randomness of its own each time: no two invitations are the same.
            opened += 1
            let board = try Board.open(
                path, for: use, environment: .virtual(boards.clock, seed: 1_000 + opened))
            faults += try BoardWorks(board, of: self, now: boards.clock.now).run(for: use)
            guard use != .writing else { return faults }
            let copy = try boards.emptyCopy()
            defer { copy.remove() }
            _ = try PathSync.run(copy, with: board, address: path, now: boards.clock.now)
        } catch let error as BoardError where error.code != .fault {
            return faults
        } catch {
            faults.append("\(use): \(error)")
        }
        return faults
    }
}
