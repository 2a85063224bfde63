import CommunisCore
import CommunisStore

/// The export of top-voted ideas, in the formats that other programs read.
package enum TopExport {
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
}
