import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Export, import into an empty board, export again: the same files.
@Suite struct RoundTripTests {
    let files: BoardFiles

    init() throws { files = try BoardFiles() }

    /// Exports a board, imports that into an empty one and into itself, and compares.
    private func expectRoundTrip(
        _ board: Board, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try BoardFiles.comparable(board)
        let paths = try files.write(BoardFiles.exports(board), "a")
        let other = try TestBoards(seed: 99)
        let summary = try files.importCSV(paths.shuffled(), into: other.founder)
        #expect(summary.changes > 0, sourceLocation: sourceLocation)
        let after = try BoardFiles.comparable(other.founder)
        for table in ExportTable.allCases {
            #expect(after[table] == before[table], "\(table)", sourceLocation: sourceLocation)
        }
        #expect(try other.founder.verify().isSound, sourceLocation: sourceLocation)

        // Once more, there and where it came from: nothing is new.
        for target in [other.founder, board] {
            let again = try files.importCSV(paths, into: target)
            #expect(again.changes == 0, sourceLocation: sourceLocation)
        }
        #expect(try BoardFiles.comparable(board) == before, sourceLocation: sourceLocation)
    }

    @Test("A board with everything in it")
    func everything() throws {
        let boards = try TestBoards()
        try RichBoard.fill(boards)
        let exports = try BoardFiles.exports(boards.founder)
        for (table, text) in exports {
            #expect(text.split(separator: "\n").count > 1, "\(table) has no row to prove anything")
        }
        try expectRoundTrip(boards.founder)
    }

    @Test("Boards of random histories", arguments: 1...12)
    func random(seed: UInt64) throws {
        let boards = try TestBoards(seed: seed)
        var history = RandomHistory(
            seed: seed, ideas: 7, members: 6, nodes: [boards.founder.node],
            start: Milliseconds(unchecked: boards.clock.now.sinceEpoch - 1_000), span: 900)
        let kinds: [Register.Kind] = [
            .vote, .revision, .ideaField, .label, .comment, .sameAs, .carry, .member, .status,
            .hidden,
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
            return Draft(by: change.member, change.content, at: HybridTimestamp(moment))
        }
        try boards.founder.write(drafts)
        try expectRoundTrip(boards.founder)
    }

    @Test("Any table alone is taken, and says what it can")
    func subsets() throws {
        let boards = try TestBoards()
        try RichBoard.fill(boards)
        let exports = try BoardFiles.exports(boards.founder)
        let target = try TestBoards(seed: 5)
        // One after the other, those that name ideas before those that hold them.
        for table in [ExportTable.objections, .joins, .members, .comments, .votes, .ideas] {
            let path = try files.write(exports[table] ?? "", to: "\(table.rawValue).csv")
            _ = try files.importCSV([path], into: target.founder)
        }
        #expect(
            try BoardFiles.comparable(target.founder) == BoardFiles.comparable(boards.founder))
    }

    @Test("What was said here since the export wins over it")
    func laterChangesWin() throws {
        let boards = try TestBoards()
        try RichBoard.fill(boards)
        let board = boards.founder
        let paths = try files.write(BoardFiles.exports(board), "old")
        boards.clock.advance(by: .seconds(10))
        let voter = try board.member(who: "alice@example.org")
        try board.write([
            Draft(by: nil, .status(RichBoard.bench, .declined, note: "no room")),
            Draft(by: voter, .vote(RichBoard.bench, Vote(.withdrawn))),
            Draft(by: nil, .hidden(.idea(RichBoard.hidden), isOn: false, reason: "")),
            Draft(by: nil, .sameAs(RichBoard.pair, isOn: false)),
            Draft(by: nil, .member(voter, .name("Alice the Second"))),
        ])
        let before = try BoardFiles.comparable(board)
        _ = try files.importCSV(paths, into: board)
        #expect(try BoardFiles.comparable(board) == before)
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
