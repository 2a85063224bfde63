import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync

/// All that commands and syncs do with a board, one after another: with a file that was damaged, or
/// made by somebody who means harm, each has to end, with a result or with an error that says what is
/// wrong with the file.
package struct BoardWorks {
    private let board: Board
    private let ideas: [IdeaID]
    private let comments: [CommentID]
    private let members: [MemberID]
    private let now: Milliseconds
    private let node: NodeID
    private let vote: Draft
    /// Changesets that are new to the board.
    private let news: [SealedChangeset]

    package typealias Work = (name: String, run: () throws -> Void)

    init(_ board: Board, of sample: SampleBoard, now: Milliseconds) {
        self.board = board
        ideas = sample.ideas
        comments = sample.comments
        members = sample.members
        self.now = now
        node = sample.contributor
        vote = Draft(by: sample.members[0], .vote(sample.ideas[0], Vote(.agree)))
        news = sample.news
    }

    /// What commands that look do.
    package var reading: [Work] { lists + pages + exports }

    private var lists: [Work] {
        let orders: [IdeaQuery.Order] = [.top, .trending, .new, .discussed]
        let ranked: [Work] = orders.map { order in
            (
                "ideas by \(order)",
                {
                    var query = IdeaQuery()
                    query.order = order
                    query.includesUnlisted = order == .new
                    _ = try board.ideas(query)
                    query.since = now.advanced(by: .seconds(-9_000_000))
                    query.limit = 3
                    _ = try board.ideas(query)
                    _ = try board.figures(query)
                }
            )
        }
        return ranked + [
            ("search", { _ = try board.search("word1 idea") }),
            ("search for a phrase", { _ = try board.search("wrod2") }),
            ("similar", { _ = try board.similar(to: "word0 word1", limit: 5) }),
            ("nodes", { _ = try board.nodes() }), ("peers", { _ = try board.peerRows() }),
            ("known peers", { _ = try board.peers() }),
            ("log", { _ = try board.log(of: nil, limit: .max) }),
            ("counts", { _ = try board.counts() }), ("name", { _ = try board.name() }),
            ("invitations", { _ = try board.invitations() }),
        ]
    }

    private var pages: [Work] {
        [
            ("one by one", { for idea in ideas { _ = try board.idea(idea) } }),
            ("reference", { _ = try board.idea(Base32.encode(ideas[0].bytes)) }),
            ("target", { _ = try board.target(Base32.encode(comments[0].bytes)) }),
            ("history", { for idea in ideas { _ = try board.history(of: idea) } }),
            ("comments", { for idea in ideas { _ = try board.comments(on: idea) } }),
            ("votes", { for idea in ideas { _ = try board.votes(on: idea) } }),
            ("log of one", { _ = try board.log(of: ideas[0], limit: 9) }),
            (
                "lineage",
                {
                    for idea in ideas {
                        _ = try board.ancestors(of: idea, limit: 99)
                        _ = try board.descendants(of: idea, limit: 99)
                    }
                }
            ),
            ("mine", { for member in members { _ = try board.contributions(of: member) } }),
            ("standing", { _ = try board.standingVotes(of: members[0], joinedWith: ideas[0]) }),
            (
                "joins",
                {
                    guard let pair = IdeaPair(ideas[0], ideas[1]) else { return }
                    _ = try board.joinState(of: pair)
                    _ = try board.objects(members[0], to: pair)
                }
            ),
        ]
    }

    private var exports: [Work] {
        [
            ("export of ideas", { _ = try board.ideaOrigins() }),
            ("export of comments", { _ = try board.commentsForExport() }),
            ("export of members", { _ = try board.members() }),
            ("export of joins", { _ = (try board.joins(), try board.objections()) }),
            ("export of votes", { try board.forEachVote { _ in } }),
            ("export of all votes", { try board.forEachVoteEver { _ in } }),
            ("verify", { _ = try board.verify() }),
        ]
    }

    /// What a sync does, on either side.
    package var syncing: [Work] {
        [
            ("snapshot", { _ = try board.snapshot() }),
            ("role", { _ = (try board.role(), try board.role(of: node)) }),
            ("clock", { _ = (try board.doubtsClock(), try board.knowsTime()) }),
            ("fork", { _ = (try board.hasNewFork(), try board.isRestored()) }),
            ("page", { _ = try board.page(after: 0, excluding: node, byteLimit: 4_096) }),
            ("statements", { _ = try board.statements(of: node, byteLimit: 99_999) }),
            ("last", { _ = try board.lastChangeset(of: node) }),
            (
                "reconcile",
                {
                    try board.reconciling { log, _ in
                        _ = try log.positions(0..<min(log.count, 10_000))
                        _ = try log.sum(0..<log.count)
                    }
                }
            ),
            ("merge", { try board.merge(news, from: board.caller(node)) }),
        ]
    }

    /// What commands that write do.
    package var writing: [Work] {
        [
            ("write", { try board.write([vote]) }),
            ("import", { _ = try board.import([vote]) }),
            ("seal", { try board.sealPending() }), ("admit", { try board.admitDue() }),
            (
                "learn",
                {
                    let stated = StatedTime(
                        now.advanced(by: .seconds(-9_999)), by: board.founder)
                    _ = try board.learn(stated)
                }
            ),
            (
                "revoke",
                { try board.setRole(of: node, to: .none, cut: Milliseconds(unchecked: 0)) }
            ),
            ("admit again", { try board.setRole(of: node, to: .contributor, name: "Kiosk") }),
            ("invite", { _ = try board.invite(as: .reader, uses: 1, expires: now) }),
            ("erase", { _ = try board.erase(.idea(ideas[0]), by: nil) }),
            ("verify after all", { _ = try board.verify() }),
        ]
    }

    /// Runs those for which a board is opened so.
    ///
    /// - Returns: what ended with an error that says that this program is at fault, by name.
    package func run(for use: BoardUse) throws -> [String] {
        var faults: [String] = []
        let works =
            switch use {
            case .reading: reading
            case .peer: syncing
            case .writing: syncing + writing
            }
        for work in works {
            do {
                try work.run()
            } catch let error as BoardError where error.code != .fault {
                continue
            } catch {
                faults.append("\(work.name): \(error)")
            }
        }
        return faults
    }
}
