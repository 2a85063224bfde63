import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// What is made again with the same key is the same thing, here and at any other copy.
@Suite struct CreationTests {
    private let boards: TestBoards
    private let second: Board
    private let member: MemberID = filled(7)

    init() throws {
        boards = try TestBoards()
        second = try boards.emptyCopy()
        try boards.founder.setRole(of: second.node, to: .contributor)
        try second.merge(boards.founder.page(after: 0, excluding: nil).changesets, from: nil)
    }

    private func meet() throws {
        for (from, to) in [(boards.founder, second), (second, boards.founder)] {
            try from.sealPending()
            try to.merge(from.page(after: 0, excluding: nil).changesets, from: nil)
        }
        #expect(try boards.founder.verify().view == second.verify().view)
        #expect(try boards.founder.verify().isSound && second.verify().isSound)
    }

    /// An idea and a comment, as a browser sends them that does not know whether they arrived.
    private func submit(_ board: Board) throws -> (IdeaID, CommentID) {
        let (idea, drafts) = Draft.titledIdea(1, "A bench", on: board.id, by: member)
        let (comment, draft) = Draft.comment(
            on: idea, "Please", on: board.id, by: member, key: .numbered(2))
        try board.write(drafts + [draft])
        return (idea, comment)
    }

    @Test("Sent twice to one copy, or to two, it is there once")
    func retry() throws {
        let first = try submit(boards.founder)
        boards.clock.advance(by: .seconds(3))
        #expect(try submit(boards.founder) == first)
        boards.clock.advance(by: .seconds(3))
        #expect(try submit(second) == first)
        try meet()
        for board in [boards.founder, second] {
            #expect(try board.ideas(IdeaQuery()).map(\.id) == [first.0])
            #expect(try board.comments().map(\.id) == [first.1])
            #expect(try board.history(of: first.0).revisions.count == 1)
            #expect(try board.ideas(IdeaQuery()).first?.concurrentFields.isEmpty == true)
        }
    }

    @Test("Another key, member, text, board or idea makes another thing")
    func differences() throws {
        let board = boards.founder.id
        let key = CreationKey.numbered(1)
        let idea = Draft.idea(on: board, by: member, key: key).id
        let ideas = [
            idea, Draft.idea(on: board, by: member, key: .numbered(2)).id,
            Draft.idea(on: board, by: filled(8), key: key).id,
            Draft.idea(on: board, by: nil, key: key).id,
            Draft.idea(on: filled(1), by: member, key: key).id,
        ]
        #expect(Set(ideas).count == ideas.count)
        let comments = [
            Draft.comment(on: idea, "a", on: board, by: member, key: key).id,
            Draft.comment(on: idea, "b", on: board, by: member, key: key).id,
            Draft.comment(on: ideas[1], "a", on: board, by: member, key: key).id,
            Draft.comment(on: idea, "a", on: board, by: nil, key: key).id,
        ]
        #expect(Set(comments).count == comments.count)
    }

    @Test("A change whose id is not that of its key is not written")
    func falseIdentifier() throws {
        let error = #expect(throws: BoardError.self) {
            try boards.founder.write([
                Draft(by: member, .comment(filled(1), .text(idea: filled(2), "x")))
            ])
        }
        #expect(error?.code == .fault)
        #expect(try boards.founder.comments().isEmpty)
    }

    @Test("An idea is listed once it was made and has a title, in whatever order they come")
    func order() throws {
        let (idea, drafts) = Draft.titledIdea(1, "A bench", on: boards.founder.id, by: member)
        var chain = try boards.chain(TestBoards.key(3, 1))
        for number in [1, 0] {
            #expect(try boards.founder.ideas(IdeaQuery()).isEmpty)
            let slot = Change(
                HybridTimestamp(boards.clock.now), by: member, drafts[number].content
            ).slot(salt: CreationKey.numbered(1).bytes)
            try boards.founder.merge([chain.seal([slot])], from: nil)
        }
        #expect(try boards.founder.ideas(IdeaQuery()).map(\.id) == [idea])
        #expect(try boards.founder.verify().isSound)
    }
}
