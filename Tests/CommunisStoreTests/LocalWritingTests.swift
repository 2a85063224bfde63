import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Changes made here: durable and in the view at once, sealed when they leave.
@Suite struct LocalWritingTests {
    @Test("What is written here is the same view before and after sealing, and elsewhere")
    func sealing() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var history = RandomHistory(
            seed: 4, board: board.id, ideas: 4, members: 5, nodes: [TestBoards.key(4, 4).node],
            start: boards.clock.now, span: 1)
        for _ in 0..<400 {
            boards.clock.advance(by: .milliseconds(3))
            let change = history.next()
            try board.write([RandomHistory.draft(change)])
        }
        let before = try StoredView.facts(board.path)
        try board.sealPending()
        #expect(try Difference(StoredView.facts(board.path), before) == nil)
        #expect(try board.verify().differences == [])

        let copy = try boards.emptyCopy()
        try copy.merge(board.page(after: 0, excluding: nil).changesets, from: nil)
        #expect(try Difference(StoredView.facts(copy.path), before) == nil)
        #expect(try copy.verify().view == board.verify().view)
    }

    @Test(
        "What is parked and due is let in before a write, so that nothing is written beyond the horizon"
    )
    func overdue() throws {
        let boards = try TestBoards()
        let board = boards.founder
        var chain = try boards.chain(TestBoards.key(5, 1))
        let workload = VoteWorkload(ideas: 1, members: 2)
        func vote(_ ballot: Ballot) -> ChangeContent { .vote(workload.ideas[0], Vote(ballot)) }
        let ahead = HybridTimestamp(boards.clock.now.advanced(by: .seconds(600)))
        let parked = chain.seal([
            RandomHistory.slot(Change(ahead, by: workload.members[0], vote(.agree)))
        ])
        try board.merge([parked], from: nil)
        #expect(try board.parkedCount() == 1)
        // A process that goes on running.
        boards.clock.advance(by: .seconds(1_200))
        let late = workload.members.map { Draft(by: $0, vote(.disagree)) }
        try board.write(late)
        #expect(try board.parkedCount() == 0)
        // The later vote counts, by its time.
        #expect(try board.votes(on: workload.ideas[0]).allSatisfy { $0.vote.ballot == .disagree })
        try board.sealPending()
        #expect(try board.verify().differences == [])
    }

    @Test("Votes of one moment on joined ideas count as the sealed log has them", arguments: 0..<8)
    func tiesOnJoinedIdeas(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        let workload = VoteWorkload(ideas: 3, members: 1)
        let member = workload.members[0]
        var generator = SeededGenerator(seed: UInt64(seed))
        for idea in workload.ideas {
            let pair = try #require(
                IdeaPair(idea, workload.ideas[0]) ?? IdeaPair(idea, workload.ideas[1]))
            try board.write([Draft(by: member, .sameAs(pair, isOn: true))])
        }
        let moment = HybridTimestamp(boards.clock.now)
        // In any order, and sealed together or apart.
        for idea in workload.ideas.shuffled(using: &generator) {
            let vote = Vote([.agree, .disagree, .pass][generator.below(3)])
            try board.write([Draft(by: member, .vote(idea, vote), at: moment)])
            if generator.below(2) == 0 { try board.sealPending() }
        }
        try board.sealPending()
        #expect(try board.verify().differences == [])
        let copy = try boards.emptyCopy()
        try copy.merge(board.page(after: 0, excluding: nil).changesets, from: nil)
        #expect(try copy.verify().view == board.verify().view)
    }

    @Test(
        "A vote of a moment that is sealed already is judged as every copy will", arguments: 0..<8)
    func tiesWithWhatIsSealed(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        let board = boards.founder
        var workload = VoteWorkload(ideas: 2, members: 3, seed: UInt64(seed))
        let vote = workload.next()
        for ballot in [Ballot.agree, .disagree, .pass] {
            let draft = Draft(
                by: vote.member, .vote(vote.idea, Vote(ballot)), at: vote.timestamp)
            #expect(try board.import([draft]).changes == 1)
            try board.sealPending()
        }
        let name = "name \(seed)"
        for number in 0..<3 {
            let draft = Draft(
                by: nil, .member(vote.member, .name("\(name) \(number)")), at: vote.timestamp)
            try board.write([draft])
            try board.sealPending()
        }
        #expect(try board.verify().differences == [])
        let copy = try boards.emptyCopy()
        try copy.merge(board.page(after: 0, excluding: nil).changesets, from: nil)
        #expect(try copy.verify().view == board.verify().view)
    }

    @Test("A thousand votes are one signature")
    func packing() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 50, members: 500)
        for _ in 0..<1_000 {
            let vote = workload.next()
            try boards.founder.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))])
        }
        try boards.founder.sealPending()
        #expect(try boards.founder.page(after: 0, excluding: nil).changesets.count == 2)
    }

    @Test("The same vote written twice is sealed apart, never as a block without meaning")
    func twice() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 1, members: 1)
        let vote = workload.next()
        let draft = Draft(by: vote.member, .vote(vote.idea, vote.vote), at: vote.timestamp)
        try boards.founder.write([draft, draft])
        try boards.founder.sealPending()
        #expect(try boards.founder.verify().differences == [])
        #expect(try boards.founder.page(after: 0, excluding: nil).changesets.count == 3)
        #expect(try boards.founder.import([draft]).changes == 0)
    }

    @Test("Whoever erases what was written beside its own role keeps no later copy out")
    func erasedBesideRole() throws {
        let boards = try TestBoards()
        let member = VoteWorkload(ideas: 1, members: 1).members[0]
        try boards.founder.write([Draft(by: nil, .member(member, .name("Quirinus")))])
        let steward = try boards.emptyCopy()
        try boards.founder.setRole(of: steward.node, to: .steward)
        try steward.merge(boards.founder.page(after: 0, excluding: nil).changesets, from: nil)
        #expect(try steward.erase(.names(of: member), by: nil) == 1)
        try boards.founder.merge(steward.page(after: 0, excluding: nil).changesets, from: nil)

        let later = try boards.emptyCopy()
        let log = try boards.founder.page(after: 0, excluding: nil).changesets
        let report = try later.merge(log, from: nil)
        #expect(report.held.isEmpty && report.changesets == log.count)
        #expect(try later.verify().fingerprint == boards.founder.verify().fingerprint)
        #expect(try later.verify().view == boards.founder.verify().view)
    }

    @Test("A changeset whose text is gone though nothing erased it is held until the text comes")
    func emptied() throws {
        let boards = try TestBoards()
        var chain = try boards.chain(TestBoards.key(3, 3))
        var history = RandomHistory(
            seed: 1, board: boards.founder.id, ideas: 2, members: 2, nodes: [],
            start: boards.clock.now, span: 1)
        let slot = RandomHistory.slot(history.next(.comment))
        var changeset = chain.seal([slot])
        changeset.payload = [slot.erased].payload
        let without = try boards.founder.merge([changeset], from: nil)
        #expect(without.held.count == 1 && without.changesets == 0)
        #expect(try boards.founder.verify().isSound)
        changeset.payload = [slot].payload
        #expect(try boards.founder.merge([changeset], from: nil).changesets == 1)
        #expect(try boards.founder.verify().held == 0)

        // In the file itself it is found.
        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.write {
            try $0.execute(
                sql: "UPDATE changeset SET payload = ? WHERE id = ?",
                arguments: [Data([slot.erased].payload), Data(changeset.id.bytes)])
        }
        #expect(try !boards.founder.verify().isSound)
    }

    @Test("A clock that goes back still gives later times, and says so")
    func clockBack() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 1, members: 1)
        let vote = workload.next()
        try boards.founder.write([Draft(by: vote.member, .vote(vote.idea, Vote(.agree)))])
        boards.clock.advance(by: .seconds(-365 * 86_400))
        let doubt = try boards.founder.write([
            Draft(by: vote.member, .vote(vote.idea, Vote(.disagree)))
        ])
        #expect(try boards.founder.vote(of: vote.member, on: vote.idea) == Vote(.disagree))
        guard case .behind = doubt else {
            Issue.record("no doubt about the clock")
            return
        }
    }

    @Test("A clock a year ahead works here, warns, and is parked elsewhere until its time")
    func clockAhead() throws {
        let boards = try TestBoards()
        let ahead = VirtualClock(boards.clock.now.advanced(by: .seconds(365 * 86_400)))
        let copy = try boards.emptyCopy(clock: ahead)
        try boards.founder.write([
            Draft(by: nil, .node(copy.node, .role(.contributor, heads: [])))
        ])
        try boards.founder.sealPending()
        try copy.merge(boards.founder.page(after: 0, excluding: nil).changesets, from: nil)
        var workload = VoteWorkload(ideas: 1, members: 1)
        let vote = workload.next()
        let doubt = try copy.write([Draft(by: vote.member, .vote(vote.idea, Vote(.agree)))])
        guard case .ahead = doubt else {
            Issue.record("no doubt about the clock")
            return
        }
        try copy.sealPending()
        let report = try boards.founder.merge(
            copy.page(after: 0, excluding: boards.founder.node).changesets, from: nil)
        #expect(report.verdicts[.parked] == 1)
        #expect(try boards.founder.vote(of: vote.member, on: vote.idea) == nil)
        #expect(try boards.founder.verify().parked == 1)
        // Its own clock was not moved: a new vote here is of today.
        try boards.founder.write([Draft(by: vote.member, .vote(vote.idea, Vote(.pass)))])
        #expect(try boards.founder.log(of: nil, limit: 1).count == 1)

        boards.clock.advance(by: .seconds(365 * 86_400))
        let path = boards.founder.path
        boards.founder.close()
        let later = try Board.open(path, environment: .virtual(boards.clock, seed: 9))
        #expect(try later.vote(of: vote.member, on: vote.idea) == Vote(.agree))
        #expect(try later.verify().parked == 0)
        #expect(try later.verify().differences == [])
    }

    @Test(
        "A node writes what its role allows",
        arguments: [Role.none, .reader, .contributor, .steward])
    func roles(_ role: Role) throws {
        let boards = try TestBoards()
        let copy = try boards.emptyCopy()
        try boards.founder.write([Draft(by: nil, .node(copy.node, .role(role, heads: [])))])
        try boards.founder.sealPending()
        try copy.merge(boards.founder.page(after: 0, excluding: nil).changesets, from: nil)
        var history = RandomHistory(
            seed: 2, board: boards.founder.id, ideas: 2, members: 2,
            nodes: [boards.founder.node], start: boards.clock.now, span: 1)
        for kind in Register.Kind.allCases {
            let change = history.next(kind)
            let isAllowed = role >= change.content.requiredRole(of: copy.node)
            let before = try StoredView.facts(copy.path)
            let draft = RandomHistory.draft(change)
            if isAllowed {
                #expect(throws: Never.self) { try copy.write([draft]) }
            } else {
                let error = #expect(throws: BoardError.self) { try copy.write([draft]) }
                #expect(error?.code == .notPermitted)
                #expect(try Difference(StoredView.facts(copy.path), before) == nil)
            }
        }
    }
}
