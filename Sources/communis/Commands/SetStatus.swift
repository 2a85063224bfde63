import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct SetStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: say("Answer an idea: say where it stands (stewards)."),
        discussion: sayFlowing(
            """
            The note is the organisation's answer, shown with the idea. A new status without a note
            has none.

            EXAMPLES
              communis status 4f7kq exploring
              communis status 4f7kq building --note "The bench comes in spring"
              communis status 4f7kq building --note ""
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Argument(help: .say("\(Status.choices)."))
    var status: Status

    @Option(help: .say("The answer, at most 32 KB; - reads standard input."))
    var note: String?

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var idea, ref, status: String
        @Present var note: String?
        var changed: Bool
    }

    func run() throws {
        let board = try board.open()
        let id = try board.idea(idea)
        guard let before = try board.idea(id) else { return }
        try board.checkRight(to: .status(id, status, note: ""))
        let member = try acting.member(on: board)
        let note =
            try note.map { try TextInput.text($0, "note", bytes: Limits.textBytes) }
            ?? (status == before.status ? before.statusNote : "")
        let isNew = status != before.status || note != before.statusNote
        if isNew {
            let change = ChangeContent.status(id, status, note: note)
            Terminal.warn(of: try board.write([Draft(by: member, change)]))
        }
        if output.json {
            let result = Result(
                idea: id.base32, ref: before.ref, status: status.name,
                note: note.isEmpty ? nil : note, changed: isNew)
            return Terminal.write(try JSONOutput.encode(result))
        }
        guard isNew else {
            return Terminal.line("\(before.label) is \(status.styledName) already")
        }
        Terminal.line("\(before.label) is now \(status.styledName)")
        // The note has to be named where the status alone would keep the new one.
        let needsNote = !before.statusNote.isEmpty || status == before.status
        let words = [before.ref, before.status.name]
        let undo =
            needsNote
            ? ShownCommand("status", words, ["--note": before.statusNote])
            : ShownCommand("status", words)
        Terminal.line("Undo: \(undo)")
    }
}
