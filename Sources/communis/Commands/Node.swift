import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Node: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: say("The copies of this board."), subcommands: [NodeList.self])
}

struct NodeList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the copies that wrote here or have a role."),
        discussion: say(
            """
            EXAMPLES
              communis node list
              communis node list --json
            """))

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Record: Encodable {
        var id: String
        @Present var name: String?
        var role: String
        var this: Bool
        var changesets: Int
        @Present var lastChange: String?
    }

    func run() throws {
        let nodes = try board.open().nodes()
        if output.json {
            let records = nodes.map {
                Record(
                    id: Base32.encode($0.id.bytes), name: $0.name, role: $0.role.name,
                    this: $0.isThis, changesets: $0.changesets,
                    lastChange: $0.lastChange?.iso8601)
            }
            return Terminal.write(try JSONOutput.encode(records))
        }
        var table = Table([
            .init(title: "node"), .init(title: "role"),
            .init(title: "changesets", isRight: true), .init(title: "last change"),
            .init(title: "name"),
        ])
        for node in nodes {
            table.add([
                node.id.shortName, say(node.role.words), String(node.changesets),
                node.lastChange?.iso8601 ?? "–",
                node.isThis
                    ? say("\(node.name ?? "") (this copy)")
                    : node.name ?? "",
            ])
        }
        Terminal.write(table.text(width: Terminal.width))
    }
}
