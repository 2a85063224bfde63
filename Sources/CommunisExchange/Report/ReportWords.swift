import CommunisCore
import CommunisStore

/// The sentences of a report that several formats share.
extension TopReport {
    /// What the board is called.
    var name: Phrase { board.map { Phrase(verbatim: $0.plain) } ?? "Ideas" }

    /// When the report was made, and which votes it counts.
    var counted: Phrase {
        guard let since = query.since else { return "As of \(at.minute), counting all votes." }
        return "As of \(at.minute), counting only votes cast since \(since.dayOrMinute)."
    }

    /// Which ideas it shows.
    var selection: Phrase {
        let shown: Phrase =
            if ideas.count < figures.ideas {
                "The \(ideas.count) highest of \(figures.ideas, "idea", "ideas")"
            } else {
                "All ideas"
            }
        return switch (query.facet, query.tag) {
        case (nil, nil): "\(shown), by score."
        case (let facet?, nil): "\(shown) of the facet \(facet.plain), by score."
        case (nil, let tag?): "\(shown) with the tag \(tag.plain), by score."
        case (let facet?, let tag?):
            "\(shown) of the facet \(facet.plain) with the tag \(tag.plain), by score."
        }
    }

    /// What is said where there is nothing to show.
    var nothing: Phrase {
        query.since == nil ? "No ideas yet." : "No idea had a vote in this time."
    }

    /// How the count is made: what a reader has to know to trust it.
    var counting: [Phrase] {
        var sentences: [Phrase] = [
            "A member has one vote on an idea; a later vote of theirs replaces it."
        ]
        sentences.append(
            hasSides
                ? """
                The score is the number of members who agree less the number who disagree; a pass \
                does not change it.
                """
                : "The score is the number of members who agree.")
        sentences.append(
            """
            A typed vote was cast by somebody who typed an address or a name at a copy of the \
            board. A proven vote was cast by a member who proved to be the owner of the address. \
            Both count as one, and a typed vote never replaces a proven one.
            """)
        if query.since != nil {
            sentences.append(
                """
                Votes from before the time counted are left out, and so are ideas that had none \
                since; comments are counted from the beginning.
                """)
        }
        return sentences
    }
}

extension TopReport {
    /// A number that the report opens with.
    struct KeyFigure {
        var number: Int
        var label: Phrase
        var detail: Phrase?
    }

    var keyFigures: [KeyFigure] {
        let tally = figures.tally
        let votes = tally.agree &+ (hasSides ? tally.disagree &+ tally.pass : 0)
        return [
            KeyFigure(number: figures.ideas, label: figures.ideas == 1 ? "idea" : "ideas"),
            KeyFigure(
                number: figures.members,
                label: figures.members == 1 ? "member who voted" : "members who voted"),
            KeyFigure(
                number: votes, label: votes == 1 ? "vote" : "votes",
                detail: hasSides
                    ? "\(tally.typed) typed, \(tally.proven) proven, \(tally.pass, "pass", "passes")"
                    : "\(tally.typed) typed, \(tally.proven) proven"),
            KeyFigure(
                number: figures.comments,
                label: figures.comments == 1 ? "comment" : "comments"),
        ]
    }
}

extension Milliseconds {
    /// For people: `2026-11-01, 09:30 UTC`.
    var minute: String { "\(day), \(iso8601.dropFirst(11).prefix(5)) UTC" }

    /// The day, where the time is the very beginning of it.
    var dayOrMinute: String { iso8601.hasSuffix("T00:00:00.000Z") ? day : minute }
}
