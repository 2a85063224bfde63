import CommunisCore
import CommunisTestSupport
import Testing

@testable import CommunisStore

/// What one who says thousands of things of one idea makes the next thing cost.
@Suite struct IdeaCostsTests {
    enum Saying: CaseIterable {
        /// Titles that nobody settles.
        case concurrentTitles
        /// Each names the one before it.
        case revisedTitles
        /// All of one moment, which the ids decide.
        case titlesOfOneMoment
        /// Older than all of one moment, and naming the greatest of them.
        case oldTitlesNamingTheShown
        case comments, tags, withdrawnComments
    }

    /// So that a hundred comments are more than is searched of them.
    private static let longWord = String(repeating: "x", count: 700)

    /// The changes that say so many things of an idea.
    private static func changes(
        _ saying: Saying, _ count: Int, of idea: IdeaID, _ costs: inout CostBoard
    ) -> [Change] {
        let moment = costs.change(.label(idea, Label(.tag, "first"), isOn: true)).timestamp
        var changes: [Change] = []
        for number in 0..<count {
            let last = changes.last?.content
            let content: ChangeContent =
                switch (saying, last) {
                case (.revisedTitles, .revision(let last)?):
                    costs.title("Title \(number)", of: idea, replacing: [last.id])
                case (.concurrentTitles, _), (.revisedTitles, _), (.titlesOfOneMoment, _),
                    (.oldTitlesNamingTheShown, _):
                    costs.title("Title \(number)", of: idea)
                case (.withdrawnComments, .comment(let last, .text)?):
                    .comment(last, .withdrawn(true))
                case (.comments, _), (.withdrawnComments, _):
                    costs.comment("Comment \(number) \(longWord)", on: idea)
                case (.tags, _): .label(idea, Label(.tag, "tag \(number)"), isOn: true)
                }
            var change = costs.change(content)
            if saying == .titlesOfOneMoment || saying == .oldTitlesNamingTheShown {
                change.timestamp = moment
            }
            changes.append(change)
        }
        return changes
    }

    @Test("One thing more of an idea costs as much where much was said", arguments: Saying.allCases)
    func oneMore(_ saying: Saying) throws {
        func steps(_ count: Int) throws -> Int {
            var costs = try CostBoard()
            let idea = try costs.ideas(1)[0]
            var many = Self.changes(saying, count, of: idea, &costs)
            var last = many.removeLast()
            try costs.say(many)
            // The first time statements are prepared.
            try costs.say(.label(idea, Label(.tag, "a"), isOn: false))
            if saying == .oldTitlesNamingTheShown,
                let shown = try costs.board.history(of: idea).heads(of: .title).first
            {
                last = costs.change(costs.title("Older", of: idea, replacing: [shown.id]))
                last.timestamp = HybridTimestamp(Milliseconds(unchecked: 1_766_000_000_000))
            }
            let changesets = costs.seal([last])
            return try SQLiteWork.steps(costs.board) {
                try costs.board.merge(changesets, from: nil)
            }
        }
        let (few, many) = (try steps(400), try steps(1_600))
        // The words of an idea are indexed up to a bound, which both have reached.
        #expect(many < few * 3 / 2 + 1_000)
    }

    @Test("The history of 8,000 titles at once is as long as they are")
    func history() throws {
        var costs = try CostBoard()
        let idea = try costs.ideas(1)[0]
        let many = Self.changes(.concurrentTitles, 8_000, of: idea, &costs)
        try costs.say(many)
        let history = try costs.board.history(of: idea)
        #expect(history.revisions.count == 8_001)
        #expect(history.heads(of: .title).count == 8_001)
        #expect(history.heads(of: .title).first?.isShown == true)
        #expect(try costs.board.verify().differences == [])
    }

    @Test("Comments that are hidden, shown and withdrawn are counted one by one")
    func commentCount() throws {
        var costs = try CostBoard()
        try costs.boards.admit([TestBoards.key(4, 1)], as: .steward)
        let ideas = try costs.ideas(2)
        var generator = SeededGenerator(seed: 8)
        let comments = (0..<20).map {
            costs.change(costs.comment("Comment \($0)", on: ideas[generator.below(2)]))
        }
        for _ in 0..<200 {
            let comment = comments[generator.below(comments.count)]
            guard case .comment(let id, _) = comment.content else { continue }
            switch generator.below(3) {
            case 0: try costs.say([comment])
            case 1: try costs.say(.comment(id, .withdrawn(generator.below(2) == 0)))
            default:
                try costs.say(.hidden(.comment(id), isOn: generator.below(2) == 0, reason: ""))
            }
        }
        for idea in ideas {
            let seen = try costs.board.comments(on: idea).filter {
                !$0.isHidden && !$0.isWithdrawn
            }
            #expect(try costs.board.idea(idea)?.comments == seen.count)
        }
        #expect(try costs.board.verify().differences == [])
    }
}
