import CommunisCore
import CommunisStore
import Mustache

/// The export of top-voted ideas, in the formats that go into files.
package enum TopExport {
    /// What a report says besides the ideas.
    package struct Heading: Sendable {
        package var board: String
        package var at: Milliseconds
        package var since: Milliseconds?

        package init(board: String, at: Milliseconds, since: Milliseconds?) {
            self.board = board
            self.at = at
            self.since = since
        }
    }

    package static func csv(_ ideas: [IdeaSummary]) -> String {
        let header =
            "rank,ref,title,score,agree,disagree,pass,comments,status,created_at,source\n"
        return zip(1..., ideas).reduce(into: header) { text, entry in
            let (rank, idea) = entry
            text += CSVWriter.line([
                .value(String(rank)), .value(idea.ref), .text(idea.title),
                .value(String(idea.score)), .value(String(idea.tally.agree)),
                .value(String(idea.tally.disagree)), .value(String(idea.tally.pass)),
                .value(String(idea.comments)), .value(idea.status.name),
                .value(idea.createdAt.iso8601), .text(idea.source ?? ""),
            ])
        }
    }

    package static func json(_ ideas: [IdeaSummary]) throws -> String {
        try JSONOutput.encode(ideas.map(IdeaRecord.init))
    }

    package static func markdown(_ ideas: [IdeaSummary], _ heading: Heading) -> String {
        var text = "# Top ideas: \(markdown(heading.board))\n\n"
        text += "As of \(heading.at.iso8601)"
        if let since = heading.since { text += ", counting votes since \(since.day)" }
        text += ".\n\n"
        text += "| # | Idea | Score | Agree | Disagree | Pass | Comments | Status | Ref |\n"
        text += "|--:|------|------:|------:|---------:|-----:|---------:|--------|-----|\n"
        for (rank, idea) in zip(1..., ideas) {
            text += "| \(rank) | \(markdown(idea.title)) | \(idea.score) | \(idea.tally.agree) "
            text += "| \(idea.tally.disagree) | \(idea.tally.pass) | \(idea.comments) "
            text += "| \(idea.status.name) | `\(idea.ref)` |\n"
        }
        return text
    }

    package static func html(_ ideas: [IdeaSummary], _ heading: Heading) throws -> String {
        let template = try MustacheTemplate(
            string: String(decoding: PackageResources.top_mustache, as: UTF8.self))
        let rows: [[String: Any]] = zip(1..., ideas).map { rank, idea in
            [
                "rank": rank, "title": idea.title.printable,
                "need": idea.need.isEmpty ? false : idea.need.printable as Any,
                "score": idea.score, "agree": idea.tally.agree, "disagree": idea.tally.disagree,
                "pass": idea.tally.pass, "comments": idea.comments, "status": idea.status.name,
                "ref": idea.ref,
            ]
        }
        var context: [String: Any] = [
            "board": heading.board.printable, "at": heading.at.iso8601, "ideas": rows,
            "isEmpty": rows.isEmpty,
        ]
        if let since = heading.since { context["since"] = since.day }
        return template.render(context)
    }

    /// A person's words in a Markdown table: on one line, with every mark escaped that would be
    /// read as markup (CommonMark, 2.4 Backslash escapes).
    private static func markdown(_ text: String) -> String {
        text.printable.reduce(into: "") { result, character in
            if "\\`*_{}[]<>#|~&!".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
