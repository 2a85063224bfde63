import CommunisCore
import CommunisTestSupport
import Testing

@testable import CommunisStore

/// What one who joins thousands of ideas makes others do.
@Suite struct ClusterCostsTests {
    /// So many ideas joined in a line, with as many objections to the last pair.
    private static func board(_ count: Int) throws -> (CostBoard, [IdeaID]) {
        var costs = try CostBoard()
        let ideas = try costs.ideas(count)
        try costs.join(ideas)
        let members: [MemberID] = costs.identifiers(count)
        var changes: [Change] = []
        for member in members {
            let pair = costs.pair(ideas[count - 2], ideas[count - 1])
            changes.append(costs.change(.carry(pair, .objects), by: member))
        }
        try costs.say(changes)
        return (costs, ideas)
    }

    @Test("To merge four times as many joined ideas and objections takes four times as much")
    func merge() throws {
        func steps(_ count: Int) throws -> Int {
            var costs = try CostBoard()
            let ideas = try costs.ideas(count)
            let members: [MemberID] = costs.identifiers(count)
            return try SQLiteWork.steps(costs.board) {
                try costs.join(ideas)
                var changes: [Change] = []
                for member in members {
                    let vote = ChangeContent.vote(ideas[count - 1], Vote(.agree))
                    let pair = costs.pair(ideas[count - 2], ideas[count - 1])
                    changes.append(costs.change(.carry(pair, .objects), by: member))
                    changes.append(costs.change(vote, by: member))
                }
                try costs.say(changes)
            }
        }
        let (few, many) = (try steps(200), try steps(800))
        #expect(many < few * 6)
    }

    /// What somebody says who has nothing to do with most of the joined ideas.
    enum Saying: CaseIterable {
        case vote, withdrawnVote, objection, objectionOfVoter, comment, title, joinThatIs,
            notWithdrawn
    }

    @Test(
        "What is said of one of joined ideas costs as much among many", arguments: Saying.allCases)
    func one(_ saying: Saying) throws {
        func steps(_ count: Int) throws -> Int {
            let (built, ideas) = try Self.board(count)
            var costs = built
            let members: [MemberID] = costs.identifiers(2)
            let idea = ideas[count / 2]
            let pair = costs.pair(ideas[1], ideas[2])
            // The first time statements are prepared.
            try costs.say(.vote(ideas[3], Vote(.agree)), by: members[1])
            try costs.say(.vote(idea, Vote(.disagree)), by: members[0])
            if saying == .objection { try costs.say(.carry(pair, .objects), by: members[1]) }
            let content: ChangeContent =
                switch saying {
                case .vote: .vote(idea, Vote(.agree))
                case .withdrawnVote: .vote(idea, Vote(.withdrawn))
                case .objection: .carry(pair, .objects)
                case .objectionOfVoter: .carry(pair, .objects)
                case .comment: costs.comment("A comment", on: idea)
                case .title: costs.title("Another title", of: idea)
                case .joinThatIs: .sameAs(pair, isOn: true)
                case .notWithdrawn: .ideaField(idea, .withdrawn(false))
                }
            let member: MemberID = saying == .objection ? costs.identifiers(1)[0] : members[0]
            let change = costs.change(content, by: member)
            let changesets = costs.seal([change])
            return try SQLiteWork.steps(costs.board) {
                try costs.board.merge(changesets, from: nil)
            }
        }
        let (few, many) = (try steps(100), try steps(800))
        switch saying {
        case .vote, .withdrawnVote, .objection, .joinThatIs, .notWithdrawn:
            #expect(many < few * 3 / 2 + 400)
        // The graph of the joins is read, and of the words the first by id: a few steps an idea.
        case .objectionOfVoter, .comment, .title: #expect(many - few < 700 * 40)
        }
    }

    @Test("A join more among many costs a few steps for each of them, and writes none of them anew")
    func join() throws {
        func cost(_ count: Int) throws -> (steps: Int, changes: Int) {
            var (costs, ideas) = try Self.board(count)
            ideas += try costs.ideas(1)
            let board = costs.board
            let pair = costs.pair(ideas[count / 2], ideas[count])
            let changesets = costs.seal([costs.change(.sameAs(pair, isOn: true))])
            let before = board.queue.inDatabase { $0.totalChangesCount }
            let steps = try SQLiteWork.steps(board) { try board.merge(changesets, from: nil) }
            return (steps, board.queue.inDatabase { $0.totalChangesCount } - before)
        }
        let (few, many) = (try cost(100), try cost(800))
        #expect(many.steps - few.steps < 700 * 300)
        #expect(many.changes < few.changes + 8)
    }

    @Test(
        "Votes and objections on 60 ideas that are joined and split are counted as the oracle counts them"
    )
    func oracle() throws {
        var costs = try CostBoard()
        let ideas = try costs.ideas(60)
        var generator = SeededGenerator(seed: 5)
        let members: [MemberID] = costs.identifiers(30)
        func random() -> IdeaPair {
            let first = generator.below(ideas.count)
            let second = (first + 1 + generator.below(4)) % ideas.count
            return costs.pair(ideas[first], ideas[second])
        }
        for _ in 0..<60 {
            var changes: [Change] = []
            for _ in 0..<1 + generator.below(40) {
                let member = members[generator.below(members.count)]
                let idea = ideas[generator.below(ideas.count)]
                let content: ChangeContent =
                    switch generator.below(12) {
                    case 0..<4: .sameAs(random(), isOn: generator.below(4) > 0)
                    case 4..<8: .vote(idea, Vote(Ballot.allCases[generator.below(4)]))
                    case 8..<11: .carry(random(), generator.below(4) > 0 ? .objects : .consents)
                    default: costs.title("Title \(generator.below(1_000))", of: idea)
                    }
                changes.append(costs.change(content, by: member))
            }
            try costs.say(changes)
            #expect(try costs.board.verify().differences == [])
        }
        let log = try costs.board.page(after: 0, excluding: nil).changesets
        let naive = NaiveView(log, horizon: Horizon(now: costs.boards.clock.now).moment)
        #expect(Difference(try StoredView.facts(costs.board.path), naive.facts) == nil)
    }
}
