import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Issues of GitHub as its REST API lists them, and what is no such list.
@Suite struct GitHubTests {
    let files: BoardFiles
    let boards: TestBoards

    init() throws {
        files = try BoardFiles()
        boards = try TestBoards()
    }

    private static let issueList = """
        [
          {"number": 17, "title": "A bench", "body": "Please\\u0000", "state": "closed",
           "state_reason": "completed", "user": {"login": "alice", "id": 5}, "comments": 3,
           "labels": [{"name": "Park", "color": "ff0000"}], "created_at": "2024-03-01T10:00:00Z",
           "html_url": "https://github.com/town/wishes/issues/17",
           "reactions": {"+1": 4, "-1": 1, "heart": 9, "total_count": 14}},
          {"number": 18, "title": "A lamp", "body": null, "state": "open", "state_reason": null,
           "user": null, "labels": [], "created_at": "2024-03-02T10:00:00Z",
           "html_url": "https://github.com/town/wishes/issues/18"},
          {"number": 19, "title": "Add a lamp", "state": "closed", "user": {"login": "bob"},
           "created_at": "2024-03-03T10:00:00Z", "pull_request": {"url": "x"},
           "html_url": "https://github.com/town/wishes/pull/19"},
          {"number": 20, "title": "A statue", "state": "closed", "state_reason": "not_planned",
           "created_at": "2024-03-04T10:00:00Z", "labels": ["old"],
           "html_url": "https://github.com/town/wishes/issues/20"}
        ]
        """

    private static let reactions = """
        [
          {"id": 1, "user": {"login": "alice"}, "content": "+1",
           "created_at": "2024-03-05T10:00:00Z"},
          {"id": 2, "user": {"login": "bob"}, "content": "-1", "created_at": "2024-03-06T10:00:00Z"},
          {"id": 3, "user": {"login": "bob"}, "content": "heart",
           "created_at": "2024-03-06T10:00:00Z"}
        ]
        """

    private func read(_ paths: [String], reactions: String? = nil) throws -> ImportSummary {
        let context = try ImportContext(boards.founder)
        let contents = try GitHubIssues.read(
            paths, reactions: reactions, source: nil, context: context
        ) { _, _ in }
        return try Importer.run(contents, into: boards.founder, context: context) { _, _ in }
    }

    @Test("Issues become ideas, reactions of persons votes")
    func issues() throws {
        let page = try files.write(Self.issueList, to: "page1.json")
        let counted = try read([page])
        #expect(counted.ideas == 3 && counted.votes == 0 && counted.leftOut.votes == 5)
        #expect(counted.leftOut.pullRequests == 1 && counted.leftOut.comments == 3)

        try files.write(Self.reactions, to: "17.json")
        let voted = try read([page], reactions: files.folder.path)
        #expect(voted.newVotes == 2 && voted.leftOut.votes == 3)
        let ideas = try boards.founder.ideas(IdeaQuery())
        let bench = try #require(ideas.first { $0.source == "github:town/wishes:17" })
        #expect(bench.title == "A bench" && bench.body == "Please" && bench.tags == ["park"])
        #expect(bench.status == .shipped && bench.createdBy == "alice")
        #expect(bench.tally == Tally(agree: 1, disagree: 1, pass: 0, proven: 0))
        #expect(ideas.first { $0.source == "github:town/wishes:18" }?.status == .open)
        #expect(ideas.first { $0.source == "github:town/wishes:20" }?.status == .declined)
        #expect(try read([page], reactions: files.folder.path).changes == 0)
        #expect(try boards.founder.verify().isSound)
    }

    private static let good = """
        {"number": 1, "title": "A", "created_at": "2024-03-01T10:00:00Z"}
        """

    private static let damagedLists: [(String, String)] = [
        ("[\(good), {\"number\": 2, \"title\": \"B\"", "cut off"), ("", "cut off"),
        ("{\"message\": \"Not Found\"}", "no JSON list"), ("[\(good), 7]", "row 2"),
        ("[\(good), {\"number\": 2, \"created_at\": \"2024-03-01T10:00:00Z\"}]", "no title"),
        ("[{\"number\": \"x\", \"title\": \"A\", \"created_at\": \"2024\"}]", "row 1: number"),
        ("[{\"number\": 1, \"title\": \"A\", \"created_at\": \"yesterday\"}]", "yesterday"),
        ("[{\"number\": 1, \"title\": \"A\", \"created_at\": \"2824-03-01\"}]", "future"),
        ("[{\"number\": 1, \"title\": \" \\u001b\", \"created_at\": \"2024-03-01\"}]", "empty"),
        ("[\(good), \(good)]", "row 2: issue 1 stands"),
    ]

    @Test("What is no list of issues imports nothing", arguments: damagedLists)
    func damaged(_ text: String, _ part: String) throws {
        let page = try files.write(text, to: "page.json")
        let before = try StoredView.facts(boards.founder.path)
        let error = #expect(throws: ExchangeError.self) { try read([page]) }
        #expect(error?.problem.english.contains(part) == true, "\(String(describing: error))")
        #expect(error?.code == .notUnderstood)
        #expect(try Difference(StoredView.facts(boards.founder.path), before) == nil)
    }

    @Test("Reactions that cannot be read import nothing")
    func damagedReactions() throws {
        let page = try files.write(Self.issueList, to: "page.json")
        try files.write(String(Self.reactions.dropLast(40)), to: "17.json")
        #expect(throws: ExchangeError.self) { try read([page], reactions: files.folder.path) }
        #expect(throws: ExchangeError.self) { try read([page], reactions: files.folder.file("no")) }
        #expect(try boards.founder.ideas(IdeaQuery()).isEmpty)
    }
}
