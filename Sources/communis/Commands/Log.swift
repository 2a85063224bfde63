import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: say("Show the changes, newest first."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis log
              communis log 4f7kq --limit 100
            """))

    @Argument(help: .say("Only changes of this idea."))
    var idea: String?

    @Option(help: .say("At most so many; 0 for all."))
    var limit = 20

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Record: Encodable {
        var at, kind, summary, node: String
        @Present var nodeName: String?
        @Present var member: String?
        @Present var memberName: String?
        @Present var changeset: String?
        var state: String
    }

    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError(say("--limit is a number of changes, or 0 for all"))
        }
    }

    func run() throws {
        let board = try board.openToRead()
        let entries = try board.log(
            of: idea.map { try board.idea($0) }, limit: limit > 0 ? limit : .max)
        let words = ChangeWords(board)
        if output.json {
            let records = try entries.map { entry in
                Record(
                    at: entry.at.moment.iso8601, kind: words.kind(entry),
                    summary: try words.summary(entry).english,
                    node: Base32.encode(entry.node.bytes),
                    nodeName: entry.nodeName,
                    member: entry.change?.member.map { Base32.encode($0.bytes) },
                    memberName: entry.memberName, changeset: entry.changeset?.description,
                    state: entry.state.rawValue)
            }
            return Terminal.write(try JSONOutput.encode(records))
        }
        var table = Table([
            .init(title: "when", rank: 2), .init(title: "state", rank: 1),
            .init(title: "copy", rank: 3),
            .init(title: "member"), .init(title: "change"),
        ])
        for entry in entries {
            table.add([
                entry.at.moment.iso8601, say(entry.state.words),
                NodeID.distinctLabel(entry.nodeName, entry.node), words.member(entry),
                say(try words.summary(entry)),
            ])
        }
        Terminal.write(table.text(width: Terminal.width))
    }
}
