import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Participatory budgets as PaBuLib keeps them, and files that are not as they should be.
@Suite struct PaBuLibTests {
    let files: BoardFiles
    let boards: TestBoards

    init() throws {
        files = try BoardFiles()
        boards = try TestBoards()
    }

    /// A file of three projects.
    private static func file(
        type: String = "approval", meta: String = "", header: String = "voter_id;vote",
        votes: [String] = ["10;1,3", "11;2"], projects: Int = 3, count: Int? = nil
    ) -> String {
        """
        META
        key;value
        description;Made-up; "street" budget
        num_projects;\(projects)
        num_votes;\(count ?? votes.count)
        budget;900
        vote_type;\(type)\(meta)
        PROJECTS
        project_id;cost;name;category
        1 ; 400;Bench;"parks, seats"
        2;650;Bike "rack";
        3;300;;
        VOTES
        \(header)
        \(votes.joined(separator: "\n"))

        """
    }

    private func read(_ text: String, date: Milliseconds? = nil) throws -> ImportSummary {
        let path = try files.write(text, to: "budget.pb")
        let context = try ImportContext(boards.founder, date: date)
        let contents = try PaBuLibImport.read(path, source: nil, context: context) { _, _ in }
        return try Importer.run(contents, into: boards.founder, context: context) { _, _ in }
    }

    private func agreements() throws -> [String: Int] {
        let ideas = try boards.founder.ideas(IdeaQuery())
        return Dictionary(uniqueKeysWithValues: ideas.map { ($0.source ?? "", $0.tally.agree) })
    }

    @Test("Approvals")
    func approval() throws {
        let text = Self.file(meta: "\ndate_begin;16.06.2018\ndate_end;2018-06-30\ncurrency;PLN")
        let summary = try read(text)
        #expect(summary.ideas == 3 && summary.votes == 3 && !summary.leftOut.isWithoutTime)
        let ideas = try boards.founder.ideas(IdeaQuery())
        let bench = try #require(ideas.first { $0.source == "pabulib:budget:1" })
        #expect(bench.title == "Bench" && bench.body == "Cost: 400 PLN")
        #expect(bench.tags == ["parks", "seats"] && bench.createdAt.day == "2018-06-16")
        let rows = try boards.founder.votes(on: bench.id)
        #expect(rows.map(\.memberName) == ["10"] && rows.map(\.at.moment.day) == ["2018-06-30"])
        #expect(Set(ideas.map(\.title)) == ["Bench", "Bike \"rack\"", "Project 3"])
        #expect(try read(text).changes == 0)
    }

    @Test("Rankings: what is listed is agreed with")
    func ordinal() throws {
        #expect(try read(Self.file(type: "ordinal", votes: ["10;3,1", "11;", "12;3"])).votes == 3)
        #expect(
            try agreements() == [
                "pabulib:budget:1": 1, "pabulib:budget:2": 0, "pabulib:budget:3": 2,
            ])
    }

    @Test("Points: what got some is agreed with", arguments: ["cumulative", "scoring"])
    func points(type: String) throws {
        let votes = ["10;1,2,3;5,0,-1", "11;2,3;1,0.5"]
        _ = try read(Self.file(type: type, header: "voter_id;vote;points", votes: votes))
        #expect(
            try agreements() == [
                "pabulib:budget:1": 1, "pabulib:budget:2": 1, "pabulib:budget:3": 1,
            ])
    }

    @Test("Without a day, the one that was given, else 1970")
    func days() throws {
        let day = try #require(Milliseconds(sinceEpoch: 1_700_000_000_000))
        #expect(try !read(Self.file(), date: day).leftOut.isWithoutTime)
        #expect(try boards.founder.ideas(IdeaQuery()).allSatisfy { $0.createdAt == day })
        let other = try TestBoards(seed: 2)
        let context = try ImportContext(other.founder)
        let path = try files.write(Self.file(), to: "other.pb")
        let contents = try PaBuLibImport.read(path, source: nil, context: context) { _, _ in }
        let summary = try Importer.run(contents, into: other.founder, context: context) { _, _ in }
        #expect(summary.leftOut.isWithoutTime)
        #expect(try other.founder.ideas(IdeaQuery()).allSatisfy { $0.createdAt.sinceEpoch == 0 })
    }

    private static let faults: [(String, String)] = [
        ("", "no section META"), ("1;2\n", "begin with META"), ("META\nPROJECTS\n", "no header"),
        (file(type: "guesses"), "vote_type \"guesses\""),
        (String(file().prefix { $0 != "V" }), "no section VOTES"),
        (file(count: 3), "2 rows where num_votes"),
        (file(projects: 4), "3 rows where num_projects"),
        (file(votes: ["10;1,9"]), "names \"9\""), (file(votes: ["10;1", "10;2"]), "row 15 too"),
        (file(votes: ["10;1;2"]), "3 cells"), (file(votes: [";1"]), "voter_id is empty"),
        (file(header: "voter;vote"), "VOTES has no column voter_id"),
        (file().replacing("650", with: "much"), "cost is \"much\""),
        (file().replacing("2;650", with: "1;650"), "project \"1\" stands in row 10 too"),
        (file().replacing("Bench", with: "Be\0nch"), "NUL"),
        (file(type: "scoring", header: "voter_id;vote;points", votes: ["1;1,2;3"]), "1 points"),
        (file(type: "scoring", header: "voter_id;vote;points", votes: ["1;1;x"]), "points are"),
        (file(meta: "\ndate_begin;30.02.2018"), "no day"),
        (file(meta: "\ndate_end;2818-01-01"), "future"),
        (file().replacing("VOTES", with: "PROJECTS"), "wrong place"),
    ]

    @Test("Damaged files import nothing", arguments: faults)
    func damaged(_ text: String, _ part: String) throws {
        let before = try StoredView.facts(boards.founder.path)
        let error = #expect(throws: ExchangeError.self) { try read(text) }
        #expect(error?.problem.english.contains(part) == true, "\(String(describing: error))")
        #expect(try Difference(StoredView.facts(boards.founder.path), before) == nil)
    }
}
