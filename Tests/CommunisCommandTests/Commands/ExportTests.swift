import Testing

struct ExportTests {
    let folder = TestFolder()
    let ref: String
    let idea: JSON

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench, really")
        try folder.succeed("vote", ref)
        try folder.succeed("vote", ref, "--disagree")
        try folder.succeed("vote", ref, "--pass", "--as", "bob")
        try folder.succeed("vote", ref, "--as", "carol")
        try folder.succeed("vote", ref, "--withdraw", "--as", "carol")
        try folder.succeed("comment", ref, "--", "-1 for me")
        idea = try folder.succeed("show", ref, "--voters", "--json").json()
    }

    @Test func votesAreTheWinnersAsCast() throws {
        let rows = try folder.succeed("export", "votes", "--format", "json").json()
        let header = "idea,idea_source,member,member_name,value,at,node"
        #expect(rows.items.count == 2)
        #expect(
            rows.items.allSatisfy { $0.keys == Set(header.split(separator: ",").map(String.init)) })
        #expect(rows.items.allSatisfy { $0["idea"].string == idea["id"].string && $0["at"].isTime })
        let members = rows.items.compactMap { $0["member"].string }
        #expect(members.count == 2 && members == members.sorted())
        #expect(rows.items.first { $0["member_name"].string == "Alice" }?["value"].int == -1)
        #expect(rows.items.first { $0["member_name"].isNull }?["value"].int == 0)

        var csv = header + "\n"
        for row in rows.items {
            let cells = ["idea", "idea_source", "member", "member_name"].map {
                row[$0].string ?? ""
            }
            csv += cells.joined(separator: ",")
            csv += ",\(row["value"].int!),\(row["at"].string!),\(row["node"].string!)\n"
        }
        #expect(try folder.succeed("export", "votes").output == csv)
        #expect(try folder.succeed("export", "votes", "--json").json().items.count == 2)
    }

    @Test func allVotesTellWhichOneWon() throws {
        let rows = try folder.succeed("export", "votes", "--all", "--json").json()
        #expect(rows.items.count == 5)
        #expect(rows.items.allSatisfy { $0["winner"].bool != nil })
        let alices = rows.items.filter { $0["member_name"].string == "Alice" }
        #expect(alices.count == 2)
        #expect(alices.filter { $0["winner"].bool == true }.map { $0["value"].int } == [-1])
        let lines = try folder.succeed("export", "votes", "--all").output.split(separator: "\n")
        #expect(lines[0] == "idea,idea_source,member,member_name,value,at,node,winner")
        #expect(lines.count == 6)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(",true") || $0.hasSuffix(",false") })
    }

    @Test func ideasCommentsAndMembers() throws {
        let ideas = try folder.succeed("export", "ideas").output.split(separator: "\n")
        #expect(
            ideas[0] == """
                id,ref,title,need,body,status,status_note,score,agree,disagree,pass,comments,\
                facets,tags,created_at,created_by,source,builds_on,hidden,withdrawn,author,\
                hidden_reason,joined_to
                """)
        #expect(ideas[1].contains(",\(ref),\"A bench, really\",,,open,,-1,0,1,1,1,,,"))
        let comments = try folder.succeed("export", "comments").output.split(separator: "\n")
        #expect(
            comments[0]
                == "id,idea,text,created_at,created_by,hidden,withdrawn,member,hidden_reason")
        #expect(comments[1].contains(",'-1 for me,") && comments[1].contains(",Alice,false,false,"))
        let members = try folder.succeed("export", "members").output.split(separator: "\n")
        #expect(members[0] == "id,name,manager,votes")
        #expect(members.contains { $0.hasSuffix(",Alice,false,1") })
        for (table, lines) in [("ideas", ideas), ("comments", comments), ("members", members)] {
            let rows = try folder.succeed("export", table, "--format", "json").json()
            #expect(rows.items.count == lines.count - 1)
            let header = Set(lines[0].split(separator: ",").map(String.init))
            #expect(rows.items.allSatisfy { $0.keys == header })
        }
    }

    @Test func anEmptyBoardHasNoRows() throws {
        try folder.succeed("init", "--board", "b.sqlite")
        for table in ["ideas", "votes", "comments", "members", "joins", "objections"] {
            let rows = try folder.succeed("export", table, "--json", "--board", "b.sqlite").json()
            #expect(rows.isList && rows.items.isEmpty)
            let csv = try folder.succeed("export", table, "--board", "b.sqlite").output
            #expect(csv.split(separator: "\n").count == 1)
        }
    }

    @Test func goesIntoAFile() throws {
        let direct = try folder.succeed("export", "votes").output
        #expect(try folder.succeed("export", "votes", "-o", "votes.csv").output == "")
        #expect(try folder.read("votes.csv") == direct)
        expectRefusal(try folder.run("export", "votes", "-o", "no/votes.csv"), 74, "no/votes.csv")
        #expect(try folder.succeed("export", "votes", "-o", "-").output == direct)
        #expect(!folder.exists("-"))
    }

    @Test("No export takes the place of a board, of what SQLite keeps beside it or of a key")
    func spareBoards() throws {
        try folder.succeed("init", "--board", "other.sqlite")
        _ = try folder.shell("ln -s other.sqlite link")
        for name in [
            "communis.sqlite", "communis.sqlite.key", "communis.sqlite-wal", "communis.sqlite-shm",
            "communis.sqlite-journal", "other.sqlite", "other.sqlite.key", "link",
        ] {
            expectRefusal(try folder.run("export", "votes", "-o", name), 73, "part of a board")
            expectRefusal(try folder.run("top", "--format", "html", "-o", name), 73)
        }
        try folder.verified()
        try folder.succeed("verify", "--board", "other.sqlite")
        // What only has such a name is a file like others.
        try folder.succeed("export", "votes", "-o", "votes.key")
    }

    @Test(arguments: [
        [], ["everything"], ["votes", "--format", "html"], ["ideas", "--all"],
    ])
    func refusesWrongUse(words: [String]) throws {
        expectRefusal(try folder.start(["export"] + words).wait(), 64)
    }
}
