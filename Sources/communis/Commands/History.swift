import ArgumentParser
import CommunisStore

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: say("Show all versions of an idea's texts."),
        discussion: sayFlowing(
            """
            Oldest first, each with what it changed: {+came+} and [-went-], or green and red.

            EXAMPLES
              communis history 4f7kq
              communis history 4f7kq --json
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.openToRead()
        let id = try board.idea(idea)
        guard let idea = try board.idea(id) else { return }
        let page = HistoryPage(idea: idea, history: try board.history(of: id))
        Terminal.write(output.json ? try page.json() : page.text())
    }
}
