import CommunisCore
import CommunisStore
import Foundation
import Mustache

/// The report as one page that needs nothing but itself: no script, font or picture from elsewhere.
extension TopReport {
    /// - Parameters:
    ///   - language: of the words that `say` gives, as BCP 47 has it.
    ///   - say: gives a phrase in that language.
    package func html(language: String, say: (Phrase) -> String) throws -> String {
        let bars = VoteBars(ideas.map(\.tally))
        let digits =
            ideas.flatMap { [$0.tally.agree, $0.tally.disagree, $0.tally.pass, $0.score] }
            .map { String($0).count }.max() ?? 1
        let template = try MarkupText.template(PackageResources.top_mustache)
        return template.render(
            [
                "language": language, "style": Self.style, "title": say("Top ideas: \(name)"),
                "board": say(name), "counted": say(counted), "selection": say(selection),
                "isEmpty": ideas.isEmpty, "nothing": say(nothing), "hasSides": hasSides,
                "words": words(say), "figures": figureRows(say),
                "counting": counting.map(say).joined(separator: " "),
                "digits": digits, "votes": bars.votes, "passes": bars.passes,
                "zero": percent(bars.zero),
                "ideas": zip(1..., zip(ideas, bars.rows)).map { rank, entry in
                    row(rank, entry.0, entry.1, say)
                },
            ] as [String: Any])
    }

    private static let style = String(decoding: PackageResources.report_css, as: UTF8.self)

    /// The words that stand in the template's places.
    private func words(_ say: (Phrase) -> String) -> [String: String] {
        [
            "top": say("Top ideas"), "glance": say("At a glance"), "ideas": say("The ideas"),
            "counting": say("How it is counted"), "idea": say("Idea"), "score": say("Score"),
            "agree": say("Agree"), "disagree": say("Disagree"), "pass": say("Pass"),
            "typed": say("Typed"), "proven": say("Proven"), "comments": say("Comments"),
            "answer": say("The answer"),
            "caption": hasSides
                ? say(
                    """
                    Members who agree stand to the right of the line, members who disagree to the \
                    left of it, those who passed stand apart. One vote is equally wide in all bars.
                    """)
                : say("The members who agree with each idea, on one scale."),
        ]
    }

    private func figureRows(_ say: (Phrase) -> String) -> [[String: Any]] {
        keyFigures.map { figure in
            var row: [String: Any] = ["number": figure.number, "label": say(figure.label)]
            if let detail = figure.detail { row["detail"] = say(detail) }
            return row
        }
    }

    private func row(
        _ rank: Int, _ idea: IdeaSummary, _ bars: VoteBars.Row, _ say: (Phrase) -> String
    ) -> [String: Any] {
        let tally = idea.tally
        var row: [String: Any] = [
            "rank": rank, "ref": idea.ref, "title": idea.title.plain,
            "score": number(idea.score), "agree": tally.agree, "disagree": tally.disagree,
            "pass": tally.pass, "typed": tally.typed, "proven": tally.proven,
            "comments": idea.comments, "status": say(idea.status.words),
            "statusName": idea.status.name,
            "description": hasSides
                ? say("\(tally.agree) agree, \(tally.disagree) disagree, \(tally.pass) pass")
                : say("\(tally.agree) agree"),
        ]
        // A section of a key that is absent is left out; so is a bar without width, whose outline
        // would show.
        for (key, bar) in [
            ("agreeBar", bars.agree), ("disagreeBar", bars.disagree), ("passBar", bars.pass),
        ] where bar.width > 0 {
            row[key] = ["start": percent(bar.start), "width": percent(bar.width)]
        }
        if !idea.need.isEmpty { row["need"] = idea.need.plainLines }
        if !idea.statusNote.isEmpty { row["answer"] = idea.statusNote.plainLines }
        var origin: [Phrase] = []
        if !idea.joined.isEmpty {
            origin.append("with the votes on \(idea.joined.count, "joined idea", "joined ideas")")
        }
        if let source = idea.source { origin.append("source: \(source.plain)") }
        if !idea.facets.isEmpty {
            let facets = idea.facets.map { say(Facet.words(of: $0)) }
            origin.append("facets: \(facets.joined(separator: ", ").plain)")
        }
        if !idea.tags.isEmpty {
            origin.append("tags: \(idea.tags.joined(separator: ", ").plain)")
        }
        row["origin"] = origin.map(say)
        return row
    }

    private func percent(_ value: Double) -> String { String(format: "%.3f%%", value) }

    /// With the minus sign that is as wide as a digit.
    private func number(_ value: Int) -> String {
        value < 0 ? "\u{2212}\(value.magnitude)" : String(value)
    }
}
