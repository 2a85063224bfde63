import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Submit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: say("Submit a new idea; prints its ref."),
        discussion: sayFlowing(
            """
            On a terminal, similar ideas are shown before, and a vote for one of them is offered \
            instead. Scripts are never asked.

            EXAMPLES
              communis submit "A bench at the bus stop" --need "I cannot stand for long"
              communis submit "Night buses" --body - --tag bus --facet service < text.md
              communis submit "A bench with a roof" --builds-on 4f7kq
            """))

    @Argument(help: .say("The idea in a line, at most 200 characters."))
    var title: String

    @Option(help: .say("The need behind it, at most 2,000 bytes."))
    var need: String?

    @Option(help: .say("The proposal in full, at most 32 KB; - reads standard input."))
    var body: String?

    @Option(
        name: .customLong("facet"),
        help: .say("\(Facet.choices)."))
    var facets: [Facet] = []

    @Option(name: .customLong("tag"), help: .say("A word to find it by."))
    var tags: [String] = []

    @Option(help: ArgumentHelp(say("The idea that it builds on."), valueName: "idea"))
    var buildsOn: String?

    @Flag(
        name: .shortAndLong, help: .say("Submit without asking, even if similar ideas are there."))
    var yes = false

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var id, ref: String
        var similar: [SimilarRecord]
    }

    /// An idea that says much the same.
    private struct SimilarRecord: Encodable {
        var id, ref, title: String
        var score: Int
    }

    func run() throws {
        let title = try TextInput.line(title, "title", scalars: Limits.titleScalars)
        let need = try need.map { try TextInput.text($0, "need", bytes: Limits.needBytes) }
        let tags = try tags.map(TextInput.tag)
        let board = try board.open()
        let member = try acting.member(on: board)
        let base = try buildsOn.map { try board.idea($0) }
        let body = try body.map { try TextInput.text($0, "body", bytes: Limits.textBytes) }

        let isAsking = SimilarOffer.isPossible && !yes && !output.json
        var similar: [IdeaSummary] = []
        if isAsking || output.json {
            let text = [title, need ?? "", body ?? ""].joined(separator: "\n")
            similar = try board.similar(to: text, limit: SimilarOffer.limit)
        }
        if isAsking, !similar.isEmpty {
            switch SimilarOffer(ideas: similar).ask() {
            case .vote(let place): return try vote(for: similar[place], by: member, on: board)
            case .stop: return
            case .submit, .unclear: break
            }
        }

        let (idea, making) = Draft.idea(on: board.id, by: member)
        var drafts = [making]
        for (field, text) in [(TextField.title, title), (.need, need), (.body, body)] {
            guard let text, !text.isEmpty else { continue }
            drafts.append(
                Draft.revision(of: idea, field, to: text, on: board.id, by: member).draft)
        }
        var changes: [ChangeContent] = facets.map {
            .label(idea, Label(.facet, $0.rawValue), isOn: true)
        }
        changes += tags.map { .label(idea, Label(.tag, $0), isOn: true) }
        if let base { changes.append(.ideaField(idea, .buildsOn(base))) }
        drafts += changes.map { Draft(by: member, $0) }
        Terminal.warn(of: try board.write(drafts))

        let ref = try board.idea(idea)?.ref ?? idea.base32
        if output.json {
            let records = similar.map {
                SimilarRecord(id: $0.id.base32, ref: $0.ref, title: $0.title, score: $0.score)
            }
            Terminal.write(
                try JSONOutput.encode(Result(id: idea.base32, ref: ref, similar: records)))
        } else {
            Terminal.write(ref + "\n")
        }
    }

    /// Votes for an idea that is there already, and prints its ref in place of a new one.
    private func vote(for idea: IdeaSummary, by member: MemberID, on board: Board) throws {
        let vote = CommunisCore.Vote(.agree)
        Terminal.warn(of: try board.write([Draft(by: member, .vote(idea.id, vote))]))
        Terminal.write(idea.ref + "\n")
    }
}

extension Facet: ExpressibleByArgument {}
