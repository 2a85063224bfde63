import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisSync

struct Clone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: say("Make a new copy of a board, in this folder."),
        discussion: say(
            """
            The copy is a board of its own that takes ideas and votes. It can write where you can
            read a steward's key beside the board it comes from; otherwise it is a reader.

            EXAMPLES
              communis clone ../office/communis.sqlite --name "Kiosk 3"
              communis clone ../office --board kiosk.sqlite
              communis clone ssh://office.example.org/srv/board/communis.sqlite
            """))

    @Argument(help: .say("The path or ssh:// address of a board."), completion: .file())
    var peer: String

    @Option(help: .say("What the new copy is called."))
    var name: String?

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var board, node, path, role: String
        var sync: SyncRecord
    }

    func run() throws {
        let name = try name.map { try TextInput.line($0, "name", scalars: Limits.nameScalars) }
        let address = try PeerAddress(peer)
        let transport = try address.transport(for: nil)
        let bar = ProgressBar()
        let start = ContinuousClock.now
        let outcome = try SyncClone.run(
            over: transport, address: address.name, to: board.path, name: name
        ) { bar.show("Cloning", $0) }
        bar.end()
        let record = SyncRecord(address.name, outcome.report, ContinuousClock.now - start)
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        board: outcome.board.id.description,
                        node: Base32.encode(outcome.board.node.bytes), path: outcome.board.path,
                        role: outcome.role.name, sync: record)))
        } else {
            Terminal.line(
                """
                A new copy: \(outcome.board.path.printable), with \
                \(record.received.changes, "change", "changes")
                """)
            Terminal.line(
                outcome.role == .contributor
                    ? "It is a contributor: it takes ideas and votes. Keep its key beside it."
                    : """
                    It is a reader: no steward's key could be read beside \
                    \(address.name.printable).
                    """)
        }
        try record.check()
    }
}
