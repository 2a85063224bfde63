import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct Mine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mine",
        abstract: say("List your ideas, votes and comments."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis mine
              communis mine --as bob@example.org --json
            """))

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.openToRead()
        let member = try board.member(who: acting.who(on: board))
        let page = MinePage(contributions: try board.contributions(of: member))
        Terminal.write(output.json ? try page.json() : page.text())
    }
}

/// What one member gave to the board.
private struct MinePage {
    var contributions: Contributions

    func text() -> String {
        let sections = [ideas, votes, comments].compactMap { $0 }
        return sections.isEmpty
            ? say("Nothing of yours is here yet. Vote on an idea: communis vote REF") + "\n"
            : sections.joined(separator: "\n")
    }

    private var ideas: String? {
        if contributions.ideas.isEmpty { return nil }
        var table = Table([
            .init(title: "ref"), .init(title: "score", isRight: true),
            .init(title: "comments", isRight: true, rank: 1), .init(title: "status"),
            .init(title: "idea"),
        ])
        for idea in contributions.ideas {
            table.add([
                .init(idea.ref), .init(String(idea.score)), .init(String(idea.comments)),
                idea.isWithdrawn
                    ? .init(say("withdrawn"), .yellow)
                    : idea.isHidden
                        ? .init(say("hidden"), .yellow)
                        : .init(say(idea.status.words), idea.status.style),
                .init(idea.title),
            ])
        }
        return table.text(width: Terminal.width)
    }

    private var votes: String? {
        if contributions.votes.isEmpty { return nil }
        var table = Table([
            .init(title: "ref"), .init(title: "vote"), .init(title: "when", rank: 1),
            .init(title: "idea"),
        ])
        for vote in contributions.votes {
            table.add([
                vote.idea.ref, say(vote.vote.ballot.words), vote.at.minute, vote.idea.title,
            ])
        }
        return table.text(width: Terminal.width)
    }

    private var comments: String? {
        if contributions.comments.isEmpty { return nil }
        var table = Table([
            .init(title: "ref"), .init(title: "when", rank: 1), .init(title: "state", rank: 2),
            .init(title: "on"), .init(title: "comment"),
        ])
        for entry in contributions.comments {
            let comment = entry.comment
            table.add([
                .init(entry.ref), .init(comment.createdAt.minute),
                comment.isWithdrawn
                    ? .init(say("withdrawn"), .yellow)
                    : comment.isHidden ? .init(say("hidden"), .yellow) : .init(say("shown")),
                .init(entry.idea.ref), .init(comment.text),
            ])
        }
        return table.text(width: Terminal.width)
    }

    // MARK: - JSON

    private struct Record: Encodable {
        struct Idea: Encodable {
            var idea: IdeaSummary

            enum CodingKeys: CodingKey {
                case hidden, withdrawn
            }

            func encode(to encoder: any Encoder) throws {
                try IdeaRecord(idea).encode(to: encoder)
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(idea.isHidden, forKey: .hidden)
                try container.encode(idea.isWithdrawn, forKey: .withdrawn)
            }
        }

        struct Vote: Encodable {
            var idea, ref, title: String
            var value: Int
            var at: String
        }

        struct Comment: Encodable {
            var id, ref, idea, text, createdAt: String
            var hidden, withdrawn: Bool
        }

        var ideas: [Idea]
        var votes: [Vote]
        var comments: [Comment]
    }

    func json() throws -> String {
        let votes = contributions.votes.map { vote in
            Record.Vote(
                idea: vote.idea.id.base32, ref: vote.idea.ref, title: vote.idea.title,
                value: vote.vote.ballot.number ?? 0, at: vote.at.iso8601)
        }
        let comments = contributions.comments.map { entry in
            Record.Comment(
                id: entry.comment.id.base32, ref: entry.ref, idea: entry.idea.id.base32,
                text: entry.comment.text, createdAt: entry.comment.createdAt.iso8601,
                hidden: entry.comment.isHidden, withdrawn: entry.comment.isWithdrawn)
        }
        return try JSONOutput.encode(
            Record(
                ideas: contributions.ideas.map { Record.Idea(idea: $0) }, votes: votes,
                comments: comments))
    }
}
