import ArgumentParser
import CommunisStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Show one idea with its comments."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis show 4f7kq
              communis show 4f7kq --voters
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Flag(help: .say("Also who voted what, when and at which copy."))
    var voters = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.openToRead()
        let id = try board.idea(idea)
        guard let page = try IdeaPage(id, on: board, withVotes: voters) else { return }
        Terminal.write(output.json ? try page.json() : page.text())
    }
}
