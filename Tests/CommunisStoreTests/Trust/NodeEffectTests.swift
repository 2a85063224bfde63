import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// What is told before a word about a node is what exports tell before and after it, over random
/// histories.
@Suite("The effect of a word about a node")
struct NodeEffectTests {
    /// What exports tell of a board.
    private struct Told {
        struct Vote: Hashable {
            var idea: IdeaID
            var member: MemberID
            var at: HybridTimestamp
            var vote: CommunisCore.Vote
            var node: NodeID
        }

        var votes: Set<Vote> = []
        var ideas: Set<IdeaID>
        var comments: Set<CommentID>

        init(_ board: Board) throws {
            ideas = Set(try board.ideaOrigins().keys)
            comments = Set(try board.commentsForExport().map(\.comment.id))
            var votes: Set<Vote> = []
            try board.forEachVote {
                votes.insert(
                    Vote(
                        idea: $0.idea, member: $0.member, at: $0.at, vote: $0.vote, node: $0.node))
            }
            self.votes = votes
        }
    }

    /// Compares what was told of a word with what exports tell before and after it.
    private func expect(_ effect: NodeEffect, of node: NodeID, _ before: Told, _ after: Told) {
        func compare(_ share: NodeEffect.Share, _ votes: Set<Told.Vote>, isOwn: Bool) {
            let votes = votes.filter { ($0.node == node) == isOwn }
            #expect(share.votes == votes.count)
            #expect(share.people == Set(votes.map(\.member)).count)
            #expect(share.votedIdeas == Set(votes.map(\.idea)).count)
        }
        let (lost, gained) = (
            before.votes.subtracting(after.votes), after.votes.subtracting(before.votes)
        )
        compare(effect.kept, after.votes.intersection(before.votes), isOwn: true)
        compare(effect.lost, lost, isOwn: true)
        compare(effect.gained, gained, isOwn: true)
        compare(effect.othersLost, lost, isOwn: false)
        compare(effect.othersGained, gained, isOwn: false)
        #expect(
            effect.lost.ideas + effect.othersLost.ideas
                == before.ideas.subtracting(after.ideas).count)
        #expect(
            effect.lost.comments + effect.othersLost.comments
                == before.comments.subtracting(after.comments).count)
        #expect(
            effect.gained.ideas + effect.othersGained.ideas
                == after.ideas.subtracting(before.ideas).count)
    }

    @Test("What is told of it is what exports tell; a trial changes nothing", arguments: 0..<20)
    func asExported(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        var generator = SeededGenerator(seed: UInt64(seed) &+ 70)
        try board.merge(TrustHistory(seed: UInt64(seed), boards: boards).changesets, from: nil)
        for number in UInt64(1)...5 {
            let node = TestBoards.key(UInt64(seed) &+ 31, number).node
            boards.clock.advance(by: .seconds(1))
            let role = [Role.none, .reader, .contributor][generator.below(3)]
            let cut = Milliseconds(unchecked: 1_767_225_000_000 + UInt64(generator.below(60)))
            let change = try board.roleChange(
                of: node, to: role, cut: generator.below(2) == 0 ? cut : nil)
            let (before, sound) = (try Told(board), try board.verify())
            let told = try board.make(change, isTrial: true)
            let untouched = try board.verify()
            #expect(untouched.differences == [])
            #expect(untouched.view == sound.view && untouched.fingerprint == sound.fingerprint)
            #expect(try board.make(change, isTrial: false) == told)
            expect(told, of: node, before, try Told(board))
            #expect(try board.verify().differences == [])
        }
    }

    @Test("What a disavowal takes its end gives back", arguments: 0..<10)
    func disavowal(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        try board.merge(TrustHistory(seed: UInt64(seed), boards: boards).changesets, from: nil)
        let node = TestBoards.key(UInt64(seed) &+ 31, 1).node
        for isOn in [false, true, false] {
            boards.clock.advance(by: .seconds(1))
            let before = try Told(board)
            let told = try board.disavow(node, isOn, isTrial: true)
            #expect(try board.disavow(node, isOn, isTrial: false) == told)
            expect(told, of: node, before, try Told(board))
            #expect(isOn ? told.kept.votes == 0 : told.lost.votes == 0)
        }
        #expect(try board.verify().differences == [])
    }
}
