import ArgumentParser
import CommunisExchange
import CommunisStore

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("Export everything, row by row."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis export votes -o votes.csv
              communis export votes --all
              communis export ideas --format json

            Hidden and withdrawn ideas are included. No address is ever exported.
            """))

    @Argument(help: .say("\(ExportTable.allCases.map(\.rawValue).joined(separator: ", "))."))
    var table: ExportTable

    @Option(help: .say("csv or json."))
    var format = TableExport.Format.csv

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(say("Write to a file."), valueName: "file"), completion: .file())
    var file: String?

    @Flag(help: .say("Also every vote that lost, with a column that tells which one won."))
    var all = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        if all && table != .votes { throw ValidationError(say("--all goes with votes")) }
    }

    func run() throws {
        let board = try board.openToRead()
        try FileOutput.write(to: file) { target in
            try TableExport.run(
                table, of: board, format: output.json ? .json : format, includesLost: all,
                write: target.write)
        }
    }
}

extension ExportTable: ExpressibleByArgument {}
extension TableExport.Format: ExpressibleByArgument {}
