import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Export, import into an empty board, export again: the same files, but for the ids that each board
/// has its own of.
@Suite struct RoundTripTests {
    let files: BoardFiles

    init() throws { files = try BoardFiles() }

    /// Exports a board, imports that into an empty one and into itself, and compares.
    ///
    /// - Returns: the other board.
    @discardableResult
    private func expectRoundTrip(
        _ board: Board, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> TestBoards {
        let before = try files.rows(board)
        let paths = try files.write(BoardFiles.exports(board), "a")
        let other = try TestBoards(seed: 99)
        let summary = try files.importCSV(paths.shuffled(), into: other.founder)
        #expect(summary.changes > 0, sourceLocation: sourceLocation)
        try expectTranslated(other.founder, before, sourceLocation: sourceLocation)
        #expect(try other.founder.verify().isSound, sourceLocation: sourceLocation)

        // Once more, there and where it came from: nothing is new.
        for target in [other.founder, board] {
            let again = try files.importCSV(paths, into: target)
            #expect(again.changes == 0, sourceLocation: sourceLocation)
        }
        #expect(try files.rows(board) == before, sourceLocation: sourceLocation)
        return other
    }

    private func expectTranslated(
        _ board: Board, _ before: [ExportTable: [Row]],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let after = try files.rows(board)
        let expected = TranslatedTables(before, to: board.id).rows
        for table in ExportTable.allCases {
            #expect(after[table] == expected[table], "\(table)", sourceLocation: sourceLocation)
        }
    }

    @Test("A board with everything in it")
    func everything() throws {
        let boards = try TestBoards()
        try RichBoard.fill(boards)
        let exports = try BoardFiles.exports(boards.founder)
        for (table, text) in exports {
            #expect(text.split(separator: "\n").count > 1, "\(table) has no row to prove anything")
        }
        let other = try expectRoundTrip(boards.founder)

        // The other board's export comes back to this one, which knows all of it.
        let paths = try files.write(BoardFiles.exports(other.founder), "b")
        #expect(try files.importCSV(paths, into: boards.founder).changes == 0)
    }

    @Test("Boards of random histories", arguments: 1...12)
    func random(seed: UInt64) throws {
        let boards = try TestBoards(seed: seed)
        var history = RandomHistory(
            seed: seed, board: boards.founder.id, ideas: 7, members: 6,
            nodes: [boards.founder.node],
            start: Milliseconds(unchecked: boards.clock.now.sinceEpoch - 1_000), span: 900)
        let kinds: [Register.Kind] = [
            .vote, .idea, .revision, .ideaField, .label, .comment, .sameAs, .carry, .member,
            .status, .hidden,
        ]
        // Each at a millisecond of its own, in another order than they are written, and no vote
        // proven: of joined ideas, what an export does not tell (counters, proofs) decides.
        var generator = SeededGenerator(seed: seed)
        let start = boards.clock.now.sinceEpoch - 1_000
        let drafts = (0..<400).shuffled(using: &generator).enumerated().map { number, millisecond in
            var change = history.next(kinds[number % kinds.count])
            if case .vote(let idea, let vote) = change.content {
                change.content = .vote(idea, Vote(vote.ballot))
            }
            let moment = Milliseconds(unchecked: start + UInt64(millisecond))
            return RandomHistory.draft(change, at: HybridTimestamp(moment))
        }
        try boards.founder.write(drafts + titled(7, &history, before: start, on: boards.founder))
        try expectRoundTrip(boards.founder)
    }

    /// Makes each idea of a history, with a title, earlier than anything else that is said of it: what
    /// joins ideas by way of one without a title stays behind, and splits others.
    private func titled(
        _ count: Int, _ history: inout RandomHistory, before start: UInt64, on board: Board
    ) -> [Draft] {
        var made: Set<IdeaID> = []
        var drafts: [Draft] = []
        while made.count < count {
            let change = history.next(.idea)
            guard case .idea(let idea) = change.content, made.insert(idea).inserted else {
                continue
            }
            let time = HybridTimestamp(Milliseconds(unchecked: start - UInt64(made.count)))
            drafts += [
                RandomHistory.draft(change, at: time),
                Draft.revision(of: idea, .title, to: "Title", on: board.id, by: nil, at: time)
                    .draft,
            ]
        }
        return drafts
    }

    @Test(
        "Tables one by one: those before their ideas are set aside, and taken when they come again")
    func subsets() throws {
        let boards = try TestBoards()
        try RichBoard.fill(boards)
        let exports = try BoardFiles.exports(boards.founder)
        var paths: [ExportTable: String] = [:]
        for (table, text) in exports {
            paths[table] = try files.write(text, to: "\(table.rawValue).csv")
        }
        let others = try TestBoards(seed: 5)
        let target = others.founder
        let empty = try StoredView.facts(target.path)
        for (table, ideas) in [
            (ExportTable.objections, 2), (.joins, 2), (.comments, 3), (.votes, 2),
        ] {
            let summary = try files.importCSV([try #require(paths[table])], into: target)
            #expect(summary.changes == 0 && summary.unknownIdeas == ideas, "\(table)")
            #expect(try Difference(StoredView.facts(target.path), empty) == nil, "\(table)")
        }
        let ideas = try #require(paths[.ideas])
        #expect(try files.importCSV([ideas], into: target).unknownIdeas == 0)
        // Votes tell which source an idea is from. Other tables do not: they come with the ideas.
        let votes = try files.importCSV([try #require(paths[.votes])], into: target)
        #expect(votes.unknownIdeas == 1 && votes.newVotes == 3)
        for table in [ExportTable.objections, .joins, .members, .comments] {
            _ = try files.importCSV([try #require(paths[table]), ideas], into: target)
        }
        try expectTranslated(target, files.rows(boards.founder))
    }

    @Test("What was said here since the export wins over it")
    func laterChangesWin() throws {
        let boards = try TestBoards()
        let rich = try RichBoard.fill(boards)
        let board = boards.founder
        let paths = try files.write(BoardFiles.exports(board), "old")
        let other = try TestBoards(seed: 99, clock: boards.clock)
        _ = try files.importCSV(paths, into: other.founder)
        boards.clock.advance(by: .seconds(10))
        for target in [board, other.founder] {
            // On the other board they have other ids.
            let translated = TranslatedTables(try files.rows(board), to: other.founder.id)
            func idea(_ id: IdeaID) throws -> IdeaID {
                if target === board { return id }
                return try #require(translated.ideas[id.base32].flatMap { IdeaID(base32: $0) })
            }
            let (bench, hidden) = (try idea(rich.bench), try idea(rich.hidden))
            let pair = try #require(IdeaPair(bench, try idea(rich.other)))
            let voter = try board.member(who: "alice@example.org")
            try target.write([
                Draft(by: nil, .status(bench, .declined, note: "no room")),
                Draft(by: voter, .vote(bench, Vote(.withdrawn))),
                Draft(by: nil, .hidden(.idea(hidden), isOn: false, reason: "")),
                Draft(by: nil, .sameAs(pair, isOn: false)),
                Draft(by: nil, .member(voter, .name("Alice the Second"))),
            ])
            let before = try StoredView.facts(target.path)
            #expect(try files.importCSV(paths, into: target).changes == 0)
            #expect(try Difference(StoredView.facts(target.path), before) == nil)
        }
    }

    @Test(
        "The real conversations",
        .enabled(if: SharedData.folder("polis") != nil, "they are not beside the package"),
        arguments: ["15-per-hour-seattle", "scoop-hivemind.biodiversity", "vtaiwan.uberx"])
    func conversations(name: String) throws {
        let boards = try TestBoards()
        let source = try #require(SharedData.folder("polis/\(name)"))
        _ = try PolisImport.run(source, into: boards.founder) { _, _, _ in }
        try expectRoundTrip(boards.founder)
    }
}
