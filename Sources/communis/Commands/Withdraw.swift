import ArgumentParser
import CommunisCore
import CommunisStore

struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: say("Withdraw your own idea or comment."),
        discussion: sayFlowing(
            """
            Only who wrote it can. A vote is taken back with `communis vote IDEA --withdraw`.

            EXAMPLES
              communis withdraw 4f7kq
              communis withdraw 4f7kq --undo
            """))

    @Argument(help: .say("The ref of an idea or comment."))
    var target: String

    @Flag(help: .say("Bring it back."))
    var undo = false

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let target = try board.target(target)
        let member = try acting.member(on: board)
        guard target.author == member else {
            throw Failure(
                Failure.noPermission, "\(target.label) was not written by you",
                "ask who wrote it to withdraw it, or a steward to hide it")
        }
        let isNew = target.isWithdrawn == undo
        if isNew {
            let change: ChangeContent =
                switch target.target {
                case .idea(let idea): .ideaField(idea, .withdrawn(!undo))
                case .comment(let comment): .comment(comment, .withdrawn(!undo))
                }
            Terminal.warn(of: try board.write([Draft(by: member, change)]))
        }
        if output.json { return try target.report(withdrawn: !undo, isNew: isNew) }
        switch (undo, isNew) {
        case (false, true):
            Terminal.line("You withdrew \(target.label)")
            Terminal.line("Undo: \(ShownCommand("withdraw", [target.ref], ["--undo": nil]))")
        case (false, false): Terminal.line("You had withdrawn \(target.label) already")
        case (true, true):
            Terminal.line("You brought back \(target.label)")
            Terminal.line("Undo: \(ShownCommand("withdraw", [target.ref]))")
        case (true, false): Terminal.line("\(target.label) is not withdrawn")
        }
    }
}
