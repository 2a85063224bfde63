import CommunisCore
import CommunisStore
import Foundation

/// One idea in full: what `show` tells of it.
struct IdeaPage {
    /// A comment that is shown, with its ref.
    struct ShownComment {
        var comment: CommentRow
        var ref: String
        /// Where it was written.
        var copy: CopyRow?
    }

    var idea: IdeaSummary
    /// Where the idea was submitted, and where it was withdrawn.
    var origin, withdrawal: CopyRow?
    var lineage: Lineage
    /// Who gave it its status, with which note.
    var answer: WinningChange?
    /// Who hid it, and why.
    var hiding: WinningChange?
    /// The versions of each text that was revised in two places at once, the shown one first.
    var versions: [[RevisionRow]]
    var comments: [ShownComment]
    /// How many comments are not shown since a moderator hid them.
    var hiddenComments: Int
    /// `nil` where they were not asked for.
    var votes: [VoteRow]?
    var nodes: [NodeID: NodeRow]
    /// This copy, of which the page does not tell that something was written at it.
    private let own: NodeID

    init?(_ id: IdeaID, on board: Board, withVotes: Bool) throws {
        guard let idea = try board.idea(id) else { return nil }
        self.idea = idea
        own = board.node
        let copies = try board.copies(of: [.creation(of: id), .withdrawal(of: id)])
        origin = copies[.creation(of: id)]
        withdrawal = idea.isWithdrawn ? copies[.withdrawal(of: id)] : nil
        lineage = try Lineage(of: idea, on: board)
        answer = try board.winner(of: .status(of: id))
        hiding = idea.isHidden ? try board.winner(of: .hidden(.idea(id))) : nil
        let history = idea.concurrentFields.isEmpty ? nil : try board.history(of: id)
        versions = idea.concurrentFields.compactMap { history?.heads(of: $0) }
        let all = try board.comments(on: id).filter { !$0.isWithdrawn }
        let shown = all.filter { !$0.isHidden }
        hiddenComments = all.count - shown.count
        let refs = try board.refs(of: shown.map(\.id))
        let writers = try board.copies(of: shown.map { .text(of: $0.id) })
        comments = shown.map {
            ShownComment(
                comment: $0, ref: refs[$0.id] ?? $0.id.base32, copy: writers[.text(of: $0.id)])
        }
        votes = withVotes ? try board.votes(on: id) : nil
        let nodes = withVotes ? try board.nodes() : []
        // A damaged file may hold one twice.
        self.nodes = Dictionary(nodes.map { ($0.id, $0) }) { first, _ in first }
    }

    func text() -> String {
        let sections = [heading, answerLines, texts, versionLines, discussion]
        let text = sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n")
        return text + "\n" + (votes.map { "\n" + table($0) } ?? "")
    }

    /// The title and what stands about the idea in single lines.
    private var heading: [String] {
        var lines = [Terminal.styled(wrapped(idea.title.printable), .bold)]
        lines += standing
        lines.append(wrapped(originLine))
        lines += lineage.lines.map { wrapped($0) }
        if !idea.facets.isEmpty {
            let facets = idea.facets.map { say(Facet.words(of: $0)) }
            lines.append(wrapped(say("facets: \(facets.joined(separator: ", "))")))
        }
        if !idea.tags.isEmpty {
            lines.append(wrapped(say("tags: \(idea.tags.joined(separator: ", "))")))
        }
        if idea.isHidden { lines.append(Terminal.styled(wrapped(say(hidingWords)), .yellow)) }
        if idea.isWithdrawn {
            let place = elsewhere(withdrawal)
            let words: Phrase =
                place.map { "withdrawn at \($0)" } ?? "withdrawn by its author"
            lines.append(Terminal.styled(wrapped(say(words)), .yellow))
        }
        return lines
    }

    /// Where the idea stands, with its status in its colour.
    private var standing: [String] {
        let name = say(idea.status.words)
        let words: Phrase =
            "\(idea.ref) · \(name) · \(idea.tally.words) · \(idea.tally.proven) proven"
        let text = say(words)
        guard let place = text.range(of: "· \(name)") else { return [wrapped(text)] }
        let start = text.index(place.lowerBound, offsetBy: 2)
        return Wrapping.lines(
            [
                Run(String(text[..<start])), Run(name, idea.status.style),
                Run(String(text[place.upperBound...])),
            ], width: Terminal.width)
    }

    /// The name of a copy that is not this one: that a member wrote there is that copy's word.
    private func elsewhere(_ copy: CopyRow?) -> String? {
        copy.flatMap { $0.node == own ? nil : NodeID.distinctLabel($0.name, $0.node) }
    }

    private var originLine: String {
        let words = say(submission)
        return elsewhere(origin).map { say("\(words), at \($0)") } ?? words
    }

    private var submission: Phrase {
        switch (idea.createdBy?.printable, idea.source?.printable) {
        case (let author?, let source?):
            "submitted \(idea.createdAt.day) by \(author) from \(source)"
        case (let author?, nil): "submitted \(idea.createdAt.day) by \(author)"
        case (nil, let source?): "submitted \(idea.createdAt.day) from \(source)"
        case (nil, nil): "submitted \(idea.createdAt.day)"
        }
    }

    private var hidingWords: Phrase {
        guard let hiding, case .hidden(_, _, let reason) = hiding.change.content else {
            return "hidden by a moderator"
        }
        let day = hiding.change.timestamp.moment.day
        return reason.isEmpty
            ? "hidden by \(hiding.author), \(day)"
            : "hidden by \(hiding.author), \(day): \(reason.printable)"
    }

    /// The organisation's answer: the note that came with the status.
    private var answerLines: [String] {
        guard !idea.statusNote.isEmpty else { return [] }
        let status = say(idea.status.words)
        let who = answer.map { ($0.author, $0.change.timestamp.moment.day) }
        let title: Phrase =
            who.map { "Answer of the organisation (\(status)), by \($0.0), \($0.1):" }
            ?? "Answer of the organisation (\(status)):"
        return [Terminal.styled(wrapped(say(title)), .bold), wrapped(idea.statusNote)]
    }

    /// Indented, as comments are: what people wrote in lines of their own cannot be taken for lines of
    /// the page.
    private var texts: [String] {
        var paragraphs: [String] = []
        if !idea.need.isEmpty {
            paragraphs.append(wrapped(say("Need: \(idea.need)"), indent: 2))
        }
        if !idea.body.isEmpty { paragraphs.append(wrapped(idea.body, indent: 2)) }
        return paragraphs.isEmpty ? [] : [paragraphs.joined(separator: "\n\n")]
    }

    private var discussion: [String] {
        var paragraphs = comments.map { shown in
            let author = shown.comment.createdBy?.printable ?? say("somebody")
            let day = shown.comment.createdAt.day
            let title =
                elsewhere(shown.copy).map { say("\(author), \(day), at \($0), \(shown.ref):") }
                ?? say("\(author), \(day), \(shown.ref):")
            return Terminal.styled(title, .faint) + "\n" + wrapped(shown.comment.text, indent: 2)
        }
        if hiddenComments > 0 {
            paragraphs.append(
                Terminal.styled(
                    say(
                        hiddenComments == 1
                            ? "1 comment is hidden by a moderator"
                            : "\(hiddenComments) comments are hidden by a moderator"), .yellow))
        }
        return paragraphs.isEmpty ? [] : [paragraphs.joined(separator: "\n\n")]
    }

    private func wrapped(_ text: String, indent: Int = 0) -> String {
        Wrapping.text(text, width: Terminal.width, indent: indent)
    }

    // MARK: - Versions

    /// What was written in two places at once, and how to settle it.
    private var versionLines: [String] {
        versions.filter { $0.count > 1 }.flatMap { heads -> [String] in
            let field = heads[0].field
            let title: Phrase =
                """
                Of the \(field.words), \(heads.count) versions were written at once; the first is \
                shown.
                """
            var lines = [Terminal.styled(wrapped(say(title)), .yellow)]
            for head in heads {
                lines.append("  " + Terminal.styled(say(heading(of: head)), .faint))
                lines.append(wrapped(head.text.isEmpty ? say("(empty)") : head.text, indent: 4))
            }
            let ref = idea.ref
            let revise = ShownCommand("revise", [ref], ["--\(field.name)": "TEXT"])
            let restore = ShownCommand("restore", [ref, heads[0].ref])
            lines.append(wrapped(say("Settle it: \(revise)")))
            lines.append(wrapped(say("or keep one as it is: \(restore)")))
            return lines
        }
    }

    private func heading(of head: RevisionRow) -> Phrase {
        "\(head.ref)  \(head.author) at \(head.copy), \(head.at.moment.minute):"
    }

    // MARK: - Votes

    private func table(_ votes: [VoteRow]) -> String {
        if votes.isEmpty { return say("No votes yet.") + "\n" }
        // Of joined ideas: which vote was cast on which, and which of a member's counts.
        let isJoined = votes.contains { !$0.counts || $0.idea != idea.id }
        var table = Table(
            [
                .init(title: "vote"), .init(title: "when"), .init(title: "proof", rank: 1),
                .init(title: "copy", rank: 2),
            ] + (isJoined ? [.init(title: "on"), .init(title: "counts")] : [])
                + [.init(title: "member")])
        let refs = Dictionary(
            ([idea] + lineage.joined).map { ($0.id, $0.ref) }
        ) { first, _ in first }
        for vote in votes {
            table.add(
                [
                    say(vote.vote.ballot.words), vote.at.moment.iso8601, say(vote.vote.proof.words),
                    nodes[vote.node]?.label ?? vote.node.shortName,
                ]
                    + (isJoined
                        ? [
                            refs[vote.idea] ?? vote.idea.base32,
                            vote.counts ? say("yes") : say("no"),
                        ]
                        : [])
                    + [vote.memberName ?? Base32.encode(vote.member.bytes)])
        }
        return table.text(width: Terminal.width)
    }
}
