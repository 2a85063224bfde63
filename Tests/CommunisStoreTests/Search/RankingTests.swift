import CommunisCore
import CommunisTestSupport
import Testing

@testable import CommunisStore

/// What is found, and in which order.
@Suite struct RankingTests {
    let boards: TestBoards
    let board: Board
    var generator = SeededGenerator(seed: 5)

    init() throws {
        boards = try TestBoards()
        board = boards.founder
    }

    /// Submits an idea.
    mutating func submit(_ title: String, need: String = "", body: String = "", tag: String = "")
        throws -> IdeaID
    {
        let member: MemberID = generator.identifier()
        let (idea, creation) = Draft.idea(
            on: board.id, by: member, key: generator.creationKey())
        var drafts = [creation]
        for (field, text) in [(TextField.title, title), (.need, need), (.body, body)]
        where !text.isEmpty {
            drafts.append(
                Draft.revision(
                    of: idea, field, to: text, on: board.id, by: member,
                    key: generator.creationKey()
                ).draft)
        }
        if !tag.isEmpty {
            drafts.append(Draft(by: member, .label(idea, Label(.tag, tag), isOn: true)))
        }
        boards.clock.advance(by: .milliseconds(5))
        try board.write(drafts)
        return idea
    }

    mutating func comment(_ idea: IdeaID, _ text: String) throws -> CommentID {
        let (id, draft) = Draft.comment(
            on: idea, text, on: board.id, by: generator.identifier(),
            key: generator.creationKey())
        boards.clock.advance(by: .milliseconds(5))
        try board.write([draft])
        return id
    }

    mutating func write(_ contents: [ChangeContent]) throws {
        let member: MemberID = generator.identifier()
        boards.clock.advance(by: .milliseconds(5))
        try board.write(contents.map { Draft(by: member, $0) })
    }

    func found(_ words: String, _ query: IdeaQuery = IdeaQuery()) throws -> [IdeaID] {
        try board.search(words, query).map(\.id)
    }

    @Test("Titles before needs, tags, texts and comments")
    mutating func columns() throws {
        let commented = try submit("Een")
        _ = try comment(commented, "over een zwembad")
        let body = try submit("Twee", body: "over een zwembad")
        let tag = try submit("Drie", tag: "zwembad")
        let need = try submit("Vier", need: "over een zwembad")
        let title = try submit("Over een zwembad")
        #expect(try found("zwembad") == [title, need, tag, body, commented])
    }

    @Test("Ideas with all words first, then those with most; exact words before forgiven ones")
    mutating func coverage() throws {
        let one = try submit("Schaduw", body: "iets anders")
        let both = try submit("Iets anders", body: "een speeltuin, en daar schaduw")
        let forgiven = try submit("Speeltiun in de schaduw")
        #expect(try found("speeltuin schaduw") == [both, forgiven, one])
        #expect(try found("speeltuin") == [both, forgiven])
        #expect(try found("speeltiun") == [forgiven, both])
    }

    @Test("Equal ideas are ordered by votes, then by id")
    mutating func ties() throws {
        let ideas = try (0..<6).map { _ in try submit("Een bank") }
        let liked = ideas[3]
        try write([.vote(liked, Vote(.agree))])
        try write([.vote(ideas[1], Vote(.disagree))])
        let rest = ideas.filter { $0 != liked && $0 != ideas[1] }.sorted()
        #expect(try found("bank") == [liked] + rest + [ideas[1]])
        var query = IdeaQuery()
        query.limit = 2
        #expect(try found("bank", query) == [liked, rest[0]])
    }

    @Test("What is hidden, withdrawn or revised away is not found")
    mutating func unlisted() throws {
        let idea = try submit("Een vijver")
        let id = try comment(idea, "met kikkers")
        #expect(try found("vijver") == [idea] && found("kikkers") == [idea])
        try write([.hidden(.comment(id), isOn: true, reason: "")])
        #expect(try found("kikkers").isEmpty && found("kikers").isEmpty)
        try write([.hidden(.comment(id), isOn: false, reason: "")])
        #expect(try found("kikkers") == [idea])
        try write([.hidden(.idea(idea), isOn: true, reason: "")])
        #expect(try found("vijver").isEmpty && board.similar(to: "Een vijver", limit: 3).isEmpty)
        try write([.hidden(.idea(idea), isOn: false, reason: "")])
        try write([.ideaField(idea, .withdrawn(true))])
        #expect(try found("vijver").isEmpty)
        try write([.ideaField(idea, .withdrawn(false))])
        #expect(try found("vijver") == [idea])
        try SearchIndexTests.checkIntegrity(board.path)
    }

    @Test("Filters")
    mutating func filters() throws {
        let tagged = try submit("Een bank", tag: "park")
        let built = try submit("Een bank")
        try write([.status(built, .building, note: "")])
        var query = IdeaQuery()
        query.tag = "park"
        #expect(try found("bank", query) == [tagged])
        query.tag = nil
        query.status = .building
        #expect(try found("bank", query) == [built])
        query.limit = 0
        #expect(try found("bank", query).isEmpty)
    }

    @Test("Nothing typed is an operator")
    mutating func operators() throws {
        let idea = try submit("Bread and near NOT or title")
        for words in ["AND", "NOT", "title : *", "NEAR(bread, 2)", "\"bread", "bread*", "-bread"] {
            #expect(try found(words) == [idea], "\(words)")
        }
        let many = (0..<10_000).map { "w\($0)" }.joined(separator: " ")
        for words in ["", "*", "\"\"", "()", "\0", "?!", "🚲", "' OR 1=1 --", many, "{", "\u{301}"] {
            #expect(try found(words).isEmpty || words.contains("OR"), "\(words.prefix(20))")
            #expect(try board.similar(to: words, limit: 3).isEmpty)
        }
    }

    @Test("Every word within its typing errors is found")
    mutating func forgiveness() throws {
        let words = [
            "fiets", "tegel", "speeltuin", "verlichting", "bushalte", "vergunning", "bankje",
            "zonnepaneel", "gemeente", "park", "watertappunt",
        ]
        var ideas: [String: IdeaID] = [:]
        for word in words { ideas[word] = try submit(word) }
        let letters: [Unicode.Scalar] = ["a", "e", "q", "r"]
        for _ in 0..<600 {
            let word = words[generator.below(words.count)]
            let typed = Array(word.unicodeScalars)
            var wrong = typed
            // As many errors as a word of the typed length is forgiven.
            for _ in 0..<(typed.count < 10 ? 1 : 2) { Typing.err(&wrong, letters, &generator) }
            // Errors upon errors may be more than they were: a letter put between two swapped ones.
            let allowance = EditDistance.allowance(letters: wrong.count)
            guard EditDistance.within(allowance, typed, wrong) ?? 0 > 0 else { continue }
            let text = String(String.UnicodeScalarView(wrong))
            let ids = try found(text)
            #expect(ideas[word].map(ids.contains) == true, "\(text) for \(word)")
        }
    }
}
