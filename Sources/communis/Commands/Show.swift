import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Show one idea with its comments."),
        discussion: say(
            """
            EXAMPLES
              communis show 4f7kq
              communis show 4f7kq --voters
            """))

    @Argument(help: .say("The idea's ref."))
    var idea: String

    @Flag(help: .say("Also who voted what, when and at which copy."))
    var voters = false

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let id = try board.idea(idea)
        guard let idea = try board.idea(id) else { return }
        let comments = try board.comments(on: id).filter { !$0.isHidden && !$0.isWithdrawn }
        let votes = voters ? try board.votes(on: id) : []
        let nodes = voters ? try board.nodes() : []
        let buildsOn = try idea.buildsOn.flatMap { try board.idea($0) }
        let page = IdeaPage(
            idea: idea, buildsOn: buildsOn, comments: comments, votes: voters ? votes : nil,
            nodes: Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) }))
        Terminal.write(output.json ? try page.json() : page.text())
    }
}

/// One idea in full.
struct IdeaPage {
    var idea: IdeaSummary
    var buildsOn: IdeaSummary?
    var comments: [CommentRow]
    /// `nil` where they were not asked for.
    var votes: [VoteRow]?
    var nodes: [NodeID: NodeRow]

    func text() -> String {
        var lines = [Terminal.styled(idea.title.printable, .bold)]
        lines.append(
            say(
                "\(idea.ref) · \(idea.status.name) · \(idea.tally.words) · \(idea.tally.proven) proven"
            ))
        let author = idea.createdBy.map { " by \($0.printable)" } ?? ""
        let source = idea.source.map { " from \($0.printable)" } ?? ""
        lines.append("submitted \(idea.createdAt.day)\(author)\(source)")
        if let buildsOn {
            lines.append("builds on \(buildsOn.ref) \(buildsOn.title.quoted)")
        }
        if !idea.facets.isEmpty {
            lines.append("facets: \(idea.facets.joined(separator: ", ").printable)")
        }
        if !idea.tags.isEmpty {
            lines.append("tags: \(idea.tags.joined(separator: ", ").printable)")
        }
        if !idea.concurrentFields.isEmpty {
            let fields = idea.concurrentFields.map(\.name).joined(separator: ", ")
            lines.append(Terminal.styled("revised in two places at once: \(fields)", .yellow))
        }
        if idea.isHidden { lines.append(Terminal.styled("hidden by a moderator", .yellow)) }
        if idea.isWithdrawn { lines.append(Terminal.styled("withdrawn by its author", .yellow)) }
        if !idea.need.isEmpty { lines += ["", "Need: " + idea.need.printableLines] }
        if !idea.body.isEmpty { lines += ["", idea.body.printableLines] }
        for comment in comments {
            lines += [
                "",
                Terminal.styled(
                    "\(comment.createdBy?.printable ?? "somebody"), \(comment.createdAt.day):",
                    .faint), comment.text.printableLines,
            ]
        }
        var text = lines.joined(separator: "\n") + "\n"
        if let votes { text += "\n" + table(votes) }
        return text
    }

    private func table(_ votes: [VoteRow]) -> String {
        if votes.isEmpty { return "No votes yet.\n" }
        var table = Table([
            .init(title: "vote"), .init(title: "when"), .init(title: "proof"),
            .init(title: "copy"), .init(title: "member"),
        ])
        for vote in votes {
            table.add([
                "\(vote.vote.ballot)", vote.at.moment.iso8601, "\(vote.vote.proof)",
                nodes[vote.node]?.label ?? vote.node.shortName,
                vote.memberName ?? Base32.encode(vote.member.bytes),
            ])
        }
        return table.text(width: Terminal.width)
    }

    // MARK: - JSON

    private struct Record: Encodable {
        var idea: IdeaRecord
        var body: String
        @Present var statusNote: String?
        @Present var buildsOn: String?
        var proven: Int
        var hidden, withdrawn: Bool
        /// The fields that were revised in two places at once.
        var concurrent: [String]
        var comments: [CommentRecord]
        var votes: [VoteRecord]?

        enum CodingKeys: CodingKey {
            case body, statusNote, buildsOn, proven, hidden, withdrawn, concurrent, votes
            case discussion
        }

        func encode(to encoder: any Encoder) throws {
            try idea.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(body, forKey: .body)
            try container.encode(statusNote, forKey: .statusNote)
            try container.encode(buildsOn, forKey: .buildsOn)
            try container.encode(proven, forKey: .proven)
            try container.encode(hidden, forKey: .hidden)
            try container.encode(withdrawn, forKey: .withdrawn)
            try container.encode(concurrent, forKey: .concurrent)
            try container.encode(comments, forKey: .discussion)
            try container.encodeIfPresent(votes, forKey: .votes)
        }
    }

    private struct CommentRecord: Encodable {
        var id, text, createdAt: String
        @Present var createdBy: String?
    }

    private struct VoteRecord: Encodable {
        var member: String
        @Present var name: String?
        var value: Int
        var proof, at, node: String
        @Present var nodeName: String?
    }

    func json() throws -> String {
        let record = Record(
            idea: IdeaRecord(idea), body: idea.body,
            statusNote: idea.statusNote.isEmpty ? nil : idea.statusNote,
            buildsOn: idea.buildsOn?.base32, proven: idea.tally.proven, hidden: idea.isHidden,
            withdrawn: idea.isWithdrawn, concurrent: idea.concurrentFields.map(\.name),
            comments: comments.map {
                CommentRecord(
                    id: $0.id.base32, text: $0.text, createdAt: $0.createdAt.iso8601,
                    createdBy: $0.createdBy)
            },
            votes: votes?.map {
                VoteRecord(
                    member: Base32.encode($0.member.bytes), name: $0.memberName,
                    value: $0.vote.ballot.number ?? 0, proof: "\($0.vote.proof)",
                    at: $0.at.moment.iso8601, node: Base32.encode($0.node.bytes),
                    nodeName: nodes[$0.node]?.name)
            })
        return try JSONOutput.encode(record)
    }
}

extension String {
    /// Printable, with its lines kept.
    var printableLines: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { String($0).printable }.joined(separator: "\n")
    }
}

extension NodeID {
    /// The beginning of the node's id.
    var shortName: String { String(Base32.encode(bytes).prefix(8)) }
}

extension NodeRow {
    /// The node's name, or the beginning of its id.
    var label: String { name ?? id.shortName }
}
