import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Me: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "me",
        abstract: say("Show or set who acts on this copy."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis me alice@example.org --name "Alice"
              communis me

            The address never leaves this copy; the name does, if you give one.
            """))

    /// The local setting that holds who acts.
    static let settingName = "me"

    @Argument(help: .say("An e-mail address or a handle."))
    var who: String?

    @Option(help: .say("The name that others see."))
    var name: String?

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        @Present var who: String?
        @Present var name: String?
        @Present var member: String?
    }

    func run() throws {
        let board = try board.open()
        let name = try name.map { try TextInput.line($0, "name", scalars: Limits.nameScalars) }
        guard let current = try who.map(Who.normalised) ?? ActingOption.inherited(on: board) else {
            return try nobody(name)
        }
        let isWriter = try board.role() >= .contributor
        // Before anything is stored, so that a missing key leaves everything as it was.
        let isShowing = who == nil && name == nil
        let member =
            isShowing
            ? try? board.member(who: current)
            : isWriter || name != nil ? try board.member(who: current) : nil
        if who != nil { try board.set(Self.settingName, to: current) }
        if let member, let name {
            try board.remember(current, as: member)
            Terminal.warn(of: try board.write([Draft(by: member, .member(member, .name(name)))]))
        }
        let shown = try member.flatMap { try board.name(of: $0) }
        if output.json {
            let result = Result(
                who: current, name: shown, member: member.map { Base32.encode($0.bytes) })
            Terminal.write(try JSONOutput.encode(result))
        } else {
            Terminal.line(
                shown.map { "You are \(current), shown as \($0.printable)" }
                    ?? "You are \(current), without a name")
        }
    }

    private func nobody(_ name: String?) throws {
        guard name == nil else {
            throw Failure(
                Failure.usage, "a name needs somebody who has it",
                "give your address too: communis me you@example.org --name NAME")
        }
        if output.json {
            Terminal.write(try JSONOutput.encode(Result(who: nil, name: nil, member: nil)))
        } else {
            Terminal.line("Nobody yet. Say who you are: communis me you@example.org")
        }
    }
}
