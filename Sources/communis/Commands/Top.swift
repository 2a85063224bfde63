import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: say("Export the top-voted ideas."),
        discussion: say(
            """
            EXAMPLES
              communis top
              communis top --since 30d --limit 5
              communis top --format csv -o top.csv
              communis top --format html -o top.html --facet service
            """))

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, csv, json, markdown, html
    }

    @Option(help: .say("At most so many; 0 for all."))
    var limit = 10

    @Option(
        help: .say("Count only votes cast since a day (2026-11-01) or for so long (12h, 30d, 4w)."))
    var since: String?

    @Option(help: .say("Only ideas of this facet."))
    var facet: Facet?

    @Option(help: .say("Only ideas with this tag."))
    var tag: String?

    @Option(help: .say("How to write it."))
    var format = Format.table

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(say("Write to a file."), valueName: "file"), completion: .file())
    var file: String?

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError(say("--limit is a number of ideas, or 0 for all"))
        }
    }

    func run() throws {
        let now = BoardEnvironment.system.now()
        let since = try since.map { try DateInput.moment($0, now: now) }
        let board = try board.open()
        var query = IdeaQuery()
        query.limit = limit > 0 ? limit : nil
        query.facet = facet?.rawValue
        query.tag = try tag.map(TextInput.tag)
        query.since = since
        let ideas = try board.ideas(query)
        let heading = TopExport.Heading(board: try board.name() ?? "Ideas", at: now, since: since)
        try FileOutput.write(to: file) { target in
            switch output.json ? .json : format {
            case .table: try target.write(IdeaTable.text(ideas, isRanked: true))
            case .csv: try target.write(TopExport.csv(ideas))
            case .json: try target.write(TopExport.json(ideas))
            case .markdown: try target.write(TopExport.markdown(ideas, heading))
            case .html: try target.write(TopExport.html(ideas, heading))
            }
        }
    }
}
