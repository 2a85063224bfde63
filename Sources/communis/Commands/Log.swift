import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: say("Show the changes, newest first."),
        discussion: say(
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
            throw ValidationError("--limit is a number of changes, or 0 for all")
        }
    }

    func run() throws {
        let board = try board.open()
        let entries = try board.log(
            of: idea.map { try board.idea($0) }, limit: limit > 0 ? limit : .max)
        let words = ChangeWords(board)
        if output.json {
            let records = try entries.map { entry in
                Record(
                    at: entry.at.moment.iso8601, kind: words.kind(entry),
                    summary: try words.summary(entry), node: Base32.encode(entry.node.bytes),
                    nodeName: entry.nodeName,
                    member: entry.change?.member.map { Base32.encode($0.bytes) },
                    memberName: entry.memberName, changeset: entry.changeset?.description,
                    state: entry.state.rawValue)
            }
            return Terminal.write(try JSONOutput.encode(records))
        }
        var table = Table([
            .init(title: "when"), .init(title: "state"), .init(title: "copy"),
            .init(title: "member"), .init(title: "change"),
        ])
        for entry in entries {
            table.add([
                entry.at.moment.iso8601, entry.state.rawValue,
                entry.nodeName ?? entry.node.shortName, words.member(entry),
                try words.summary(entry),
            ])
        }
        Terminal.write(table.text(width: Terminal.width))
    }
}

/// Changes in words.
private final class ChangeWords {
    private let board: Board
    private var names: [IdeaID: String] = [:]

    init(_ board: Board) { self.board = board }

    func kind(_ entry: LogEntry) -> String {
        Register.Kind(rawValue: entry.kind).map { "\($0)" } ?? "kind \(entry.kind)"
    }

    func member(_ entry: LogEntry) -> String {
        guard let member = entry.change?.member else { return "–" }
        return entry.memberName ?? String(Base32.encode(member.bytes).prefix(8))
    }

    func summary(_ entry: LogEntry) throws -> String {
        guard let content = entry.change?.content else {
            return "\(kind(entry)), whose contents are not here"
        }
        return switch content {
        case .vote(let idea, let vote): "\(vote.ballot.verb) \(try name(idea))"
        case .revision(let revision):
            "\(revision.heads.isEmpty ? "writes" : "revises") \(revision.field.name) of "
                + "\(try name(revision.idea)): \(revision.text.quoted)"
        case .ideaField(let idea, .buildsOn(let other)):
            "\(try name(idea)) builds on \(try other.map(name) ?? "nothing")"
        case .ideaField(let idea, .source(let source)): "\(try name(idea)) comes from \(source)"
        case .ideaField(let idea, .withdrawn(let isOn)):
            "\(isOn ? "withdraws" : "brings back") \(try name(idea))"
        case .label(let idea, let label, let isOn):
            "\(isOn ? "sets" : "removes") \(label.axis) \(label.name) on \(try name(idea))"
        case .comment(_, .text(let idea, let text)):
            "comments on \(try name(idea)): \(text.quoted)"
        case .comment(let comment, .withdrawn(let isOn)):
            "\(isOn ? "withdraws" : "brings back") comment \(comment.base32)"
        case .sameAs(let pair, let isOn):
            "\(isOn ? "joins" : "splits") \(try name(pair.first)) and \(try name(pair.second))"
        case .carry(let pair, let consent):
            "\(consent) to joining \(try name(pair.first)) and \(try name(pair.second))"
        case .member(let member, .name(let name)):
            "names member \(Base32.encode(member.bytes).prefix(8)) \(name.quoted)"
        case .member(let member, .rights(let manage)):
            "member \(Base32.encode(member.bytes).prefix(8)) \(manage ? "may" : "may not") manage"
        case .status(let idea, let status, let note):
            "\(try name(idea)) is \(status.name)\(note.isEmpty ? "" : ": \(note.quoted)")"
        case .hidden(.idea(let idea), let isOn, let reason):
            "\(isOn ? "hides" : "shows") \(try name(idea))\(reason.isEmpty ? "" : ": \(reason.quoted)")"
        case .hidden(.comment(let comment), let isOn, let reason):
            "\(isOn ? "hides" : "shows") comment \(comment.base32)"
                + (reason.isEmpty ? "" : ": \(reason.quoted)")
        case .board(let setting, let value): "sets \(setting) to \(value.quoted)"
        case .node(let node, let field): "\(node.shortName): \(words(field))"
        case .erase(let changeset, let slot):
            "erases slot \(slot) of \(changeset.description.prefix(8))"
        }
    }

    private func words(_ field: NodeField) -> String {
        switch field {
        case .name(let name): "is called \(name.quoted)"
        case .role(let role, _): "is \(role.name)"
        case .proves(let isOn): isOn ? "proves members" : "does not prove members"
        case .clock(let offset): "had a clock off by \(offset) ms"
        case .disavowed(let isOn): isOn ? "is disavowed" : "is no longer disavowed"
        }
    }

    private func name(_ idea: IdeaID) throws -> String {
        if let name = names[idea] { return name }
        let summary = try board.idea(idea)
        let name = summary.map { "\($0.ref) \($0.title.quoted)" } ?? idea.base32
        names[idea] = name
        return name
    }
}

extension Ballot {
    fileprivate var verb: String {
        switch self {
        case .agree: "agrees with"
        case .disagree: "disagrees with"
        case .pass: "passes on"
        case .withdrawn: "takes back the vote on"
        }
    }
}
