import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct JoinIdeas: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join-ideas",
        abstract: say("Say that two ideas are the same: they are counted as one."),
        discussion: sayFlowing(
            """
            The older idea stands for both in lists. Each member counts once, with their latest vote
            on either; who does not agree with the join says so with `object`. Nothing is lost:
            `split-ideas` brings back what was.

            EXAMPLES
              communis join-ideas 4f7kq 9xw2m
            """))

    @OptionGroup var ideas: IdeaPairArguments
    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let pair = try ideas.pair(on: board)
        let member = try acting.member(on: board)
        if case .direct = try board.joinState(of: pair) {
            return try JoinReport(board, pair, changed: false).print(
                output, "They are joined already.")
        }
        Terminal.warn(of: try board.write([Draft(by: member, .sameAs(pair, isOn: true))]))
        try JoinReport(board, pair, changed: true).print(output, nil)
        if !output.json {
            Terminal.line("Undo: \(ideas.command("split-ideas"))")
        }
    }
}

struct SplitIdeas: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split-ideas",
        abstract: say("Undo a join: each idea has its own votes again."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis split-ideas 4f7kq 9xw2m
            """))

    @OptionGroup var ideas: IdeaPairArguments
    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let pair = try ideas.pair(on: board)
        let member = try acting.member(on: board)
        switch try board.joinState(of: pair) {
        case .apart:
            try JoinReport(board, pair, changed: false).print(output, "They are not joined.")
        case .through(let way):
            throw Failure.joined(through: try way.map { try board.name(of: $0) })
        case .direct:
            Terminal.warn(of: try board.write([Draft(by: member, .sameAs(pair, isOn: false))]))
            try JoinReport(board, pair, changed: true).print(output, nil)
            if !output.json {
                Terminal.line("Undo: \(ideas.command("join-ideas"))")
            }
        }
    }
}

struct Object: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: say("Say that your vote shall not count across a join."),
        discussion: sayFlowing(
            """
            Two ideas were joined, and for you they are not the same: your votes stay on the idea
            that you gave them to. The join stays for everybody else.

            EXAMPLES
              communis object 4f7kq 9xw2m
              communis object 4f7kq 9xw2m --withdraw
            """))

    @OptionGroup var ideas: IdeaPairArguments

    @Flag(help: .say("Take the objection back."))
    var withdraw = false

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let pair = try ideas.pair(on: board)
        let member = try acting.member(on: board)
        let objects = try board.objects(member, to: pair)
        switch try board.joinState(of: pair) {
        case .apart where !objects:
            throw Failure(
                Failure.data, "these ideas are not joined",
                "see with `communis show` what an idea is joined with")
        case .through(let way) where !objects:
            throw Failure.joined(through: try way.map { try board.name(of: $0) })
        default: break
        }
        let isChanged = objects == withdraw
        if isChanged {
            let consent: Consent = withdraw ? .consents : .objects
            Terminal.warn(of: try board.write([Draft(by: member, .carry(pair, consent))]))
        }
        let words: Phrase =
            withdraw
            ? "Your vote counts across this join again."
            : "Your vote does not count across this join."
        try JoinReport(board, pair, changed: isChanged).print(output, words)
        if isChanged && !output.json {
            let undo = withdraw ? ideas.command("object") : ideas.command("object", "--withdraw")
            Terminal.line("Undo: \(undo)")
        }
    }
}

/// Two different ideas.
struct IdeaPairArguments: ParsableArguments {
    @Argument(help: ArgumentHelp(say("The ref of one idea."), valueName: "idea"))
    var first: String

    @Argument(help: ArgumentHelp(say("The ref of the other."), valueName: "other-idea"))
    var second: String

    /// A command about both, as it is shown.
    func command(_ name: String, _ flag: String? = nil) -> ShownCommand {
        guard let flag else { return ShownCommand(name, [first, second]) }
        return ShownCommand(name, [first, second], [flag: nil])
    }

    func pair(on board: Board) throws -> IdeaPair {
        guard let pair = IdeaPair(try board.idea(first), try board.idea(second)) else {
            throw Failure(Failure.usage, "that is the same idea twice", "name two ideas")
        }
        return pair
    }
}

/// How two ideas are counted now.
private struct JoinReport {
    private struct Result: Encodable {
        struct Idea: Encodable {
            var id, ref: String
            var score, agree, disagree, pass: Int
            /// The idea that stands for this one, if it is another.
            @Present var joinedTo: String?
        }

        var changed: Bool
        var joined: Bool
        var ideas: [Idea]
    }

    private let board: Board
    private let isChanged: Bool
    private let ideas: [IdeaSummary]

    init(_ board: Board, _ pair: IdeaPair, changed: Bool) throws {
        self.board = board
        isChanged = changed
        ideas = try [pair.first, pair.second].compactMap { try board.idea($0) }
    }

    /// - Parameter words: said before how things stand.
    func print(_ output: JSONOption, _ words: Phrase?) throws {
        let isJoined = ideas.contains { $0.joinedTo != nil }
        if output.json {
            let result = Result(
                changed: isChanged, joined: isJoined,
                ideas: ideas.map { idea in
                    Result.Idea(
                        id: idea.id.base32, ref: idea.ref, score: idea.score,
                        agree: idea.tally.agree, disagree: idea.tally.disagree,
                        pass: idea.tally.pass, joinedTo: idea.joinedTo?.base32)
                })
            return Terminal.write(try JSONOutput.encode(result))
        }
        if let words { Terminal.line(words) }
        var shown: Set<IdeaID> = []
        for idea in ideas {
            let standing = try idea.joinedTo.flatMap { try board.idea($0) } ?? idea
            guard shown.insert(standing.id).inserted else { continue }
            let others = standing.joined.count
            let title = "\(standing.ref) \(standing.title.quoted)"
            Terminal.line(
                others == 0
                    ? "\(title): \(standing.tally.words)"
                    : """
                    \(title), with \(others, "joined idea", "joined ideas"): \
                    \(standing.tally.words)
                    """)
        }
    }
}

extension Failure {
    fileprivate static func joined(through names: [String]) -> Failure {
        Failure(
            data, "these ideas are joined only through others: \(names.joined(separator: " – "))",
            "name two that stand beside each other there")
    }
}

extension Board {
    /// The ref and title of an idea, for messages.
    func name(of idea: IdeaID) throws -> String {
        try self.idea(idea).map { "\($0.ref) \($0.title.quoted)" } ?? idea.base32
    }
}
