import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Hide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hide",
        abstract: say("Hide an idea or comment (stewards); leaves a trace."),
        discussion: sayFlowing(
            """
            Nothing is deleted: `communis log` tells who hid what, and why.

            EXAMPLES
              communis hide 4f7kq --reason "An advertisement"
              communis hide q8w3r
            """))

    @Argument(help: .say("The ref of an idea or comment."))
    var target: String

    @Option(help: .say("Why, in a few words, which everybody can read."))
    var reason: String?

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let reason = try reason.map {
            try TextInput.text($0, "reason", bytes: Limits.textBytes)
        }
        let board = try board.open()
        let target = try board.target(target)
        try board.checkRight(to: .hidden(target.target, isOn: true, reason: ""))
        let member = try acting.member(on: board)
        let isNew = !target.isHidden || (reason ?? target.hiddenReason) != target.hiddenReason
        if isNew {
            let change = ChangeContent.hidden(target.target, isOn: true, reason: reason ?? "")
            Terminal.warn(of: try board.write([Draft(by: member, change)]))
        }
        if output.json { return try target.report(hidden: true, isNew: isNew) }
        guard isNew else { return Terminal.line("\(target.label) is hidden already") }
        Terminal.line("You hid \(target.label)")
        Terminal.line("Undo: \(ShownCommand("unhide", [target.ref]))")
    }
}

struct Unhide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unhide",
        abstract: say("Show a hidden idea or comment again (stewards)."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis unhide 4f7kq
            """))

    @Argument(help: .say("The ref of an idea or comment."))
    var target: String

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let target = try board.target(target)
        let change = ChangeContent.hidden(target.target, isOn: false, reason: "")
        try board.checkRight(to: change)
        let member = try acting.member(on: board)
        if target.isHidden {
            Terminal.warn(of: try board.write([Draft(by: member, change)]))
        }
        if output.json { return try target.report(hidden: false, isNew: target.isHidden) }
        guard target.isHidden else { return Terminal.line("\(target.label) is not hidden") }
        Terminal.line("\(target.label) is shown again")
        let undo =
            target.hiddenReason.isEmpty
            ? ShownCommand("hide", [target.ref])
            : ShownCommand("hide", [target.ref], ["--reason": target.hiddenReason])
        Terminal.line("Undo: \(undo)")
    }
}

/// What `hide`, `unhide` and `withdraw` report as JSON.
private struct TargetRecord: Encodable {
    /// `idea` or `comment`.
    var kind: String
    var id, ref, idea: String
    var hidden: Bool?
    var withdrawn: Bool?
    /// Whether anything was written.
    var changed: Bool
}

extension TargetRow {
    func report(hidden: Bool? = nil, withdrawn: Bool? = nil, isNew: Bool) throws {
        let (kind, id) =
            switch target {
            case .idea(let id): ("idea", id.base32)
            case .comment(let id): ("comment", id.base32)
            }
        let record = TargetRecord(
            kind: kind, id: id, ref: ref, idea: idea.base32, hidden: hidden, withdrawn: withdrawn,
            changed: isNew)
        Terminal.write(try JSONOutput.encode(record))
    }
}
