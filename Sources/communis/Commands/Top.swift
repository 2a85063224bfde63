import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: say("Export the top-voted ideas."),
        discussion: sayFlowing(
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
        let board = try board.openToRead()
        var query = IdeaQuery()
        query.limit = limit > 0 ? limit : nil
        query.facet = facet?.rawValue
        query.tag = try tag.map(TextInput.tag)
        query.since = since
        if format == .table, !output.json, file == nil {
            return Terminal.write(try IdeaTable.text(board.ideas(query), isRanked: true))
        }
        let text = try text(board, query, at: now)
        try FileOutput.write(to: file) { try $0.write(text) }
    }

    private func text(_ board: Board, _ query: IdeaQuery, at now: Milliseconds) throws -> String {
        switch output.json ? .json : format {
        case .table: Terminal.unstyled(try IdeaTable.text(board.ideas(query), isRanked: true))
        case .csv: try TopExport.csv(board.ideas(query))
        case .json: try TopExport.json(board.ideas(query))
        case .markdown: try TopReport(of: board, query, at: now).markdown(say: Language.say)
        case .html:
            try TopReport(of: board, query, at: now).html(
                language: Language.current.rawValue, say: Language.say)
        }
    }
}
