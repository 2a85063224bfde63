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
    /// What it did, or would do; `null` where nothing was taken from anybody.
    @Present var effect: NodeConsequence.Record?
    /// Whether nothing was changed since only a trial was asked for.
    var dryRun: Bool

    init(
        _ id: NodeID, on board: Board, _ consequence: NodeConsequence? = nil, isTrial: Bool = false
    ) throws {
        let row = try board.nodes().first { $0.id == id }
        self.id = Base32.encode(id.bytes)
        role = try board.role(of: id).name
        changesets = row?.changesets ?? 0
        held = row?.held ?? 0
        disavowed = row?.isDisavowed ?? false
        effect = consequence.map(NodeConsequence.Record.init)
        dryRun = isTrial
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
            did. Where it gets a lesser role, what it dated ahead and waits for its time counts as far as \
            that role allows. Only the founder makes stewards.

            EXAMPLES
              communis node admit 8f3k2q1z
              communis node admit 8f3k2q1z --role reader
            """))

    @OptionGroup var node: NodeArgument

    @Option(
        help: ArgumentHelp(
            say("What it may do: reader, contributor or steward."), valueName: "role"))
    var role = "contributor"

    @OptionGroup var options: ConsequenceOptions
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
        let isLess = role < before
        var consequence: NodeConsequence?
        if before != role, isLess || options.dryRun {
            let change = try board.roleChange(of: id, to: role)
            consequence = try NodeConsequence.of(
                "Make the copy \(id.shortName) a \(role.words)?", options, isAsked: isLess,
                unseen: change.unseenCount, isSilencing: isLess && role < .contributor
            ) { isTrial throws(BoardError) in try board.make(change, isTrial: isTrial) }
        } else if before != role {
            try board.setRole(of: id, to: role)
        }
        if output.json {
            let result = try NodeResult(id, on: board, consequence, isTrial: options.dryRun)
            return Terminal.write(try JSONOutput.encode(result))
        }
        guard before != role else {
            return Terminal.line("The copy \(id.shortName) is a \(role.words) already")
        }
        if options.dryRun, let consequence { return consequence.tellTrial() }
        Terminal.line("The copy \(id.shortName) is now a \(role.words)")
        consequence?.tell()
        if let known, known.hasLostRole, known.heldWithoutRole > 0 {
            Terminal.warning(
                """
                \(known.heldWithoutRole, "changeset", "changesets") without effect for good: written while it \
                had no role
                """)
        }
        if let consequence { return consequence.tellWayBack(id, to: before) }
        Terminal.line(
            before > .none
                ? "Undo: \(ShownCommand("node admit", [id.shortName], ["--role": before.name]))"
                : "Undo: \(ShownCommand("node revoke", [id.shortName]))")
    }
}

struct NodeRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: say("Take a copy's role away, as a steward."),
        discussion: sayFlowing(
            """
            What counts here of what it wrote keeps counting. What it writes from now on, and what it \
            wrote and has not come here, is held outside the board, whatever times it claims. What it \
            dated ahead, so that it waits for its time, does not come to count. With --since, what it \
            wrote from that day on, and after it, loses its effect too. What is lost is lost for good: \
            a role given later does not bring it back. What it erased stays erased.

            On a terminal it says before what will count and what not, and asks.

            EXAMPLES
              communis node revoke 8f3k2q1z
              communis node revoke 8f3k2q1z --since 2026-11-20 --dry-run
            """))

    @OptionGroup var node: NodeArgument

    @Option(
        help: .say("Also what it wrote since a day (2026-11-01) or for so long (12h, 30d, 4w)."))
    var since: String?

    @OptionGroup var options: ConsequenceOptions
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let cut = try since.map { try DateInput.moment($0, now: board.now) }
        let id = try node.node(on: board)
        let before = try board.role(of: id)
        let change = try board.roleChange(of: id, to: .none, cut: cut)
        var consequence: NodeConsequence?
        // Of one that has no role there may still be what an earlier revocation kept.
        if before != .none || change.lostCount > 0 {
            consequence = try NodeConsequence.of(
                "Take the role of the copy \(id.shortName) away?", options,
                unseen: change.unseenCount, isSilencing: before != .none
            ) { isTrial throws(BoardError) in try board.make(change, isTrial: isTrial) }
        }
        if output.json {
            let result = try NodeResult(id, on: board, consequence, isTrial: options.dryRun)
            return Terminal.write(try JSONOutput.encode(result))
        }
        guard let consequence else {
            return Terminal.line("The copy \(id.shortName) has no role already")
        }
        if options.dryRun { return consequence.tellTrial() }
        Terminal.line("The copy \(id.shortName) has no role any more")
        consequence.tell()
        if before > .none { consequence.tellWayBack(id, to: before) }
    }
}

struct NodeDisavow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disavow",
        abstract: say("Declare that none of a copy's votes count, as a steward."),
        discussion: sayFlowing(
            """
            Earlier votes of the same members at other copies count again. Ideas and comments stay. On a \
            terminal it says before which votes these are, and asks.

            EXAMPLES
              communis node disavow 8f3k2q1z
              communis node disavow 8f3k2q1z --withdraw
            """))

    @OptionGroup var node: NodeArgument

    @Flag(help: .say("Let its votes count again."))
    var withdraw = false

    @OptionGroup var options: ConsequenceOptions
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let id = try node.node(on: board)
        try board.checkRight(to: .node(id, .disavowed(!withdraw)))
        let isDisavowed = try board.nodes().first { $0.id == id }?.isDisavowed ?? false
        var consequence: NodeConsequence?
        if isDisavowed == withdraw {
            consequence = try NodeConsequence.of(
                "Let no votes of the copy \(id.shortName) count?", options, isAsked: !withdraw
            ) { isTrial throws(BoardError) in
                try board.disavow(id, !withdraw, isTrial: isTrial)
            }
        }
        if output.json {
            let result = try NodeResult(id, on: board, consequence, isTrial: options.dryRun)
            return Terminal.write(try JSONOutput.encode(result))
        }
        if options.dryRun, let consequence { return consequence.tellTrial() }
        Terminal.line(
            withdraw
                ? "The votes of the copy \(id.shortName) count"
                : "The votes of the copy \(id.shortName) do not count")
        guard let consequence else { return }
        consequence.tell()
        Terminal.line(
            withdraw
                ? "Undo: \(ShownCommand("node disavow", [id.shortName]))"
                : "Undo: \(ShownCommand("node disavow", [id.shortName], ["--withdraw": nil]))")
    }
}
