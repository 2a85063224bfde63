import Foundation
import Testing

struct ImportTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test func bringsEveryIdeaAndVote() throws {
        let conversation = Conversation(comments: 12, voters: 30)
        try conversation.write(to: "exports/talk", in: folder)
        let result = try folder.succeed("import", "polis", "exports/talk", "--json").json()
        #expect(
            result.keys == ["ideas", "votes", "changes", "newVotes", "skippedHidings"])
        #expect(result["ideas"].int == 12)
        #expect(result["votes"].int == conversation.votes.count)
        #expect(try folder.cells() == conversation.cells("talk"))
        let ideas = try folder.succeed("list", "--limit", "0", "--json").json().items
        #expect(Set(ideas.map { $0["source"].string }) == Set((0..<12).map { "polis:talk:\($0)" }))
        #expect(ideas.contains { $0["title"].string == "Idea 3, \"quoted\"" })
        try folder.verified()
    }

    @Test func repeatingChangesNothing() throws {
        let conversation = Conversation(comments: 5, voters: 9)
        try conversation.write(to: "talk", in: folder)
        try folder.succeed("import", "polis", "talk")
        try folder.unchanged {
            let again = try folder.succeed("import", "polis", "talk/", "--json").json()
            #expect(again["changes"].int == 0 && again["newVotes"].int == 0)
            #expect(
                try folder.succeed("import", "polis", "talk").output
                    == "Nothing new: all 5 ideas and \(conversation.votes.count) votes are here.\n")
        }
    }

    @Test func twoHalvesOnTwoCopiesAreTheWhole() throws {
        let conversation = Conversation(comments: 6, voters: 20)
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        for (half, board) in ["communis.sqlite", "copy.sqlite"].enumerated() {
            var part = conversation
            part.votes = conversation.votes.enumerated()
                .filter { $0.offset % 2 == half }.map(\.element)
            try part.write(to: "half\(half)/talk", in: folder)
            try folder.succeed("import", "polis", "half\(half)/talk", "--board", board)
        }
        try folder.succeed("sync", "copy.sqlite")
        let ours = try folder.cells()
        #expect(try ours == folder.cells("copy.sqlite"))
        #expect(ours.count == conversation.cells("talk").count)
        let (here, there) = (try folder.verified(), try folder.verified("copy.sqlite"))
        #expect(here["fingerprint"].string == there["fingerprint"].string)
        #expect(here["view"].string == there["view"].string)
    }

    @Test func rejectedCommentsAreHiddenWhereThatIsAllowed() throws {
        let comments = """
            \(Conversation.commentsHeader)\(Conversation.start),x,0,1,0,0,1,Kept
            \(Conversation.start),x,1,1,0,0,-1,Rejected
            """
        try folder.write(comments, to: "talk/comments.csv")
        try folder.write(Conversation.votesHeader, to: "talk/votes.csv")
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        try folder.succeed("import", "polis", "talk")
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        let hidden = try folder.succeed("export", "ideas", "--json").json().items
        #expect(
            hidden.filter { $0["hidden"].bool == true }.map { $0["title"].string } == ["Rejected"])

        let outcome = try folder.run("import", "polis", "talk", "--json", "--board", "copy.sqlite")
        #expect(outcome.code == 0)
        #expect(try outcome.json()["skippedHidings"].int == 1)
        #expect(outcome.errors.hasPrefix("communis: warning: 1 rejected comments are shown"))
        #expect(
            try folder.succeed("list", "--json", "--board", "copy.sqlite").json().items.count == 2)
    }

    @Test func columnsAreFoundByName() throws {
        try folder.write(
            "\u{FEFF}comment-body,is-seed,moderated,author-id,comment-id,timestamp\r\n"
                + "\"Two\r\nlines\",true,0,7,3,\(Conversation.start)\r\n",
            to: "talk/comments.csv")
        try folder.write(
            "vote,voter-id,comment-id,timestamp\r\n-1,8,3,\(Conversation.start)\r\n\r\n",
            to: "talk/votes.csv")
        try folder.succeed("import", "polis", "talk")
        let ref = try #require(try folder.succeed("list", "--json").json()[0]["ref"].string)
        let idea = try folder.succeed("show", ref, "--json").json()
        #expect(idea["title"].string == "Two lines")
        #expect(idea["body"].string == "Two\r\nlines")
        #expect(idea["disagree"].int == 1)
        #expect(idea["createdBy"].string == "7")
    }

    @Test func longAndEmptyTextsGetTitles() throws {
        let long = String(repeating: "word ", count: 60)
        try folder.write(
            "\(Conversation.commentsHeader)1,x,0,1,0,0,1,\(long)\n2,x,1,1,0,0,1,\n",
            to: "talk/comments.csv")
        try folder.write(Conversation.votesHeader, to: "talk/votes.csv")
        try folder.succeed("import", "polis", "talk")
        let ideas = try folder.succeed("export", "ideas", "--json").json().items
        let titles = Set(ideas.compactMap { $0["title"].string })
        #expect(titles.contains("(no text)"))
        let cut = try #require(titles.first { $0 != "(no text)" })
        #expect(cut.hasSuffix("word…") && cut.unicodeScalars.count <= 200)
        #expect(ideas.contains { $0["body"].string == long })
    }

    @Test(
        .enabled(if: SharedData.isPresent, "the real conversations are not beside the package"),
        arguments: ["15-per-hour-seattle", "scoop-hivemind.biodiversity", "vtaiwan.uberx"])
    func realConversationsComeOutCellByCell(name: String) throws {
        let source = SharedData.conversation(name)
        try folder.succeed("import", "polis", source)
        let table = try String(contentsOfFile: "\(source)/participants-votes.csv", encoding: .utf8)
        let rows = table.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let comments = rows[0].enumerated().filter { Int($0.element) != nil }
        var cells: [String: Int] = [:]
        for row in rows.dropFirst() {
            for (column, comment) in comments {
                if let vote = Int(row[column]) {
                    cells["polis:\(name):\(comment) \(row[0])"] = vote
                }
            }
        }
        #expect(try folder.cells() == cells)
        #expect(cells.count > 2_000)
        try folder.verified()
    }
}
