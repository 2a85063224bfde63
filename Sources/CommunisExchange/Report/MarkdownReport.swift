import CommunisCore
import CommunisStore

/// The report as GitHub Flavored Markdown.
extension TopReport {
    /// - Parameter say: gives a phrase in the language of the report.
    package func markdown(say: (Phrase) -> String) -> String {
        let name = MarkdownText(say(name)).escaped
        var text = "# \(say("Top ideas: \(Phrase(verbatim: name))"))\n\n"
        text += say(counted) + " " + MarkdownText(say(selection)).escaped
        text += "\n\n" + keyFigures(say) + "\n\n"
        if ideas.isEmpty {
            text += say(nothing) + "\n\n"
        } else {
            text += table(say) + "\n" + answers(say)
        }
        return text + "*\(say("How it is counted")):* \(counting.map(say).joined(separator: " "))\n"
    }

    private func keyFigures(_ say: (Phrase) -> String) -> String {
        keyFigures.map { figure in
            let detail = figure.detail.map { " (\(say($0)))" } ?? ""
            return "**\(figure.number)** \(say(figure.label))\(detail)"
        }.joined(separator: " · ")
    }

    private func table(_ say: (Phrase) -> String) -> String {
        let sides: [Phrase] = hasSides ? ["Agree", "Disagree", "Pass"] : ["Agree"]
        let head: [Phrase] = ["#", "Idea", "Score"] + sides + ["Comments", "Status", "Ref"]
        var text = line(head.map(say))
        text += line(
            ["--:", "---", "--:"] + sides.map { _ in "--:" } + ["--:", "---", "---"])
        for (rank, idea) in zip(1..., ideas) {
            var votes = [String(idea.tally.agree)]
            if hasSides { votes += [String(idea.tally.disagree), String(idea.tally.pass)] }
            text += line(
                [String(rank), cell(idea), String(idea.score)] + votes
                    + [String(idea.comments), say(idea.status.words), "`\(idea.ref)`"])
        }
        return text
    }

    private func cell(_ idea: IdeaSummary) -> String {
        let need = MarkdownText(idea.need).escaped
        return "**\(MarkdownText(idea.title).escaped)**" + (need.isEmpty ? "" : "<br>\(need)")
    }

    private func line(_ cells: [String]) -> String {
        "| \(cells.joined(separator: " | ")) |\n"
    }

    /// What the organisation answered, below the table, where there is room for it.
    private func answers(_ say: (Phrase) -> String) -> String {
        let answered = ideas.filter { !$0.statusNote.isEmpty }
        guard !answered.isEmpty else { return "" }
        return answered.reduce(into: "## \(say("Answers"))\n\n") { text, idea in
            let title = MarkdownText(idea.title).escaped
            let note = MarkdownText(idea.statusNote).escaped
            text += "- **\(title)** (\(say(idea.status.words))): \(note)\n"
        } + "\n"
    }
}
