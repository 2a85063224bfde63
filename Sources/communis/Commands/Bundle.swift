import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisSync

struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: say("Sync by a file, on a stick or in a mail."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis bundle create /media/stick/hall.bundle
              communis bundle apply /media/stick/hall.bundle
            """),
        subcommands: [BundleCreate.self, BundleApply.self])
}

struct BundleCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: say("Write all that this copy knows to one file."),
        discussion: sayFlowing(
            """
            Another copy takes it in with `communis bundle apply`; what it has already does not
            matter. The file holds ideas, votes and names as every copy does, and no key.

            With --since, it begins with the first change here of that time or later; what came to
            this copy after that one follows, whatever its own time. An import keeps the times of
            its source: where nothing new was written before it, leave --since away.

            EXAMPLES
              communis bundle create /media/stick/hall.bundle
              communis bundle create week.bundle --since 7d
            """))

    @Argument(help: .say("Where to; nothing may be there yet."), completion: .file())
    var file: String

    @Option(
        help: .say(
            "Only from the first change since a day (2026-11-01) or for so long (12h, 30d, 4w) on.")
    )
    var since: String?

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var file: String
        var changesets, changes, bytes: Int
    }

    func validate() throws { try validateBundle(file) }

    func run() throws {
        let board = try board.open()
        let now = BoardEnvironment.system.now()
        let since = try since.map { try DateInput.moment($0, now: now) }
        let bar = ProgressBar()
        let report = try BundleWriter.write(board, to: file, since: since) {
            bar.show("Writing", $0)
        }
        bar.end()
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        file: file, changesets: report.changesets, changes: report.changes,
                        bytes: report.bytes)))
        } else {
            let apply = ShownCommand("bundle apply", [file.shown(orElse: "FILE")])
            Terminal.line(
                """
                \(file.printable): \(report.changes, "change", "changes"), \
                \(report.bytes / 1_024 + 1) KB. At the other copy: \(apply)
                """)
        }
    }
}

struct BundleApply: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: say("Take in what another copy wrote to a file."),
        discussion: sayFlowing(
            """
            What is here already is left as it is, so a bundle can be applied twice. A damaged file
            changes nothing.

            EXAMPLES
              communis bundle apply /media/stick/hall.bundle
            """))

    @Argument(help: .say("A file that `communis bundle create` wrote."), completion: .file())
    var file: String

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var file: String
        var changesets, changes, held, parked: Int
        /// What was refused, by reason.
        var refused: [String: Int]
    }

    func validate() throws { try validateBundle(file) }

    func run() throws {
        let board = try board.open()
        let bar = ProgressBar()
        let report = try BundleReader.apply(file, to: board) { bar.show("Applying", $0) }
        bar.end()
        let parked = report.verdicts[.parked] ?? 0
        let refused = Dictionary(
            uniqueKeysWithValues: report.refused.map { ($0.key.rawValue, $0.value) })
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        file: file, changesets: report.changesets, changes: report.changes,
                        held: report.held.count, parked: parked,
                        refused: refused)))
        } else {
            Terminal.line(
                report.changesets == 0
                    ? "\(file.printable): nothing new"
                    : "\(file.printable): \(report.changes, "new change", "new changes")")
        }
        SyncRecord.warn(held: report.heldWithoutRole, parked: parked)
        try SyncRecord.check(
            refused: refused,
            "create the bundle anew where it was made, after `communis verify` there")
    }
}

/// Elsewhere `-` is standard input or output.
private func validateBundle(_ file: String) throws {
    guard file != "-" else {
        throw ValidationError(say("a bundle is a file; write ./- for one that is called so"))
    }
}
