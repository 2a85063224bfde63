import Foundation
import GRDB
import Testing

/// `import csv` and its siblings, as scripts use them.
struct ImportFilesTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    static let keys: Set = [
        "ideas", "votes", "comments", "members", "joins", "objections", "changes", "newVotes",
        "skippedHidings", "skippedStatuses", "skippedRights", "votesWithoutVoters",
        "commentsWithoutTexts", "unknownStatuses", "dryRun",
    ]

    /// A file of each kind, with the words that import it.
    static let kinds: [[String]] = [
        ["csv", "ideas.csv"], ["csv", "wishes.csv", "--map", "title=Naam, kort,id=Nr"],
        ["csv", "fider.csv"], ["fider", "fider.csv"],
        ["csv", "posts.csv", "votes.csv"], ["quackback", "posts.csv", "votes.csv"],
        ["csv", "voice.csv"], ["uservoice", "voice.csv"],
        ["github", "issues.json", "--reactions", "reactions"],
        ["pabulib", "budget.pb", "--date", "2024-06-15"],
    ]

    private func writeFiles() throws {
        try folder.write("\u{FEFF}title,status\r\nA bench,open\r\nA lamp,done\r\n", to: "ideas.csv")
        try folder.write("Nr,\"Naam, kort\"\n1,Een bankje\n", to: "wishes.csv")
        try folder.write(
            """
            number,title,description,created_at,created_by,votes_count,status,original_number,tags
            1,A bench,,2024-03-01T10:00:00Z,Jon,0,open,,
            2,A seat,,2024-03-02T10:00:00Z,Jon,0,duplicate,1,

            """, to: "fider.csv")
        try folder.write(
            """
            title,content,author_name,author_email,created_at,source_id
            A bench,,Bob,bob@example.org,2024-03-01,p1

            """, to: "posts.csv")
        try folder.write(
            "post_id,voter_email,created_at\np1,alice@example.org,2024-03-02\n", to: "votes.csv")
        try folder.write(
            """
            ideaId,ideaTitle,createdTimestamp,userEmailAddress,linkedIdeaCreationDate
            7,A bench,2024-03-01 00:00:00,alice@example.org,2024-03-02 00:00:00

            """, to: "voice.csv")
        try folder.write(
            "[{\"number\": 1, \"title\": \"A bench\", \"created_at\": \"2024-03-01T10:00:00Z\"}]",
            to: "issues.json")
        try folder.write(
            """
            [{"user": {"login": "eve"}, "content": "+1", "created_at": "2024-03-02T10:00:00Z"}]
            """, to: "reactions/1.json")
        try folder.write(
            """
            META
            key;value
            vote_type;approval
            PROJECTS
            project_id;cost
            1;400
            VOTES
            voter_id;vote
            10;1

            """, to: "budget.pb")
    }

    @Test(arguments: kinds)
    func everyKindIsImportedOnce(words: [String]) throws {
        try writeFiles()
        try folder.unchanged {
            let trial = try folder.start(["import"] + words + ["--dry-run", "--json"]).wait()
            let report = try trial.json()
            #expect(trial.code == 0 && trial.errors == "", "\(trial.errors)")
            #expect(report.keys == Self.keys && report["dryRun"].bool == true)
            #expect((report["changes"].int ?? 0) > 0)
        }
        let outcome = try folder.start(["import"] + words + ["--json"]).wait()
        let report = try outcome.json()
        #expect(outcome.code == 0 && outcome.errors == "" && report.keys == Self.keys)
        #expect((report["changes"].int ?? 0) > 0 && report["dryRun"].bool == false)
        let ideas = try folder.succeed("export", "ideas", "--json").json().items
        #expect(ideas.count == report["ideas"].int)
        #expect(
            ideas.allSatisfy {
                $0["source"].string?.hasPrefix("\(words[0])") == true
                    || words[0] == "csv"
            })
        try folder.unchanged {
            let again = try folder.start(["import"] + words).wait()
            #expect(again.code == 0 && again.output.hasPrefix("Nothing new: "))
        }
    }

    @Test(arguments: kinds)
    func twoCopiesHoldEachThingOnce(words: [String]) throws {
        try writeFiles()
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        let here = try folder.start(["import"] + words + ["--json"]).wait().json()
        let there = try folder.start(
            ["import"] + words + ["--json", "--board", "copy.sqlite"]
        ).wait()
        #expect(there.code == 0)
        try folder.succeed("sync", "copy.sqlite")
        for board in ["communis.sqlite", "copy.sqlite"] {
            let rows = try folder.succeed("export", "ideas", "--json", "--board", board).json()
            #expect(rows.items.count == here["ideas"].int)
            let votes = try folder.succeed("export", "votes", "--json", "--board", board).json()
            #expect(votes.items.count == here["newVotes"].int)
        }
        let reports = try ["communis.sqlite", "copy.sqlite"].map { try folder.verified($0) }
        #expect(reports[0]["view"].string == reports[1]["view"].string)
        // And a third import, of what both brought, is none.
        try folder.unchanged { _ = try folder.start(["import"] + words).wait() }
    }

    @Test func aVoterElsewhereIsTheSameMemberHere() throws {
        try writeFiles()
        try folder.succeed("import", "quackback", "posts.csv", "votes.csv")
        let ref = try #require(try folder.succeed("list", "--json").json()[0]["ref"].string)
        #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 1)
        // Alice is who acts here.
        let vote = try folder.succeed("vote", ref, "--disagree", "--json").json()
        #expect(vote["agree"].int == 0 && vote["disagree"].int == 1)
        for table in ["ideas", "votes", "members"] {
            #expect(try !folder.succeed("export", table).output.contains("@"))
        }
        let queue = try folder.database()
        let contacts = try queue.read {
            try String.fetchAll($0, sql: "SELECT address FROM contact ORDER BY address")
        }
        #expect(contacts == ["alice@example.org", "bob@example.org"])
    }

    @Test func whatOnlyStewardsMaySayIsToldAtOtherCopies() throws {
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        try folder.write("title,status,votes\nA bench,shipped,3\nA lamp,icy,\n", to: "ideas.csv")
        let outcome = try folder.run(
            "import", "csv", "ideas.csv", "--board", "copy.sqlite", "--json")
        let report = try outcome.json()
        #expect(outcome.code == 0 && report["skippedStatuses"].int == 1)
        #expect(report["votesWithoutVoters"].int == 3)
        #expect(report["unknownStatuses"].strings == ["icy"])
        #expect(outcome.errors.split(separator: "\n").count == 3)
        #expect(
            outcome.errors.split(separator: "\n").allSatisfy {
                $0.hasPrefix("communis: warning: ")
            })
        #expect(outcome.errors.contains("3 votes were not taken over"))
        #expect(outcome.errors.contains("1 status was left out"))
    }

    @Test func whatWasExportedComesBack() throws {
        let ref = try folder.submit("=A bench, \"really\"")
        try folder.succeed("vote", ref)
        try folder.succeed("comment", ref, "two\nlines")
        let tables = ["ideas", "votes", "comments", "members", "joins", "objections"]
        for table in tables { try folder.succeed("export", table, "-o", "\(table).csv") }
        try folder.succeed("init", "--board", "b.sqlite")
        let words = ["import", "csv"] + tables.reversed().map { "\($0).csv" }
        let outcome = try folder.start(words + ["--board", "b.sqlite"]).wait()
        #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
        // Ids of ideas and comments are each board's own; an idea is named by the one that it had.
        let (before, after) = (
            try exported(tables, "communis.sqlite"), try exported(tables, "b.sqlite")
        )
        #expect(before == after)
        let (here, there) = try (idea("communis.sqlite"), idea("b.sqlite"))
        #expect(here["id"].string != there["id"].string && here["source"].isNull)
        let name = try #require(here["id"].string)
        #expect(there["source"].string == "communis:\(name)")
        for table in ["votes", "comments"] {
            let rows = try folder.succeed("export", table, "--json", "--board", "b.sqlite").json()
            #expect(rows.items.map { $0["idea"].string } == [there["id"].string])
        }
        try folder.verified("b.sqlite")
        try folder.unchanged { _ = try folder.start(words).wait() }
        try folder.unchanged("b.sqlite") {
            _ = try folder.start(words + ["--board", "b.sqlite"]).wait()
        }
        // `--all` shows what lost too; only what won is taken.
        try folder.succeed("vote", ref, "--withdraw")
        try folder.succeed("export", "votes", "--all", "-o", "all.csv")
        try folder.unchanged { try folder.succeed("import", "csv", "all.csv") }
    }

    @Test func votesWithoutTheirIdeasAreToldAndSetAside() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("vote", ref)
        for table in ["ideas", "votes"] {
            try folder.succeed("export", table, "-o", "\(table).csv")
        }
        try folder.succeed("init", "--board", "b.sqlite")
        try folder.unchanged("b.sqlite") {
            let outcome = try folder.run("import", "csv", "votes.csv", "--board", "b.sqlite")
            #expect(outcome.code == 0 && outcome.output.hasPrefix("Nothing new: "))
            #expect(
                outcome.errors == """
                    communis: warning: 1 idea is not here, of which votes or comments tell: these \
                    were set aside; import them again with the ideas

                    """)
        }
        try folder.succeed("import", "csv", "ideas.csv", "--board", "b.sqlite")
        let votes = try folder.succeed(
            "import", "csv", "votes.csv", "--json", "--board", "b.sqlite")
        #expect(try votes.json()["newVotes"].int == 1 && votes.errors == "")
    }

    /// The rows of tables, as JSON without what each board has of its own.
    private func exported(_ tables: [String], _ board: String) throws -> [[[String: String]]] {
        try tables.map { table in
            try folder.succeed("export", table, "--json", "--board", board).json().items.map {
                row in
                let own: Set = ["id", "ref", "idea", "source", "idea_source", "node"]
                let keys = row.keys.filter { table == "members" || !own.contains($0) }
                return Dictionary(uniqueKeysWithValues: keys.map { ($0, "\(row[$0].value)") })
            }
        }
    }

    /// The only idea of a board.
    private func idea(_ board: String) throws -> JSON {
        try folder.succeed("export", "ideas", "--json", "--board", board).json()[0]
    }

    @Test func refusesWrongUse() throws {
        try writeFiles()
        try folder.unchanged {
            expectRefusal(try folder.run("import", "csv"), 64)
            expectRefusal(
                try folder.run("import", "csv", "wishes.csv", "--map", "naam=x"), 64, "title, need")
            expectRefusal(
                try folder.run("import", "csv", "ideas.csv", "--date", "2999-01-01"), 64, "future")
            expectRefusal(
                try folder.run("import", "csv", "ideas.csv", "--date", "soon"), 64, "no date")
            expectRefusal(try folder.run("import", "csv", "no.csv"), 66, "no.csv")
            expectRefusal(try folder.run("import", "github", "reactions"), 66, "reactions")
            expectRefusal(
                try folder.run("import", "github", "issues.json", "--reactions", "no"), 66, "no")
            expectRefusal(try folder.run("import", "pabulib", "no.pb"), 66, "no.pb")
            expectRefusal(try folder.run("import", "fider", "ideas.csv"), 65, "votes_count")
        }
    }
}
