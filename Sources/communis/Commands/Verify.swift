import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say("Seal, recompute everything from the log, and compare."),
        discussion: sayFlowing(
            """
            Checks every signature and recomputes the whole view. Two copies with one fingerprint
            hold the same changes. Ends with 65 if anything differs.

            EXAMPLES
              communis verify
              communis verify --json
            """))

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var ok: Bool
        var changesets, changes, held, parked: Int
        var fingerprint, horizon: String
        var viewVersion: Int
        var view: String
        var differences: [String]
    }

    func run() throws {
        let board = try board.open()
        let bar = ProgressBar()
        let report = try board.verify { bar.show("Verifying", $0, $1) }
        bar.end()
        if output.json {
            let result = Result(
                ok: report.isSound, changesets: report.changesets, changes: report.changes,
                held: report.held, parked: report.parked, fingerprint: report.fingerprint,
                horizon: report.horizon.iso8601, viewVersion: report.viewVersion,
                view: report.view, differences: report.differences.map(\.english))
            Terminal.write(try JSONOutput.encode(result))
        } else {
            Terminal.line(
                """
                \(report.isSound ? Terminal.styled(say("ok"), .green) : Terminal.styled(say("not ok"), .red)): \
                \(report.changesets, "changeset", "changesets"), \
                \(report.changes, "change", "changes"), \(report.parked) parked
                """)
            Terminal.line("fingerprint \(report.fingerprint)")
            Terminal.line("view        \(report.view)")
            for difference in report.differences { Terminal.line("  \(say(difference).printable)") }
        }
        if !report.isSound {
            throw Failure(
                Failure.data, "the board differs from its log",
                "keep this copy, and clone the board again from a peer or restore a backup")
        }
    }
}
