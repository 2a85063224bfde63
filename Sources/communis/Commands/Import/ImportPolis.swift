import ArgumentParser
import CommunisExchange
import CommunisStore

struct ImportPolis: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "polis",
        abstract: say("Import a conversation that was exported from Polis."),
        discussion: sayFlowing(
            """
            The folder holds comments.csv and votes.csv; its name names the conversation. Everything
            is imported or nothing is. Repeating an import changes nothing.

            EXAMPLES
              communis import polis exports/15-per-hour-seattle
            """))

    @Argument(help: .say("The folder of the export."), completion: .directory)
    var folder: String

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var ideas, votes, changes, newVotes, skippedHidings: Int
    }

    func run() throws {
        let board = try board.open()
        let bar = ProgressBar()
        let report = try PolisImport.run(folder, into: board) { phase, done, all in
            bar.show(phase == .reading ? "Reading" : "Importing", done, all)
        }
        bar.end()
        Terminal.warn(of: report.clockDoubt)
        for warning in report.identityWarnings { Terminal.warning(warning) }
        if report.skippedHidings > 0 {
            Terminal.warning(
                """
                \(report.skippedHidings) rejected comments are shown: only a steward's copy may \
                hide them
                """)
        }
        if output.json {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        ideas: report.ideas, votes: report.votes, changes: report.changes,
                        newVotes: report.newVotes, skippedHidings: report.skippedHidings)))
        } else {
            Terminal.line(
                report.changes == 0
                    ? "Nothing new: all \(report.ideas) ideas and \(report.votes) votes are here."
                    : """
                    Read \(report.ideas) ideas and \(report.votes) votes; \
                    \(report.changes) changes are new, \(report.newVotes) of them votes.
                    """)
        }
    }
}
