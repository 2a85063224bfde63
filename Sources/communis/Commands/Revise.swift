import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Revise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revise",
        abstract: say("Revise an idea's texts; older versions stay."),
        discussion: sayFlowing(
            """
            Everybody may revise. Where a text was revised in two places at once, revising it again
            settles it.

            EXAMPLES
              communis revise 4f7kq --title "A bench with a roof"
              communis revise 4f7kq --need "" --body - < text.md
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Option(help: .say("The idea in a line, at most 200 characters."))
    var title: String?

    @Option(help: .say("The need behind it, at most 2,000 bytes; an empty one takes it away."))
    var need: String?

    @Option(
        help: .say(
            """
            The proposal in full, at most 32 KB; - reads standard input, an empty one takes it away.
            """))
    var body: String?

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard title != nil || need != nil || body != nil else {
            throw ValidationError(say("say what is new: --title, --need or --body"))
        }
        guard need != "-" || body != "-" else {
            throw ValidationError(say("standard input can be the need or the body, not both"))
        }
    }

    func run() throws {
        var texts: [Revising.Text] = []
        if let title {
            let line = try TextInput.line(title, "title", scalars: Limits.titleScalars)
            texts.append(.init(field: .title, text: line))
        }
        let board = try board.open()
        let idea = try board.idea(idea)
        let member = try acting.member(on: board)
        if let need {
            let text = try TextInput.text(need, "need", bytes: Limits.needBytes)
            texts.append(.init(field: .need, text: text))
        }
        if let body {
            let text = try TextInput.text(body, "body", bytes: Limits.textBytes)
            texts.append(.init(field: .body, text: text))
        }
        let revising = try Revising(idea, to: texts, by: member, on: board)
        try output.json ? Terminal.write(revising.json()) : revising.report()
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: say("Bring back an earlier version of a text."),
        discussion: sayFlowing(
            """
            It becomes the newest revision; those after it stay. `communis history` shows what
            there is. Where a text was revised in two places at once, this settles it.

            EXAMPLES
              communis history 4f7kq
              communis restore 4f7kq m3k9q
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Argument(help: .say("The revision's ref, as `communis history` shows it."))
    var revision: String

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let idea = try board.idea(idea)
        let old = try board.history(of: idea).revision(revision)
        let member = try acting.member(on: board)
        let revising = try Revising(
            idea, to: [.init(field: old.field, text: old.text)], by: member, on: board)
        try output.json ? Terminal.write(revising.json()) : revising.report()
    }
}

/// New revisions of an idea's texts, and what is said of them.
private struct Revising {
    struct Text {
        var field: TextField
        var text: String
    }

    private let idea: IdeaSummary
    private let before: RevisionHistory
    private let after: RevisionHistory
    private let made: [Revision]
    private let unchanged: [TextField]

    /// Writes what differs from what stands, or settles what is concurrent. The heads are read
    /// just before: what somebody writes in between becomes a concurrent version.
    init(_ id: IdeaID, to texts: [Text], by member: MemberID, on board: Board) throws {
        let before = try board.history(of: id)
        let drafts = texts.compactMap {
            before.revision(of: id, $0.field, to: $0.text, on: board.id, by: member)
        }
        if !drafts.isEmpty { Terminal.warn(of: try board.write(drafts)) }
        let made = drafts.compactMap { draft in
            if case .revision(let revision) = draft.content { revision } else { nil }
        }
        guard let idea = try board.idea(id) else {
            throw Failure(Failure.software, "the idea is gone", "please report this")
        }
        self.idea = idea
        self.before = before
        self.made = made
        after = try board.history(of: id)
        unchanged = texts.map(\.field).filter { field in !made.contains { $0.field == field } }
    }

    func report() {
        for field in unchanged {
            Terminal.line("The \(field.words) of \(idea.label) says that already")
        }
        for revision in made {
            let heads = before.heads(of: revision.field)
            let words = revision.field.words
            Terminal.line(
                heads.count > 1
                    ? "The \(words) of \(idea.label) is settled: \(heads.count) versions became one"
                    : "You revised the \(words) of \(idea.label)")
            // A settled text cannot be made concurrent again.
            if heads.count > 1 { continue }
            // What was shown before, or nothing where the text is new.
            let undo =
                heads.first.flatMap { head in after.revisions.first { $0.id == head.id } }
                .map { ShownCommand("restore", [idea.ref, $0.ref]) }
                ?? ShownCommand("revise", [idea.ref], ["--\(revision.field.name)": ""])
            Terminal.line("Undo: \(undo)")
        }
    }

    private struct Record: Encodable {
        struct Made: Encodable {
            var id, ref, field: String
            var replaces: [String]
        }

        var idea, ref: String
        var revisions: [Made]
        var unchanged: [String]
    }

    func json() throws -> String {
        let revisions = made.map { revision in
            Record.Made(
                id: revision.id.base32,
                ref: after.revisions.first { $0.id == revision.id }?.ref ?? revision.id.base32,
                field: revision.field.name, replaces: revision.heads.map(\.base32))
        }
        return try JSONOutput.encode(
            Record(
                idea: idea.id.base32, ref: idea.ref, revisions: revisions,
                unchanged: unchanged.map(\.name)))
    }
}
