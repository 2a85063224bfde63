import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: say("Find ideas by their words."),
        discussion: sayFlowing(
            """
            Looks in titles, needs, tags, texts and comments, and forgives typing errors.

            EXAMPLES
              communis search bus shelter
              communis search verlihcting --limit 5
              communis search bench --status open --json
            """))

    @Argument(help: .say("What to look for: ideas with all of the words come first."))
    var words: [String]

    @Option(help: .say("\(Status.choices)."))
    var status: Status?

    @Option(help: .say("Only ideas with this tag."))
    var tag: String?

    @Option(help: .say("Only ideas of this facet."))
    var facet: Facet?

    @Option(help: .say("At most so many; 0 for all."))
    var limit = 20

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError(say("--limit is a number of ideas, or 0 for all"))
        }
    }

    func run() throws {
        let board = try board.openToRead()
        var query = IdeaQuery()
        query.status = status
        query.tag = try tag.map(TextInput.tag)
        query.facet = facet?.rawValue
        query.limit = limit > 0 ? limit : nil
        let text = words.joined(separator: " ")
        let ideas = try board.search(text, query)
        if output.json { return Terminal.write(try TopExport.json(ideas)) }
        if ideas.isEmpty {
            return Terminal.line(
                "No idea here with \(text.quoted). Try fewer words, or see: communis list")
        }
        Terminal.write(IdeaTable.text(ideas, isRanked: false))
    }
}

struct Similar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar",
        abstract: say("Find the ideas that say much the same as a text."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis similar "Seats at the bus stop, for those who cannot stand"
              communis similar - --limit 5 --json < text.md
            """))

    @Argument(help: .say("The text; - reads standard input."))
    var text: String

    @Option(help: .say("At most so many; 0 for all."))
    var limit = 20

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError(say("--limit is a number of ideas, or 0 for all"))
        }
    }

    func run() throws {
        let text = try TextInput.text(text, "text", bytes: Limits.textBytes)
        let board = try board.openToRead()
        let ideas = try board.similar(to: text, limit: limit > 0 ? limit : nil)
        if output.json { return Terminal.write(try TopExport.json(ideas)) }
        if ideas.isEmpty {
            return Terminal.line("No idea here says much the same.")
        }
        Terminal.write(IdeaTable.text(ideas, isRanked: false))
    }
}
