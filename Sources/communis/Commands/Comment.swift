import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Comment: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: say("Comment on an idea."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis comment 4f7kq "The one at the station too, please"
              communis comment 4f7kq - < letter.txt
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Argument(help: .say("What you say, at most 32 KB; - reads standard input."))
    var text: String

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var id, idea: String
    }

    func run() throws {
        let board = try board.open()
        let idea = try board.idea(idea)
        let member = try acting.member(on: board)
        let text = try TextInput.text(text, "comment", bytes: Limits.textBytes)
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Failure(Failure.data, "the comment is empty", "give it some words")
        }
        let (comment, draft) = Draft.comment(on: idea, text, on: board.id, by: member)
        Terminal.warn(of: try board.write([draft]))
        if output.json {
            Terminal.write(
                try JSONOutput.encode(Result(id: comment.base32, idea: idea.base32)))
        } else {
            let summary = try board.idea(idea)
            Terminal.line(
                "Your comment is on \(summary?.ref ?? "") \((summary?.title ?? "").quoted)")
        }
    }
}
