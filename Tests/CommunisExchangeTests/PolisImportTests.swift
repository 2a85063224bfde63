import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// What becomes of a Polis conversation.
@Suite struct PolisImportTests {
    static let header =
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    static let votes = "timestamp,datetime,comment-id,voter-id,vote\n"

    private func folder(_ boards: TestBoards, _ comments: String, _ votes: String) throws -> String
    {
        let path = boards.folder.file("talk")
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try comments.write(toFile: path + "/comments.csv", atomically: true, encoding: .utf8)
        try votes.write(toFile: path + "/votes.csv", atomically: true, encoding: .utf8)
        return path
    }

    @Test("Comments become ideas, rejected ones hidden; votes keep their time")
    func imports() throws {
        let boards = try TestBoards()
        let long = String(repeating: "many words ", count: 30)
        let path = try folder(
            boards,
            Self.header + "1000,x,1,7,0,0,1,\"  Two\nlines  \"\n2000,x,2,8,0,0,-1,Rejected\n"
                + "3000,x,3,7,0,0,0,\(long)\n4000,x,4,9,0,0,0,\"\"\n",
            Self.votes + "5000,x,1,8,1\n6000,x,1,8,-1\n5000,x,1,9,0\n5000,x,1,9,0\n7000,x,2,7,1\n")
        let report = try PolisImport.run(path, into: boards.founder) { _, _, _ in }
        #expect(report.ideas == 4 && report.votes == 5 && report.newVotes == 4)

        var query = IdeaQuery()
        query.includesUnlisted = true
        let ideas = try boards.founder.ideas(query)
        let first = try #require(ideas.first { $0.source == "polis:talk:1" })
        #expect(first.title == "Two lines" && first.body == "  Two\nlines  ")
        #expect(first.createdBy == "7" && first.createdAt.sinceEpoch == 1000)
        #expect(first.tally == Tally(agree: 0, disagree: 1, pass: 1, proven: 0))
        #expect(ideas.first { $0.source == "polis:talk:2" }?.isHidden == true)
        let cut = try #require(ideas.first { $0.source == "polis:talk:3" })
        #expect(cut.title.hasSuffix("words…") && cut.title.unicodeScalars.count <= 200)
        #expect(cut.body == long)
        #expect(ideas.first { $0.source == "polis:talk:4" }?.title == "(no text)")
        #expect(try boards.founder.ideas(IdeaQuery()).count == 3)

        #expect(try PolisImport.run(path, into: boards.founder) { _, _, _ in }.changes == 0)
        #expect(try boards.founder.verify().isSound)
    }

    @Test("Times are exported to the millisecond")
    func times() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let value = generator.next() % 4_000_000_000_000
            let text = try #require(Milliseconds(sinceEpoch: value)).iso8601
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            let back = try style.parse(text).timeIntervalSince1970 * 1000
            #expect(UInt64(back.rounded()) == value, "\(text)")
        }
    }

    private static let comment = "1000,x,1,7,0,0,1,a\n"

    /// The rows below the header of each file.
    private static let damagedRows: [(comments: String, votes: String)] = [
        ("1000,x,1,7,0,0,1\n", ""), ("soon,x,1,7,0,0,1,a\n", ""), (comment + comment, ""),
        ("1000,x,1,7,0,0,1,\"a\n", ""), ("-5,x,1,7,0,0,1,a\n", ""), (comment, "1,x,1,1,2\n"),
        (comment, "9999999999999,x,1,1,1\n"), (comment, "1,x,1,1,1,1\n"),
        (comment, "1,x,one,1,1\n"),
    ]

    @Test("Damaged files import nothing", arguments: damagedRows)
    func damaged(_ comments: String, _ votes: String) throws {
        try expectRefusal(Self.header + comments, Self.votes + votes)
    }

    @Test("Files without their columns import nothing")
    func missingColumns() throws {
        try expectRefusal("timestamp,comment-id\n", Self.votes)
        try expectRefusal("", Self.votes)
        try expectRefusal(Self.header, "timestamp,vote\n")
    }

    private func expectRefusal(_ comments: String, _ votes: String) throws {
        let boards = try TestBoards()
        let before = try StoredView.facts(boards.founder.path)
        let path = try folder(boards, comments, votes)
        #expect(throws: ExchangeError.self) {
            try PolisImport.run(path, into: boards.founder) { _, _, _ in }
        }
        #expect(try Difference(StoredView.facts(boards.founder.path), before) == nil)
    }
}
