import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Me: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "me",
        abstract: "Show or set who acts on this copy.",
        discussion: """
            EXAMPLES
              communis me alice@example.org --name "Alice"
              communis me

            The address never leaves this copy; the name does, if you give one.
            """)

    /// The local setting that holds who acts.
    static let settingName = "me"

    @Argument(help: "An e-mail address or a handle.")
    var who: String?

    @Option(help: "The name that others see.")
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
        if let who { try board.set(Self.settingName, to: Who.normalised(who)) }
        let current = try board.setting(Self.settingName)
        guard let current else {
            if name != nil {
                throw Failure(
                    Failure.usage, "a name needs somebody who has it",
                    "give your address too: communis me you@example.org --name NAME")
            }
            if output.json {
                return Terminal.write(
                    try JSONOutput.encode(Result(who: nil, name: nil, member: nil)))
            }
            return Terminal.line("Nobody yet. Say who you are: communis me you@example.org")
        }
        let role = try board.role()
        let member = role >= .contributor ? try board.member(who: current) : nil
        if let member {
            try board.remember(current, as: member)
            if let name {
                let doubt = try board.write([Draft(by: member, .member(member, .name(name)))])
                Terminal.warn(of: doubt)
            }
        } else if name != nil {
            _ = try board.member(who: current)
        }
        let shown = try member.flatMap { try board.name(of: $0) }
        if output.json {
            let result = Result(
                who: current, name: shown, member: member.map { Base32.encode($0.bytes) })
            Terminal.write(try JSONOutput.encode(result))
        } else {
            Terminal.line(
                "You are \(current)"
                    + (shown.map { ", shown as \($0.printable)" } ?? ", without a name"))
        }
    }
}
