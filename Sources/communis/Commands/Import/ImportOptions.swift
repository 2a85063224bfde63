import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

/// What every import of files has in common: what names the rows, and how it is run and told.
struct ImportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("What names the rows' origin (default: the file's name without its extension)."),
            valueName: "name"))
    var source: String?

    @Option(
        help: ArgumentHelp(
            say("The time of what has none: 2026-11-01, a time, or 30d ago."), valueName: "day"))
    var date: String?

    @Flag(help: .say("Say what would be imported; write nothing."))
    var dryRun = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    /// The name of the origin, checked.
    func sourceName() throws -> String? {
        try source.map { try TextInput.line($0, "source", scalars: Limits.nameScalars) }
    }

    /// Reads files, brings what they hold onto the board, and tells what became of it.
    ///
    /// - Parameter read: called with what readers have to know and for progress (done, all).
    func run(
        _ read: (ImportContext, (Int, Int) -> Void) throws -> ImportedContents
    ) throws {
        let board = try board.open()
        let context = try ImportContext(board, date: try moment(on: board))
        let bar = ProgressBar()
        let contents = try read(context) { bar.show("Reading", $0, $1) }
        let summary = try Importer.run(
            contents, into: board, context: context, isTrial: dryRun
        ) { bar.show("Importing", $0, $1) }
        bar.end()
        try ImportTelling(summary: summary, isTrial: dryRun).tell(inJSON: output.json)
    }

    private func moment(on board: Board) throws -> Milliseconds? {
        guard let date else { return nil }
        let moment = try DateInput.moment(date, now: board.now)
        guard moment <= (try board.lastMoment()) else {
            throw Failure(
                Failure.usage, "\(date.quoted) lies in the future", "name a day that has begun")
        }
        return moment
    }
}
