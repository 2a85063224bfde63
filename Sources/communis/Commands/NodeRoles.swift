import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

/// A copy of the board, as an argument.
struct NodeArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            say("The copy: its id, or the beginning that `communis node list` shows."),
            valueName: "copy"))
    var copy: String

    /// - Returns: a copy that is known here, or one that is named by its whole id.
    func node(on board: Board) throws -> NodeID {
        if let bytes = Base32.decode(copy), let id = NodeID(bytes) {
            return id
        }
        return try board.node(copy).id
    }
}

/// A copy's standing as `--json` reports it.
private struct NodeResult: Encodable {
    var id, role: String
    var changesets, held: Int
    var disavowed: Bool

    init(_ id: NodeID, on board: Board) throws {
        let row = try board.nodes().first { $0.id == id }
        self.id = Base32.encode(id.bytes)
        role = try board.role(of: id).name
        changesets = row?.changesets ?? 0
        held = row?.held ?? 0
        disavowed = row?.isDisavowed ?? false
    }
}

struct NodeAdmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: say("Give a copy a role, as a steward."),
        discussion: sayFlowing(
            """
            A copy's first role covers what it wrote before. A later one holds from now on: what it \
            wrote until now, as far as it is here, keeps counting or stays without effect as it \
            did. Only the founder makes stewards.

            EXAMPLES
              communis node admit 8f3k2q1z
              communis node admit 8f3k2q1z --role reader
            """))

    @OptionGroup var node: NodeArgument

    @Option(
        help: ArgumentHelp(
            say("What it may do: reader, contributor or steward."), valueName: "role"))
    var role = "contributor"

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let roles: [Role] = [.reader, .contributor, .steward]
        guard let role = roles.first(where: { $0.name == self.role }) else {
            throw Failure(
                Failure.usage, "there is no role \(self.role.quoted)",
                "name one of: reader, contributor, steward")
        }
        let board = try board.open()
        let id = try node.node(on: board)
        let before = try board.role(of: id)
        let known = try board.nodes().first { $0.id == id }
        if before != role { try board.setRole(of: id, to: role) }
        if output.json {
            return Terminal.write(try JSONOutput.encode(NodeResult(id, on: board)))
        }
        guard before != role else {
            return Terminal.line("The copy \(id.shortName) is a \(role.words) already")
        }
        Terminal.line("The copy \(id.shortName) is now a \(role.words)")
        if let known, known.hasLostRole, known.heldWithoutRole > 0 {
            Terminal.warning(
                """
                \(known.heldWithoutRole, "changeset", "changesets") without effect for good: written while it \
                had no role
                """)
        }
        Terminal.line(
            before > .none
                ? "Undo: communis node admit \(id.shortName) --role \(before.name)"
                : "Undo: communis node revoke \(id.shortName)")
    }
}

struct NodeRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: say("Take a copy's role away, as a steward."),
        discussion: sayFlowing(
            """
            What it wrote until now, as far as it is here, keeps counting; what it writes from now \
            on, whatever times it claims, is held outside the board. With --since, what it wrote \
            from that day on loses its effect too, for good: a role given later does not bring it \
            back. What it erased since then stays erased.

            EXAMPLES
              communis node revoke 8f3k2q1z
              communis node revoke 8f3k2q1z --since 2026-11-20
            """))

    @OptionGroup var node: NodeArgument

    @Option(
        help: .say("Also what it wrote since a day (2026-11-01) or for so long (12h, 30d, 4w)."))
    var since: String?

    @Flag(help: .say("Do not ask first, with --since."))
    var yes = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let cut = try since.map { try DateInput.moment($0, now: board.now) }
        let id = try node.node(on: board)
        let before = try board.role(of: id)
        try board.checkRight(to: .node(id, .role(.none, heads: [])))
        if let cut, !yes { try ask(id, try board.changesetCount(of: id, from: cut)) }
        if before != .none || cut != nil { try board.setRole(of: id, to: .none, cut: cut) }
        let result = try NodeResult(id, on: board)
        if output.json { return Terminal.write(try JSONOutput.encode(result)) }
        guard before != .none || cut != nil else {
            return Terminal.line("The copy \(id.shortName) has no role already")
        }
        Terminal.line(
            """
            The copy \(id.shortName) has no role any more; \
            \(result.changesets, "changeset", "changesets") of it still count
            """)
        if before > .none, cut == nil {
            Terminal.line("Undo: communis node admit \(id.shortName) --role \(before.name)")
        }
    }

    /// On a terminal only: a script says what it means.
    private func ask(_ id: NodeID, _ count: Int) throws {
        guard count > 0, SimilarOffer.isPossible else { return }
        let question: Phrase = """
            Up to \(count, "changeset", "changesets") of the copy \(id.shortName) will lose their \
            effect for good. Type yes:
            """
        Terminal.note(say(question) + " ")
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        guard answer == "yes" || answer == say("yes") else {
            throw Failure(Failure.usage, "nothing was changed", "type yes, or add --yes")
        }
    }
}

struct NodeDisavow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disavow",
        abstract: say("Declare that none of a copy's votes count, as a steward."),
        discussion: sayFlowing(
            """
            Earlier votes of the same members at other copies count again. Ideas and comments stay.

            EXAMPLES
              communis node disavow 8f3k2q1z
              communis node disavow 8f3k2q1z --withdraw
            """))

    @OptionGroup var node: NodeArgument

    @Flag(help: .say("Let its votes count again."))
    var withdraw = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let id = try node.node(on: board)
        let content = ChangeContent.node(id, .disavowed(!withdraw))
        try board.checkRight(to: content)
        let isDisavowed = try board.nodes().first { $0.id == id }?.isDisavowed ?? false
        if isDisavowed == withdraw { try board.write([Draft(by: nil, content)]) }
        if output.json {
            return Terminal.write(try JSONOutput.encode(NodeResult(id, on: board)))
        }
        Terminal.line(
            withdraw
                ? "The votes of the copy \(id.shortName) count"
                : "The votes of the copy \(id.shortName) do not count")
        if isDisavowed == withdraw {
            Terminal.line(
                withdraw
                    ? "Undo: communis node disavow \(id.shortName)"
                    : "Undo: communis node disavow \(id.shortName) --withdraw")
        }
    }
}
