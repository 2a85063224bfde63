import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore
import Foundation

struct NodeInvite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: say("Make the line that gives another computer a copy, as a steward."),
        discussion: sayFlowing(
            """
            The line works at this copy only, while it is served (`communis serve`). Whoever has it
            can use it: send it as you would send a password.

            EXAMPLES
              communis node invite --address https://ideas.example.org
              communis node invite --role reader --uses 20 --expires 30d
              communis node invite --list
              communis node invite --withdraw 8f3k2q1z
            """))

    @Option(
        help: ArgumentHelp(
            say("What the new copy may do: reader, contributor or steward."), valueName: "role"))
    var role = "contributor"

    @Option(help: .say("How many copies may be made with it."))
    var uses = 1

    @Option(help: ArgumentHelp(say("How long it holds: 12h, 7d, 4w."), valueName: "time"))
    var expires = "7d"

    @Option(
        help: ArgumentHelp(
            say("Where this copy is served; the default is this computer's name and port 8080."),
            valueName: "address"))
    var address: String?

    @Flag(help: .say("List the invitations that this copy gave."))
    var list = false

    @Option(
        help: ArgumentHelp(
            say("Take an invitation back, by its name in the list."), valueName: "name"))
    var withdraw: String?

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Record: Encodable {
        var name, role: String
        var uses, used: Int
        var expires: String
        var open: Bool
        var line: String?

        init(_ invitation: Invitation, line: String? = nil, now: Milliseconds) {
            name = invitation.name
            role = invitation.role.name
            uses = invitation.uses
            used = invitation.used
            expires = invitation.expires.iso8601
            open = invitation.isOpen(at: now)
            self.line = line
        }
    }

    func validate() throws {
        guard (1...10_000).contains(uses) else {
            throw ValidationError(say("an invitation has 1 to 10000 uses"))
        }
        guard !(list && withdraw != nil) else {
            throw ValidationError(say("give --list or --withdraw, not both"))
        }
    }

    func run() throws {
        let board = try board.open()
        if list { return try printList(board) }
        if let withdraw { return try take(withdraw, back: board) }
        let roles: [Role] = [.reader, .contributor, .steward]
        guard let role = roles.first(where: { $0.name == self.role }) else {
            throw Failure(
                Failure.usage, "there is no role \(self.role.quoted)",
                "name one of: reader, contributor, steward")
        }
        let address = try servedAddress()
        let duration = try DurationInput.duration(expires)
        guard duration > .zero else {
            throw Failure(
                Failure.usage, "an invitation for no time admits nobody",
                "give how long it holds: 12h, 7d, 4w")
        }
        let (invitation, token) = try board.invite(
            as: role, uses: uses, expires: board.now.advanced(by: duration))
        let line = "\(ShownCommand("clone", ["\(address)#\(token.text)"]))"
        if output.json {
            return Terminal.write(
                try JSONOutput.encode(Record(invitation, line: line, now: board.now)))
        }
        // The line alone on standard output, for a script that passes it on.
        Terminal.write(line + "\n")
        let undo = ShownCommand("node invite", [], ["--withdraw": invitation.name])
        Terminal.note(
            say(
                """
                For \(invitation.uses, "copy", "copies") as \(role.words), until \
                \(invitation.expires.iso8601). Undo: \(undo)
                """) + "\n")
        if self.address == nil {
            // Unless told otherwise, `serve` is reached from this computer only.
            Terminal.note(
                say(
                    """
                    Others reach it there once it is served to them: communis serve --host \
                    0.0.0.0; name another place with --address
                    """) + "\n")
        }
    }

    private func servedAddress() throws -> String {
        guard let address else {
            var name = [CChar](repeating: 0, count: 256)
            let isNamed = gethostname(&name, name.count - 1) == 0
            let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return "http://\(isNamed ? String(decoding: bytes, as: UTF8.self) : "localhost"):8080"
        }
        guard case .http(let served) = try PeerAddress(address), served.token == nil else {
            throw Failure(
                Failure.usage, "\(address.quoted) is no address of a hub",
                "write https://host or https://host:8443")
        }
        return served.text
    }

    private func printList(_ board: Board) throws {
        let invitations = try board.invitations()
        if output.json {
            let records = invitations.map { Record($0, now: board.now) }
            return Terminal.write(try JSONOutput.encode(records))
        }
        guard !invitations.isEmpty else { return Terminal.line("This copy gave no invitation") }
        var table = Table([
            .init(title: "name"), .init(title: "role"), .init(title: "used", isRight: true),
            .init(title: "until"), .init(title: ""),
        ])
        for invitation in invitations {
            table.add([
                invitation.name, say(invitation.role.words),
                "\(invitation.used)/\(invitation.uses)", invitation.expires.iso8601,
                invitation.isOpen(at: board.now) ? "" : say("over"),
            ])
        }
        Terminal.write(table.text(width: Terminal.width))
    }

    private func take(_ name: String, back board: Board) throws {
        guard try board.withdrawInvitation(name) else {
            throw Failure(
                Failure.noInput, "there is no invitation \(name.quoted)",
                "`communis node invite --list` shows them")
        }
        Terminal.line("The invitation \(name) admits nobody any more; whom it admitted stays")
    }
}
