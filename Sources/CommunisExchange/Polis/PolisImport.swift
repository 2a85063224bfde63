import CommunisCore
import CommunisStore

/// Brings a Polis conversation onto a board: its comments as ideas, its votes as votes.
///
/// Everything is named by its place in the source, so that two nodes that import the same file, or
/// two halves of it, hold the same ideas and members; what the board holds already is not written
/// again.
package enum PolisImport {
    /// - Parameter progress: called with (done, all) of a phase.
    package static func run(
        _ folder: String, into board: Board, progress: (ImportPhase, Int, Int) -> Void
    ) throws -> ImportSummary {
        let context = try ImportContext(board)
        let conversation = try PolisConversation(folder: folder, last: context.last) {
            progress(.reading, $0, $1)
        }
        return try Importer.run(
            conversation.contents(), into: board, context: context
        ) { progress(.writing, $0, $1) }
    }
}

extension PolisConversation {
    fileprivate func contents() -> ImportedContents {
        var contents = ImportedContents()
        var ideas: [Int64: Int] = [:]
        var places: [Int64: Int] = [:]
        func source(_ id: Int64) -> String { "polis:\(name):\(id)" }
        func idea(_ comment: Int64) -> Int {
            if let idea = ideas[comment] { return idea }
            let idea = contents.idea(.source(source(comment)))
            ideas[comment] = idea
            return idea
        }
        func member(_ id: Int64) -> Int {
            if let place = places[id] { return place }
            let place = contents.member(.source(source(id)), name: String(id))
            places[id] = place
            return place
        }
        for comment in comments {
            let text = ImportedText(comment.body)
            contents.ideas.append(
                ImportedContents.Idea(
                    place: idea(comment.id), source: source(comment.id), title: text.title,
                    body: text.body ?? "", author: member(comment.author), at: comment.at,
                    hiddenBecause: comment.moderated == -1 ? "rejected in \(name)" : nil))
        }
        contents.votes = votes.map { vote in
            ImportedContents.Vote(
                idea: idea(vote.comment), voter: member(vote.voter), at: vote.at,
                ballot: vote.ballot)
        }
        return contents
    }
}
