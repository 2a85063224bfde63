import CommunisCore
import CommunisExchange
import CommunisStore

/// All revisions of an idea's texts, oldest first, each with what it changed.
struct HistoryPage {
    private let idea: IdeaSummary
    private let history: RevisionHistory
    /// Where each revision stands in the history.
    private let places: [RevisionID: Int]
    /// How many versions of a field stand at once. Anybody can make them by the thousand.
    private let headCounts: [TextField: Int]

    init(idea: IdeaSummary, history: RevisionHistory) {
        self.idea = idea
        self.history = history
        places = Dictionary(
            history.revisions.enumerated().map { ($1.id, $0) },
            uniquingKeysWith: { first, _ in first })
        headCounts = history.revisions.reduce(into: [:]) { counts, revision in
            if revision.isHead { counts[revision.field, default: 0] += 1 }
        }
    }

    func text() -> String {
        var blocks = [Terminal.styled(idea.label, .bold)]
        var effort = TextDifference.pageEffort
        for revision in history.revisions {
            let replaced = Set(revision.replaced).compactMap { places[$0] }.sorted()
                .map { history.revisions[$0] }
            blocks.append(
                ([heading(revision, replaced)] + changes(revision, replaced, &effort))
                    .joined(separator: "\n"))
        }
        for field in TextField.allCases where headCounts[field, default: 0] > 1 {
            blocks.append(Terminal.styled(say(advice(field)), .yellow))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private func heading(_ revision: RevisionRow, _ replaced: [RevisionRow]) -> String {
        let words: Phrase =
            """
            \(revision.ref)  \(revision.field.words)  \(revision.at.moment.minute)  \
            \(revision.author) at \(revision.copy)
            """
        var line = Terminal.styled(say(words), .faint)
        if replaced.count > 1 { line += "  " + say("settles \(replaced.count) versions") }
        if revision.isHead, headCounts[revision.field, default: 0] > 1 {
            line +=
                "  "
                + Terminal.styled(
                    say(revision.isShown ? "concurrent, shown" : "concurrent"), .yellow)
        }
        return line
    }

    /// The difference to the latest of what it replaced; a first text as it is.
    private func changes(
        _ revision: RevisionRow, _ replaced: [RevisionRow], _ effort: inout Int
    ) -> [String] {
        guard let last = replaced.last else {
            let text = revision.text.isEmpty ? say("(empty)") : revision.text
            return [Wrapping.text(text, width: Terminal.width, indent: 4)]
        }
        if last.text == revision.text {
            return ["    " + say("the text of \(last.ref), as it was")]
        }
        let difference = TextDifference(
            from: last.text, to: revision.text, effort: &effort)
        return difference.runs(isColoured: Terminal.isColoured).flatMap { runs in
            runs.map { Wrapping.lines($0, width: Terminal.width, indent: 4) } ?? ["    …"]
        }
    }

    private func advice(_ field: TextField) -> Phrase {
        let revise = ShownCommand("revise", [idea.ref], ["--\(field.name)": nil])
        let restore = ShownCommand("restore", [idea.ref, "REVISION"])
        return """
            Of the \(field.words) there are \(headCounts[field, default: 0]) versions at once. \
            Settle it with \(revise), or keep one with \(restore)
            """
    }

    // MARK: - JSON

    private struct Record: Encodable {
        var id, ref, field, text, at: String
        @Present var member: String?
        @Present var memberName: String?
        var node: String
        @Present var nodeName: String?
        var replaces: [String]
        var head, shown: Bool
    }

    func json() throws -> String {
        try JSONOutput.encode(
            history.revisions.map { row in
                Record(
                    id: row.id.base32, ref: row.ref, field: row.field.name, text: row.text,
                    at: row.at.moment.iso8601,
                    member: row.member.map { Base32.encode($0.bytes) }, memberName: row.memberName,
                    node: Base32.encode(row.node.bytes), nodeName: row.nodeName,
                    replaces: row.replaced.map(\.base32), head: row.isHead, shown: row.isShown)
            })
    }
}
