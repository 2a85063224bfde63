import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: say("Make a new board here; this copy is its founder."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis init --name "Bike lanes"
              communis init --ballot approve --board ideas.sqlite

            Beside the board lies its key, BOARD.key: keep both, and give the key to nobody.
            """))

    @Option(help: .say("What the board is called."))
    var name: String?

    @Option(help: .say("approve: agree or nothing; agree: agree, disagree or pass."))
    var ballot = BallotKind.agree

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var board, node, path: String
    }

    func run() throws {
        let name = try name.map {
            try TextInput.line($0, "name", scalars: Limits.nameScalars)
        }
        let made = try Board.found(at: board.path, name: name ?? "", ballot: ballot)
        if output.json {
            let result = Result(
                board: made.id.description, node: Base32.encode(made.node.bytes), path: made.path)
            Terminal.write(try JSONOutput.encode(result))
        } else {
            Terminal.line("A new board: \(made.path.printable)")
            Terminal.line("Its key lies beside it and makes this copy the founder: keep both.")
            Terminal.line("Next: communis me you@example.org, then communis submit \"An idea\"")
        }
    }
}

extension BallotKind: ExpressibleByArgument {}
