import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Vote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vote",
        abstract: say("Vote on an idea: one vote a member, the last one counts."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis vote 4f7kq
              communis vote 4f7kq --disagree --as bob@example.org
              communis vote 4f7kq --withdraw
            """))

    enum Choice: String, EnumerableFlag {
        case agree, disagree, pass, withdraw

        var ballot: Ballot {
            switch self {
            case .agree: .agree
            case .disagree: .disagree
            case .pass: .pass
            case .withdraw: .withdrawn
            }
        }
    }

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Flag(help: .say("What you say of it."))
    var choice = Choice.agree

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var idea, ref, vote: String
        var score, agree, disagree, pass: Int
    }

    func run() throws {
        let board = try board.open()
        let idea = try board.idea(idea)
        let member = try acting.member(on: board)
        if try board.ballot() == .approve, choice == .disagree || choice == .pass {
            throw Failure(
                Failure.usage, "on this board one agrees or says nothing",
                "vote without --\(choice.rawValue), or take a vote back with --withdraw")
        }
        // Joined ideas are one: what is taken back is taken back on each of them.
        let ideas =
            choice == .withdraw
            ? try board.standingVotes(of: member, joinedWith: idea) : [idea]
        if !ideas.isEmpty {
            let vote = CommunisCore.Vote(choice.ballot)
            Terminal.warn(of: try board.write(ideas.map { Draft(by: member, .vote($0, vote)) }))
        }
        guard let summary = try board.idea(idea) else { return }
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        idea: idea.base32, ref: summary.ref, vote: "\(choice.ballot)",
                        score: summary.score, agree: summary.tally.agree,
                        disagree: summary.tally.disagree, pass: summary.tally.pass)))
        } else {
            let name = "\(summary.ref) \(summary.title.quoted)"
            let said: Phrase =
                switch choice {
                case .agree: "You agree with \(name)"
                case .disagree: "You disagree with \(name)"
                case .pass: "You pass on \(name)"
                case .withdraw where ideas.isEmpty: "You had no vote on \(name)"
                case .withdraw: "You took back your vote on \(name)"
                }
            Terminal.line("\(said) (\(summary.tally.words))")
            if let standing = try summary.joinedTo.flatMap({ try board.idea($0) }) {
                Terminal.line(
                    """
                    It is joined with \(standing.ref) \(standing.title.quoted) \
                    (\(standing.tally.words))
                    """)
            }
        }
    }
}

extension Tally {
    /// The counts in words: `3 agree, 1 disagree, 0 pass`.
    var words: Phrase { "\(agree) agree, \(disagree) disagree, \(pass) pass" }
}
