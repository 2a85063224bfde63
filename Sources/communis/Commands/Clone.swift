import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisLog
import CommunisStore
import CommunisSync

struct Clone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: say("Make a new copy of a board, in this folder."),
        discussion: sayFlowing(
            """
            The copy is a board of its own that takes ideas and votes. It can write where you can
            read a steward's key beside the board it comes from; otherwise it is a reader. A hub
            (`communis serve`) gives a copy to who was invited: `communis node invite` there
            prints the line to run.

            EXAMPLES
              communis clone ../office/communis.sqlite --name "Kiosk 3"
              communis clone ../office --board kiosk.sqlite
              communis clone ssh://office.example.org/srv/board/communis.sqlite
              communis clone 'https://ideas.example.org#TOKEN'
            """))

    @Argument(
        help: .say("The path or address of a board; of a hub, the invitation."), completion: .file()
    )
    var peer: String

    @Option(help: .say("What the new copy is called."))
    var name: String?

    @OptionGroup var certificates: CertificateOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var board, node, path, role: String
        var sync: SyncRecord
    }

    func run() throws {
        let name = try name.map { try TextInput.line($0, "name", scalars: Limits.nameScalars) }
        let address = try PeerAddress(peer)
        var invitation: [UInt8] = []
        if case .http(let hub) = address {
            guard let token = hub.token else {
                throw Failure(
                    Failure.noPermission, "\(hub.text) admits nobody without an invitation",
                    "ask a steward there to run: communis node invite")
            }
            invitation = token.secret
        }
        let key: NodeKey
        if invitation.isEmpty {
            try Board.checkFree(board.path)
            key = NodeKey()
        } else {
            key = try Board.prepareClone(board.path)
        }
        let transport = try address.transport(
            for: nil, key: key, authority: certificates.authority)
        let bar = ProgressBar()
        let start = ContinuousClock.now
        let outcome = try SyncClone.run(
            over: transport, address: address.name, to: board.path, name: name, key: key,
            invitation: invitation
        ) { bar.show("Cloning", $0) }
        bar.end()
        try address.remember(authority: certificates.authority, in: outcome.board)
        let record = SyncRecord(address.name, outcome.report, ContinuousClock.now - start)
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        board: outcome.board.id.description,
                        node: Base32.encode(outcome.board.node.bytes), path: outcome.board.path,
                        role: max(outcome.role, .reader).name, sync: record)))
        } else {
            Terminal.line(
                """
                A new copy: \(outcome.board.path.printable), with \
                \(record.received.changes, "change", "changes")
                """)
            let admit = ShownCommand("node admit", [Base32.encode(outcome.board.node.bytes)])
            Terminal.line(
                outcome.role >= .contributor
                    ? "It is a \(outcome.role.words): it takes ideas and votes. Keep its key beside it."
                    : invitation.isEmpty
                        ? """
                        It is a reader: no steward's key could be read beside \
                        \(address.name.printable). To let it write, a steward runs: \(admit)
                        """ : "It is a reader, as it was invited to be.")
        }
        record.warnOfUnsealed()
        record.warnOfClock()
        try record.check()
    }
}
