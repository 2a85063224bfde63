import CommunisCore
import CommunisStore

/// The tools whose files of ideas are known by their columns.
package enum PostTool: String, CaseIterable, Sendable {
    case fider, quackback, uservoice

    /// What each column means.
    var columns: [PostField: String] {
        switch self {
        case .fider:
            [
                .id: "number", .title: "title", .body: "description", .created: "created_at",
                .author: "created_by", .votes: "votes_count", .comments: "comments_count",
                .status: "status", .note: "response", .original: "original_number", .tags: "tags",
            ]
        case .quackback:
            [
                .title: "title", .body: "content", .status: "status", .tags: "tags",
                .category: "board", .author: "author_name", .email: "author_email",
                .votes: "vote_count", .created: "created_at", .id: "source_id",
            ]
        case .uservoice:
            [
                .id: "ideaId", .title: "ideaTitle", .body: "ideaDescription",
                .email: "ideaCreatorEmailAddress", .author: "ideaCreatorName",
                .category: "categoryName", .status: "publicStatusName", .tags: "labels",
                .votes: "votersCount", .created: "createdTimestamp",
                .note: "publicStatusUpdateMessage",
            ]
        }
    }

    /// The fields by which a file of the tool is recognised, and without which it is of no use.
    var required: [PostField] {
        switch self {
        case .fider: [.id, .title, .body, .votes, .original]
        case .quackback: [.title, .body, .author, .email, .id]
        case .uservoice: [.id, .title, .created]
        }
    }

    func recognises(_ header: [String]) -> Bool {
        let names = required.compactMap { columns[$0] }
        let isTheirs = names.allSatisfy(header.contains)
        return self == .uservoice
            ? isTheirs && header.contains(UserVoiceRow.voterColumn) : isTheirs
    }
}

/// What UserVoice says in a row besides the idea: who voted for it, and whether it may be seen.
enum UserVoiceRow {
    static let voterColumn = "userEmailAddress"
    private static let timeColumn = "linkedIdeaCreationDate"
    /// The moderation states of ideas that their board does not show.
    private static let hiddenStates: Set = ["rejected", "denied", "spam", "deleted", "suppressed"]

    static func read(
        _ row: CSVRow, of idea: Int, origin: String, context: ImportContext,
        into contents: inout ImportedContents
    ) throws(ExchangeError) {
        let state = ColumnName.simplified(row["moderationState"])
        if hiddenStates.contains(state),
            let place = contents.ideas.lastIndex(where: { $0.place == idea }),
            contents.ideas[place].hiddenBecause == nil
        {
            contents.ideas[place].hiddenBecause = "\(state) in UserVoice"
        }
        guard
            let voter = contents.member(
                name: "", address: row.text(voterColumn), of: origin)
        else { return }
        let isDated = !row[timeColumn].isEmpty
        let at = try row.moment(
            isDated ? timeColumn : "createdTimestamp", until: context.last)
        contents.votes.append(.init(idea: idea, voter: voter, at: at, ballot: .agree))
    }
}

/// Quackback's votes: `post_id,voter_email,created_at`.
enum QuackbackVotes {
    static let columns = ["post_id", "voter_email", "created_at"]

    static func read(
        _ row: CSVRow, of posts: [PostReader], context: ImportContext,
        into contents: inout ImportedContents
    ) throws(ExchangeError) {
        let key = CleanText.line(row.text("post_id"))
        guard let reader = posts.first(where: { $0.idea(key) != nil }),
            let idea = reader.idea(key)
        else {
            throw row.fault("post_id \(key.quoted) is no post of these files")
        }
        guard
            let voter = contents.member(
                name: "", address: row.text("voter_email"), of: reader.origin)
        else { throw row.fault("voter_email is empty") }
        contents.votes.append(
            ImportedContents.Vote(
                idea: idea, voter: voter,
                at: try row.moment("created_at", until: context.last), ballot: .agree))
    }
}
