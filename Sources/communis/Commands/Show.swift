import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Show one idea with its comments."),
        discussion: say(
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
        let board = try board.open()
        let id = try board.idea(idea)
        guard let idea = try board.idea(id) else { return }
        let comments = try board.comments(on: id).filter { !$0.isHidden && !$0.isWithdrawn }
        let votes = voters ? try board.votes(on: id) : []
        let nodes = voters ? try board.nodes() : []
        let buildsOn = try idea.buildsOn.flatMap { try board.idea($0) }
        let page = IdeaPage(
            idea: idea, buildsOn: buildsOn, comments: comments, votes: voters ? votes : nil,
            nodes: Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) }))
        Terminal.write(output.json ? try page.json() : page.text())
    }
}
