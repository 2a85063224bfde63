import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// What becomes of the files of Fider, Quackback and UserVoice, and of any other tool.
@Suite struct ToolImportTests {
    let files: BoardFiles
    let boards: TestBoards

    init() throws {
        files = try BoardFiles()
        boards = try TestBoards()
    }

    private func ideas() throws -> [String: IdeaSummary] {
        var query = IdeaQuery()
        query.includesUnlisted = true
        let ideas = try boards.founder.ideas(query)
        return Dictionary(uniqueKeysWithValues: ideas.map { ($0.source ?? "", $0) })
    }

    /// Imports again, which must change nothing.
    private func expectRepeatable(
        _ paths: [String], _ configure: (inout CSVImport) -> Void = { _ in }
    ) throws {
        boards.clock.advance(by: .seconds(100))
        let before = try StoredView.facts(boards.founder.path)
        #expect(try files.importCSV(paths, into: boards.founder, configure).changes == 0)
        #expect(try Difference(StoredView.facts(boards.founder.path), before) == nil)
        #expect(try boards.founder.verify().isSound)
    }

    /// No table of any export holds an address.
    private func expectNoAddress() throws {
        for (table, text) in try BoardFiles.exports(boards.founder) {
            #expect(!text.contains("@"), "\(table): \(text)")
        }
    }

    @Test("Fider's posts: statuses, answers, tags and what repeats another")
    func fider() throws {
        let posts = try files.write(
            """
            number,title,description,created_at,created_by,votes_count,comments_count,status,\
            responded_by,responded_at,response,original_number,original_title,tags
            1,A bench,"At the stop,
            please",2024-03-01T10:00:00Z,Jon Snow,12,2,planned,Arya,2024-03-02T10:00:00Z,\
            "Next year",,,"park, Seats"
            2,A seat,,2024-03-03T10:00:00.25+01:00,Arya,3,0,duplicate,,,,1,A bench,
            3,"'=Formula",,2024-03-04T10:00:00Z,,0,0,paused,,,,,,

            """, to: "posts.csv")
        let summary = try files.importCSV([posts], into: boards.founder)
        #expect(summary.ideas == 3 && summary.votes == 0 && summary.joins == 1)
        #expect(summary.leftOut.votes == 15 && summary.leftOut.comments == 2)
        #expect(summary.leftOut.statuses == ["paused": 1])
        let ideas = try ideas()
        let bench = try #require(ideas["fider:posts:1"])
        #expect(bench.title == "A bench" && bench.body == "At the stop,\nplease")
        #expect(bench.status == .recognised && bench.statusNote == "Next year")
        #expect(bench.tags == ["park", "seats"] && bench.createdBy == "Jon Snow")
        #expect(bench.createdAt.iso8601 == "2024-03-01T10:00:00.000Z")
        #expect(bench.tally.agree == 0)
        let seat = try #require(ideas["fider:posts:2"])
        #expect(seat.status == .declined && seat.createdAt.iso8601 == "2024-03-03T09:00:00.250Z")
        #expect(ideas["fider:posts:3"]?.title == "=Formula")
        #expect(ideas["fider:posts:3"]?.status == .open)
        let joins = try boards.founder.joins()
        #expect(joins.map { Set([$0.first, $0.second]) } == [[bench.id, seat.id]])
        try expectRepeatable([posts])
    }

    @Test("Quackback's posts and votes: who voted there is the same member here")
    func quackback() throws {
        let posts = try files.write(
            """
            title,content,status,tags,board,author_name,author_email,email_verified,vote_count,\
            created_at,source_id
            A bench,,under_review,park,Streets,Alice, Alice@Example.org ,true,5,2024-03-01,p1
            A lamp,,open,,,bob@example.org,,false,0,2024-03-02,p2

            """, to: "posts.csv")
        let votes = try files.write(
            """
            post_id,voter_email,created_at
            p1,ALICE@example.org,2024-03-05T10:00:00Z
            p1,bob@example.org,2024-03-05T11:00:00Z
            p2,carol@example.org,2024-03-06T11:00:00Z

            """, to: "votes.csv")
        // In the other order too: votes name posts, wherever these stand.
        let summary = try files.importCSV([votes, posts], into: boards.founder)
        #expect(summary.ideas == 2 && summary.votes == 3 && summary.newVotes == 3)
        #expect(summary.leftOut.votes == 3)
        let bench = try #require(try ideas()["quackback:posts:p1"])
        #expect(bench.status == .exploring && bench.tags == ["park", "streets"])
        #expect(bench.createdBy == "Alice" && bench.tally.agree == 2)
        let alice = try boards.founder.member(who: "alice@example.org")
        #expect(try boards.founder.vote(of: alice, on: bench.id)?.ballot == .agree)
        // She votes again here: still one vote of hers.
        try boards.founder.write([Draft(by: alice, .vote(bench.id, Vote(.disagree)))])
        #expect(
            try ideas()["quackback:posts:p1"]?.tally
                == Tally(agree: 1, disagree: 1, pass: 0, proven: 0))
        #expect(try ideas()["quackback:posts:p2"]?.createdBy == nil)
        try expectNoAddress()
        try expectRepeatable([posts, votes])
    }

    @Test("UserVoice's rows: an idea once, a vote of each voter")
    func userVoice() throws {
        let header = """
            ideaId,ideaTitle,ideaDescription,ideaCreatorEmailAddress,ideaCreatorName,categoryName,\
            forumName,publicStatusName,moderationState,labels,votersCount,createdTimestamp,\
            publicStatusUpdateMessage,userEmailAddress,linkedIdeaCreationDate
            """
        func row(_ id: Int, _ state: String, _ voter: String, _ at: String) -> String {
            """
            \(id),Idea \(id),Text,eve@example.org,Eve,Parks,Forum,started,\(state),"a,b",3,\
            2024-01-02 03:04:05,We build,\(voter),\(at)

            """
        }
        let text =
            header + "\n" + row(1, "approved", "bob@example.org", "2024-01-03 00:00:00")
            + row(2, "rejected", "", "") + row(1, "approved", "eve@example.org", "")
            + row(1, "approved", "gone-user-7", "2024-01-04 00:00:00")
        let path = try files.write(text, to: "full.csv")
        let summary = try files.importCSV([path], into: boards.founder)
        #expect(summary.ideas == 2 && summary.votes == 3 && summary.leftOut.votes == 3)
        let first = try #require(try ideas()["uservoice:full:1"])
        #expect(first.status == .building && first.statusNote == "We build")
        #expect(first.tags == ["a", "b", "parks"] && first.createdBy == "Eve")
        #expect(first.tally.agree == 3)
        let rows = try boards.founder.votes(on: first.id)
        #expect(
            Set(rows.map(\.at.moment.iso8601)) == [
                "2024-01-02T03:04:05.000Z", "2024-01-03T00:00:00.000Z", "2024-01-04T00:00:00.000Z",
            ])
        #expect(try ideas()["uservoice:full:2"]?.isHidden == true)
        try expectNoAddress()
        try expectRepeatable([path])
    }

    @Test("Any other file: columns by their names, by --map, and dates that are not there")
    func generic() throws {
        let plain = try files.write(
            "Idea,Description,Date created,Tags,Facets,Votes\nA bench,,2024-05-06,\"x, Y\",hr,4\n",
            to: "ideas.csv")
        #expect(try files.importCSV([plain], into: boards.founder).leftOut.votes == 4)
        let bench = try #require(try ideas()["csv:ideas:A bench"])
        #expect(bench.tags == ["x", "y"] && bench.facets == ["hr"])
        #expect(bench.createdAt.day == "2024-05-06")

        let mapped = try files.write(
            "Naam,Omschrijving,Nr\nBankje,Om te zitten,7\nLamp,,8\n", to: "wensen.csv")
        let mapping: (inout CSVImport) -> Void = {
            $0.mapping = [.title: "Naam", .body: "Omschrijving", .id: "Nr"]
            $0.source = "gemeente"
        }
        let now = boards.clock.now
        #expect(try files.importCSV([mapped], into: boards.founder, mapping).ideas == 2)
        let idea = try #require(try ideas()["csv:gemeente:7"])
        #expect(idea.title == "Bankje" && idea.body == "Om te zitten" && idea.createdAt == now)
        // What is said here in the meantime stays.
        boards.clock.advance(by: .seconds(5))
        try boards.founder.write([Draft(by: nil, .status(idea.id, .shipped, note: ""))])
        try expectRepeatable([mapped], mapping)
        #expect(try ideas()["csv:gemeente:7"]?.status == .shipped)
    }

    @Test("Long titles are cut and stand whole in the text; strangers' control characters go")
    func texts() throws {
        let long = String(repeating: "many words ", count: 30)
        let path = try files.write(
            "title,body,author\n\(long),More,\"Al\u{1B}[2Jice\"\n\"a\u{1B}b\u{202E}\",,\n",
            to: "ideas.csv")
        _ = try files.importCSV([path], into: boards.founder)
        let ideas = try ideas().values.sorted { $0.title < $1.title }
        #expect(ideas.map(\.title)[0] == "a b")
        #expect(ideas[1].title.hasSuffix("words…") && ideas[1].title.unicodeScalars.count <= 200)
        #expect(ideas[1].body == long.dropLast() + "\n\nMore")
        #expect(ideas[1].createdBy == "Al [2Jice")
    }

    @Test("What files say twice is written once")
    func twice() throws {
        let posts = try files.write(
            """
            number,title,description,votes_count,original_number,tags
            1,A bench,,0,2,"a, A"
            2,A seat,,0,1,

            """, to: "posts.csv")
        let summary = try files.importCSV([posts], into: boards.founder)
        #expect(try boards.founder.joins().count == 1)
        // Two ideas, two titles, two sources, one tag, one pair.
        #expect(summary.changes == 8)

        let apart = try files.write(
            "number,title,description,votes_count,original_number\n3,A tree,,0,\n4,A plant,,0,\n",
            to: "apart.csv")
        _ = try files.importCSV([apart], into: boards.founder)
        let ids = try ideas().filter { $0.key.hasPrefix("fider:apart") }.map(\.value.id.base32)
        let joins = try files.write(
            "first,second\n\(ids[0]),\(ids[1])\n\(ids[1]),\(ids[0])\n", to: "joins.csv")
        #expect(try files.importCSV([joins], into: boards.founder).changes == 1)
        #expect(try boards.founder.joins().count == 2)
    }
}
