import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the ideas."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis list
              communis list --sort new --limit 5
              communis list --status building --tag transport --json
            """))

    @Option(
        help: .say(
            """
            top: score, then agreements; trending: what moved in the last 30 days; new: the \
            youngest first; discussed: the most comments first.
            """))
    var sort = IdeaQuery.Order.top

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

    func run() throws {
        let board = try board.openToRead()
        var query = IdeaQuery()
        query.order = sort
        query.status = status
        query.tag = try tag.map(TextInput.tag)
        query.facet = facet?.rawValue
        query.limit = limit > 0 ? limit : nil
        let ideas = try board.ideas(query)
        if output.json { return Terminal.write(try TopExport.json(ideas)) }
        if ideas.isEmpty, status != nil || tag != nil || facet != nil {
            return Terminal.line("No idea is like that. See all of them: communis list")
        }
        if ideas.isEmpty {
            return Terminal.line("No ideas here yet. Submit one: communis submit \"An idea\"")
        }
        Terminal.write(IdeaTable.text(ideas, isRanked: false))
    }

    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError(say("--limit is a number of ideas, or 0 for all"))
        }
    }
}

/// Ideas as a table for people.
enum IdeaTable {
    static func text(_ ideas: [IdeaSummary], isRanked: Bool) -> String {
        let rank = isRanked ? [Table.Column(title: "#", isRight: true)] : []
        var table = Table(
            rank + [
                .init(title: "ref"), .init(title: "score", isRight: true),
                .init(title: "agree", isRight: true, rank: 4),
                .init(title: "disagree", isRight: true, rank: 2),
                .init(title: "pass", isRight: true, rank: 1),
                .init(title: "comments", isRight: true, rank: 3),
                .init(title: "status", rank: 5), .init(title: "title"),
            ])
        for (place, idea) in zip(1..., ideas) {
            let counts = [
                idea.ref, String(idea.score), String(idea.tally.agree),
                String(idea.tally.disagree), String(idea.tally.pass), String(idea.comments),
            ]
            table.add(
                ((isRanked ? [String(place)] : []) + counts).map { Table.Cell($0) }
                    + [
                        Table.Cell(say(idea.status.words), idea.status.style),
                        Table.Cell(idea.title),
                    ])
        }
        return table.text(width: Terminal.width)
    }
}

extension IdeaQuery.Order: ExpressibleByArgument {}

extension Status: ExpressibleByArgument {
    public init?(argument: String) {
        guard let status = Status.allCases.first(where: { $0.name == argument }) else { return nil }
        self = status
    }

    public static var allValueStrings: [String] { allCases.map(\.name) }
}
