import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// Ids that begin with the same five characters, as chance makes them on a large board. They follow
/// from what is made, so that keys are tried until two meet: some thousand, as with birthdays.
enum AlikeIdentifiers {
    private static let length = 5
    private static let trials = 60_000

    /// What makes two ideas.
    static func ideas(on board: BoardID, by member: MemberID) throws -> [(IdeaID, CreationKey)] {
        var seen: [Substring: (IdeaID, CreationKey)] = [:]
        for number in 0..<trials {
            let key = CreationKey.numbered(number)
            let idea = Draft.idea(on: board, by: member, key: key).id
            if let other = seen.updateValue((idea, key), forKey: idea.base32.prefix(length)) {
                return [other, (idea, key)]
            }
        }
        throw Missing()
    }

    /// What makes an idea, and what makes a comment on another.
    static func ideaAndComment(
        on other: IdeaID, _ text: String, on board: BoardID, by member: MemberID
    ) throws -> (idea: (IdeaID, CreationKey), comment: (CommentID, CreationKey)) {
        var ideas: [Substring: (IdeaID, CreationKey)] = [:]
        var comments: [Substring: (CommentID, CreationKey)] = [:]
        for number in 0..<trials {
            let key = CreationKey.numbered(number)
            let idea = Draft.idea(on: board, by: member, key: key).id
            let comment = Draft.comment(on: other, text, on: board, by: member, key: key).id
            ideas[idea.base32.prefix(length)] = (idea, key)
            comments[comment.base32.prefix(length)] = (comment, key)
            if let found = comments[idea.base32.prefix(length)] { return ((idea, key), found) }
            if let found = ideas[comment.base32.prefix(length)] { return (found, (comment, key)) }
        }
        throw Missing()
    }

    /// The shortest beginning of one id that is not one of another's.
    static func ref(_ id: String, among other: String) -> String {
        let common = zip(id, other).prefix { $0 == $1 }.count
        return String(id.prefix(max(length, common + 1)))
    }

    struct Missing: Error {}
}
