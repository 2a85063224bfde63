import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Node: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: say("The copies of this board."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis node list
              communis node rename "Kiosk 3"
              communis node revoke 8f3k2q1z
            """),
        subcommands: [
            NodeList.self, NodeRename.self, NodeInvite.self, NodeAdmit.self, NodeRevoke.self,
            NodeDisavow.self,
        ])
}

struct NodeList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the copies that wrote here, have a role, or wait for one."),
        discussion: sayFlowing(
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
        var changesets, held: Int
        /// Whether two copies wrote with its key.
        var forked: Bool
        var disavowed: Bool
        @Present var lastChange: String?
    }

    func run() throws {
        let nodes = try board.openToRead().nodes()
        if output.json {
            let records = nodes.map {
                Record(
                    id: Base32.encode($0.id.bytes), name: $0.name, role: $0.role.name,
                    this: $0.isThis, changesets: $0.changesets, held: $0.held,
                    forked: $0.isForked, disavowed: $0.isDisavowed,
                    lastChange: $0.lastChange?.iso8601)
            }
            return Terminal.write(try JSONOutput.encode(records))
        }
        var table = Table([
            .init(title: "node"), .init(title: "role"),
            .init(title: "changesets", isRight: true, rank: 1),
            .init(title: "last change", rank: 2),
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
        explainHeld(nodes.filter { $0.heldWithoutRole > 0 })
        for node in nodes { explain(node) }
    }

    /// Strangers can send as many keys as they like: a few are told, the others counted.
    private func explainHeld(_ nodes: [NodeRow]) {
        for node in nodes.prefix(Self.heldLimit) {
            Terminal.warning(
                node.hasLostRole
                    ? """
                    \(node.heldWithoutRole, "changeset", "changesets") of \(node.id.shortName) held outside \
                    the board, since its role was taken away; a role given later does not bring \
                    them back
                    """
                    : """
                    \(node.heldWithoutRole, "changeset", "changesets") of \(node.id.shortName) held outside \
                    the board, since it has no role; `\(ShownCommand("node admit", [node.id.shortName]))` \
                    lets them in
                    """)
        }
        if nodes.count > Self.heldLimit {
            Terminal.warning(
                """
                changesets of \(nodes.count - Self.heldLimit, "other copy", "other copies") are \
                held outside the board too
                """)
        }
    }

    private static let heldLimit = 10

    /// What else the table has no column for.
    private func explain(_ node: NodeRow) {
        if node.isForked {
            Terminal.warning(
                """
                two copies wrote with the key of \(node.id.shortName); nothing is lost, but if both \
                still do, run `communis node rename --new-key` at one of them
                """)
        }
        if node.isDisavowed {
            Terminal.warning("the votes of \(node.id.shortName) do not count: it was disavowed")
        }
    }
}

struct NodeRename: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: say("Give this copy, or as a steward another one, a name."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis node rename "Kiosk 3"
              communis node rename 8f3k2q1z "The kiosk in the hall"
              communis node rename --new-key "Kiosk 4"

            With --new-key this copy becomes a node of its own, as is needed where its file was
            copied by hand: two copies with one key look like one that contradicts itself.
            """))

    @Argument(
        help: ArgumentHelp(
            say(
                """
                The name; before it, for another copy, the beginning of its id as `communis node \
                list` shows it.
                """), valueName: "name"))
    var words: [String] = []

    @Flag(help: .say("Give this copy a key of its own; the old one is kept beside it."))
    var newKey = false

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var id, name: String
        var changed: Bool
    }

    func validate() throws {
        if newKey && words.count > 1 {
            throw ValidationError(say("--new-key is for this copy; give its name only"))
        }
        guard newKey || (1...2).contains(words.count) else {
            throw ValidationError(say("give a name, or a copy and its name"))
        }
    }

    func run() throws {
        if newKey { return try takeNewKey() }
        let name = try TextInput.line(
            words[words.count - 1], "name", scalars: Limits.nameScalars)
        let board = try board.open()
        let node = words.count == 2 ? try board.node(words[0]).id : board.node
        let content = ChangeContent.nodeName(node, name)
        try board.checkRight(to: content)
        let before = try board.nodes().first { $0.id == node }?.name ?? ""
        if name != before {
            let member = try acting.memberIfNamed(on: board)
            Terminal.warn(of: try board.write([Draft(by: member, content)]))
        }
        let id = Base32.encode(node.bytes)
        if output.json {
            let result = Result(id: id, name: name, changed: name != before)
            return Terminal.write(try JSONOutput.encode(result))
        }
        guard name != before else {
            return Terminal.line("The copy \(node.shortName) is called \(name.quoted) already")
        }
        Terminal.line("The copy \(node.shortName) is now called \(name.quoted)")
        // A copy that had no name cannot be without one again.
        if !before.isEmpty {
            let name = before.shown(orElse: node.shortName)
            Terminal.line("Undo: \(ShownCommand("node rename", [node.shortName, name]))")
        }
    }
}
