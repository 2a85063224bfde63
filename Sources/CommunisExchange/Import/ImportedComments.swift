import CommunisCore
import CommunisStore

/// Which comments of this board those of files are, in the files' order.
struct ImportedComments {
    struct Comment {
        var row: ImportedContents.Comment
        var id: CommentID
        var author: MemberID?
        /// What makes it; `nil` where it is here.
        var making: Draft?
    }

    let all: [Comment]

    /// Leaves out those on ideas that are not known.
    init(
        _ contents: ImportedContents, ideas: ImportedIdeas, members: [MemberID], on board: Board
    ) throws {
        var comments: [Comment] = []
        var sought: [SoughtComment] = []
        for row in contents.comments {
            guard let idea = ideas.ids[row.idea] else { continue }
            let author = row.author.map { members[$0] }
            let key = CreationKey(.comment, from: "communis:\(row.id.base32)", board: board.id)
            let (id, draft) = Draft.comment(
                on: idea, row.text, on: board.id, by: author, key: key, at: HybridTimestamp(row.at))
            comments.append(Comment(row: row, id: id, author: author, making: draft))
            sought.append(
                SoughtComment(
                    [row.id, id], on: idea, by: author, text: row.text, at: row.at))
        }
        for (place, id) in try board.comments(like: sought).enumerated() {
            guard let id else { continue }
            comments[place].id = id
            comments[place].making = nil
        }
        all = comments
    }
}
