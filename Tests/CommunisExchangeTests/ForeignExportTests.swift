import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Exports of one board on another, which has ids of its own.
@Suite struct ForeignExportTests {
    let files: BoardFiles
    let here: TestBoards
    let there: TestBoards

    init() throws {
        files = try BoardFiles()
        here = try TestBoards(seed: 1)
        there = try TestBoards(seed: 2, clock: here.clock)
    }

    @discardableResult
    private func submit(
        _ number: Int, _ title: String, source: String? = nil, by author: MemberID? = nil
    ) throws -> IdeaID {
        let board = here.founder
        let (id, drafts) = Draft.titledIdea(number, title, on: board.id, by: author)
        here.clock.advance(by: .milliseconds(5))
        try board.write(
            drafts + [source].compactMap(\.self).map { Draft(by: nil, .ideaField(id, .source($0))) }
        )
        return id
    }

    private func export(_ board: Board, _ tables: ExportTable...) throws -> [String] {
        let exports = try BoardFiles.exports(board)
        return try files.write(exports.filter { tables.contains($0.key) }, "export")
    }

    private func ideas(_ boards: TestBoards) throws -> [IdeaSummary] {
        try boards.founder.ideas(IdeaQuery()).sorted { $0.createdAt < $1.createdAt }
    }

    @Test("Two ideas of one author and one source stay two, each with its own votes")
    func oneSource() throws {
        let alice = try here.founder.member(who: "alice")
        let ids = try (1...3).map { try submit($0, "Idea \($0)", source: "x:1", by: alice) }
        for (number, id) in ids.enumerated() {
            for voter in 0...number {
                let member = try here.founder.member(who: "voter \(voter)")
                try here.founder.write([Draft(by: member, .vote(id, Vote(.agree)))])
            }
        }
        let paths = try export(here.founder, .ideas)
        _ = try files.importCSV(paths, into: there.founder)
        // The votes tell the source, which is one for all, and the id.
        let votes = try files.importCSV(export(here.founder, .votes), into: there.founder)
        #expect(votes.unknownIdeas == 0 && votes.newVotes == 6)
        #expect(try ideas(there).map(\.title) == ["Idea 1", "Idea 2", "Idea 3"])
        #expect(try ideas(there).map(\.tally.agree) == [1, 2, 3])
        #expect(try ideas(there).map(\.source) == ["x:1", "x:1", "x:1"])
        #expect(try files.importCSV(paths, into: there.founder).changes == 0)
    }

    @Test("An idea that was imported there is the one that its own file makes here")
    func sameAsItsFile() throws {
        let file = try files.write(
            "id,title,author,created\n1,A bench,Jon,2024-03-01\n2,A lamp,,2024-03-02\n",
            to: "wishes.csv")
        _ = try files.importCSV([file], into: here.founder)
        let names = try [here, there].map { boards in
            MemberID(.source, "csv:wishes:Jon", secret: try boards.founder.secret())
        }
        _ = try files.importCSV(export(here.founder, .ideas), into: there.founder)
        let taken = try ideas(there)
        #expect(taken.map(\.source) == ["csv:wishes:1", "csv:wishes:2"])
        // Whom no name tells is nobody on both boards; Jon is another member on each.
        let summary = try files.importCSV([file], into: there.founder)
        #expect(names[0] != names[1] && summary.doubledIdeas == 1)
        #expect(try ideas(there).map(\.title) == ["A bench", "A bench", "A lamp"])
        #expect(Set(taken.map(\.id)).isSubset(of: try ideas(there).map(\.id)))
    }

    @Test("A source that an idea got after it was exported makes no second idea")
    func laterSource() throws {
        let id = try submit(1, "A bench")
        _ = try files.importCSV(export(here.founder, .ideas), into: there.founder)
        try here.founder.write([Draft(by: nil, .ideaField(id, .source("x:1")))])
        _ = try files.importCSV(export(here.founder, .ideas), into: there.founder)
        #expect(try ideas(there).count == 1)
        let member = try here.founder.member(who: "alice")
        try here.founder.write([Draft(by: member, .vote(id, Vote(.agree)))])
        let votes = try files.importCSV(export(here.founder, .ideas, .votes), into: there.founder)
        #expect(votes.newVotes == 1 && votes.unknownIdeas == 0)
    }

    @Test("An idea that is only spoken of here is not taken for one that is here")
    func spokenOf() throws {
        let id = try submit(1, "A bench")
        let mallory = try there.founder.member(who: "mallory")
        try there.founder.write([Draft(by: mallory, .vote(id, Vote(.agree)))])
        _ = try files.importCSV(export(here.founder, .ideas), into: there.founder)
        let bench = try #require(try ideas(there).first)
        #expect(bench.title == "A bench" && bench.id != id && bench.tally.agree == 0)
    }

    @Test("Comments are taken once, by whatever way they come")
    func comments() throws {
        let idea = try submit(1, "A bench")
        let alice = try here.founder.member(who: "alice")
        let board = here.founder
        for text in ["First", "First", "Second"] {
            here.clock.advance(by: .milliseconds(5))
            try board.write([Draft.comment(on: idea, text, on: board.id, by: alice).draft])
        }
        let paths = try export(board, .ideas, .comments)
        _ = try files.importCSV(paths, into: there.founder)
        #expect(try there.founder.comments().map(\.text) == ["First", "First", "Second"])
        #expect(try files.importCSV(paths, into: there.founder).changes == 0)
        // And back, from the board that has them under ids of its own.
        let back = try export(there.founder, .ideas, .comments)
        #expect(try files.importCSV(back, into: board).changes == 0)
        #expect(try board.comments().count == 3)
    }

    @Test("Texts that were revised there since come once, and those that were revised here stay")
    func revised() throws {
        let id = try submit(1, "A bench")
        _ = try files.importCSV(export(here.founder, .ideas), into: there.founder)
        let draft = try here.founder.history(of: id).revision(
            of: id, .title, to: "A better bench", on: here.founder.id, by: nil)
        try here.founder.write([try #require(draft)])
        #expect(try files.importCSV(export(here.founder, .ideas), into: there.founder).changes == 0)
        let bench = try #require(try ideas(there).first)
        #expect(bench.title == "A bench")
        #expect(try there.founder.history(of: bench.id).heads(of: .title).count == 1)
    }
}
