import CommunisCore
import CommunisExchange
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Which idea a row becomes: the same at every copy, and nobody else's.
@Suite struct ImportedIdentityTests {
    let files: BoardFiles
    let boards: TestBoards
    /// A contributor's copy.
    let copy: Board

    init() throws {
        files = try BoardFiles()
        boards = try TestBoards()
        copy = try boards.emptyCopy()
        try boards.admit([TestBoards.key(77, 1)])
        try exchange()
    }

    /// Gives each of the two copies what the other has.
    private func exchange() throws {
        try copy.sealPending()
        try boards.founder.sealPending()
        try boards.founder.merge(copy.page(after: 0, excluding: nil).changesets, from: nil)
        try copy.merge(boards.founder.page(after: 0, excluding: nil).changesets, from: nil)
    }

    private func expectEqual() throws {
        let (one, other) = (try boards.founder.verify(), try copy.verify())
        #expect(one.isSound && other.isSound)
        #expect(one.fingerprint == other.fingerprint && one.view == other.view)
    }

    /// A conversation of two comments, by 7 and 8, or of some of its rows.
    private func talk(
        _ folder: String = "talk", comments: [Int] = [1, 2], votes: Range<Int> = 0..<6,
        title: String = "A bench", author: Int = 7
    ) throws -> String {
        let path = files.folder.file("\(folder)/talk")
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let rows = [1: "1000,x,1,\(author),0,0,1,\(title)\n", 2: "2000,x,2,8,0,0,1,A lamp\n"]
        try files.write(
            PolisImportTests.header + comments.compactMap { rows[$0] }.joined(),
            to: "\(folder)/talk/comments.csv")
        let cast = votes.map { "\(5_000 + $0),x,\($0 % 2 + 1),\(10 + $0),1\n" }
        try files.write(PolisImportTests.votes + cast.joined(), to: "\(folder)/talk/votes.csv")
        return path
    }

    @discardableResult
    private func take(_ folder: String, into board: Board) throws -> ImportSummary {
        try PolisImport.run(folder, into: board) { _, _, _ in }
    }

    private func ideas(_ board: Board) throws -> [IdeaSummary] {
        try board.ideas(IdeaQuery()).sorted {
            ($0.createdAt, $0.createdBy ?? "") < ($1.createdAt, $1.createdBy ?? "")
        }
    }

    private func member(_ number: Int, of board: Board) throws -> MemberID {
        MemberID(.source, "polis:talk:\(number)", secret: try board.secret())
    }

    /// An idea that says that it is from a source, as another contributor makes it.
    private func forge(
        _ source: String, by author: MemberID, key: CreationKey, at time: UInt64 = 10
    ) throws -> IdeaID {
        let time = HybridTimestamp(Milliseconds(unchecked: time))
        let (id, creation) = Draft.idea(on: copy.id, by: author, key: key, at: time)
        try copy.write([
            creation,
            Draft.revision(of: id, .title, to: "Mine", on: copy.id, by: author, at: time).draft,
            Draft(by: author, .ideaField(id, .source(source)), at: time),
        ])
        return id
    }

    private func key(_ source: String) -> CreationKey {
        CreationKey(.idea, from: source, board: copy.id)
    }

    @Test("Two copies that import the same rows make the same ideas, texts and votes")
    func twoCopies() throws {
        let talk = try talk()
        let summaries = try [boards.founder, copy].map { try take(talk, into: $0) }
        #expect(summaries[0].changes == summaries[1].changes)
        let (here, there) = (try ideas(boards.founder), try ideas(copy))
        #expect(here.map(\.id) == there.map(\.id) && here.count == 2)
        try exchange()
        try expectEqual()
        #expect(try ideas(copy).map(\.tally.agree) == [3, 3])
        #expect(try copy.history(of: here[0].id).heads(of: .title).count == 1)
        #expect(try take(talk, into: copy).changes == 0)
    }

    @Test("Two halves of a file on two copies are the whole")
    func twoHalves() throws {
        // Of the second comment the first half has votes only: they are set aside.
        let first = try talk("a", comments: [1], votes: 0..<3)
        let second = try talk("b", votes: 3..<6)
        #expect(try take(first, into: boards.founder).unknownIdeas == 1)
        #expect(try take(second, into: copy).unknownIdeas == 0)
        try exchange()
        #expect(try ideas(copy).map(\.tally.agree) == [3, 2])
        // They come in when they come again, though only votes tell of the idea.
        let again = try take(first, into: boards.founder)
        #expect(again.unknownIdeas == 0 && again.newVotes == 1)
        try exchange()
        try expectEqual()
        #expect(try ideas(copy).map(\.tally.agree) == [3, 3])
    }

    @Test("Votes without their ideas are set aside, and nothing of them is written")
    func votesAlone() throws {
        let votes = try talk("votes", comments: [])
        let before = try StoredView.facts(copy.path)
        let summary = try take(votes, into: copy)
        #expect(summary.votes == 6 && summary.changes == 0 && summary.unknownIdeas == 2)
        #expect(try Difference(StoredView.facts(copy.path), before) == nil)
        try take(try talk("ideas", votes: 0..<0), into: copy)
        #expect(try ideas(copy).map(\.tally.agree) == [0, 0])
        #expect(try take(votes, into: copy).newVotes == 6)
        #expect(try ideas(copy).map(\.tally.agree) == [3, 3])
        #expect(try take(votes, into: copy).changes == 0)
    }

    @Test(
        "Who makes an idea of the same source makes another, and moves neither author nor votes",
        arguments: [true, false])
    func sameSource(isFirst: Bool) throws {
        let talk = try talk()
        let mallory = try copy.member(who: "mallory")
        if !isFirst { try take(talk, into: boards.founder) }
        let forged = try [key("polis:talk:1"), .numbered(1)].map {
            try forge("polis:talk:1", by: mallory, key: $0)
        }
        try exchange()
        let summary = try take(talk, into: boards.founder)
        #expect(summary.doubledIdeas == (isFirst ? 1 : 0))
        try exchange()
        try expectEqual()
        let bench = try #require(try ideas(copy).first { $0.title == "A bench" })
        #expect(bench.createdBy == "7" && bench.createdAt.sinceEpoch == 1_000)
        #expect(bench.tally.agree == 3 && bench.source == "polis:talk:1")
        for idea in try ideas(copy) where forged.contains(idea.id) {
            #expect(idea.tally.agree == 0 && idea.title == "Mine")
        }
        #expect(try take(talk, into: copy).changes == 0)
    }

    @Test("Who repeats what makes an imported idea makes the same idea, of the same author")
    func repeatedCreation() throws {
        let talk = try talk()
        try take(talk, into: boards.founder)
        let bench = try #require(try ideas(boards.founder).first)
        try exchange()
        let again = try forge(
            "polis:talk:1", by: try member(7, of: copy), key: key("polis:talk:1"), at: 3_000)
        #expect(again == bench.id)
        try exchange()
        try expectEqual()
        let idea = try #require(try boards.founder.idea(bench.id))
        #expect(idea.createdBy == "7" && idea.tally.agree == 3)
    }

    @Test("Votes alone go to no idea that only says that it is from their source")
    func saidSources() throws {
        let mallory = try copy.member(who: "mallory")
        let votes = try talk("votes", comments: [])
        // Of any key: it is not what an import makes.
        _ = try forge("polis:talk:1", by: mallory, key: .numbered(1))
        #expect(try take(votes, into: copy).unknownIdeas == 2)
        try take(try talk("ideas", votes: 0..<0), into: copy)
        #expect(try take(votes, into: copy).newVotes == 6)
        #expect(try ideas(copy).map(\.tally.agree) == [0, 3, 3])

        // By the key of an import, of another author: nobody can tell which of the two is meant.
        _ = try forge("polis:talk:2", by: mallory, key: key("polis:talk:2"))
        let more = try talk("more", comments: [], votes: 6..<12)
        let summary = try take(more, into: copy)
        #expect(summary.unknownIdeas == 1 && summary.newVotes == 3)
        // With the ideas it is plain.
        #expect(try take(try talk("all", votes: 6..<12), into: copy).newVotes == 3)
        #expect(try ideas(copy).map(\.tally.agree).sorted() == [0, 0, 6, 6])
    }

    @Test("A row that changed in its source: another title is not taken, another author is told")
    func changedRows() throws {
        try take(try talk(), into: copy)
        let retitled = try take(try talk(title: "A better bench"), into: copy)
        #expect(retitled.changes == 0)
        #expect(try ideas(copy).map(\.title) == ["A bench", "A lamp"])
        let other = try take(try talk(author: 9), into: copy)
        #expect(other.doubledIdeas == 1)
        #expect(try ideas(copy).map(\.createdBy) == ["7", "9", "8"])
        #expect(try take(try talk(author: 9), into: copy).doubledIdeas == 0)
    }
}
