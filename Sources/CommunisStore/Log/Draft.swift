import CommunisCore
import CommunisLog

/// A change to be made here.
package struct Draft: Sendable {
    package var member: MemberID?
    package var content: ChangeContent
    /// The time an imported change brings along; `nil` for now.
    package var timestamp: HybridTimestamp?
    /// Of a change that makes an idea, a revision or a comment: what its id follows from.
    package private(set) var key: CreationKey?

    /// - Parameter key: of a change that makes something the key by which it has its id.
    package init(
        by member: MemberID?, _ content: ChangeContent, at timestamp: HybridTimestamp? = nil,
        key: CreationKey? = nil
    ) {
        self.member = member
        self.content = content
        self.timestamp = timestamp
        self.key = key
    }

    /// A change that makes something, with the id that it gets on this board.
    ///
    /// - Parameters:
    ///   - content: what is made; the id in it is not looked at.
    ///   - key: a new one, or where somebody tries again the one of the first attempt, which makes
    ///     the same thing.
    private init(
        making content: ChangeContent, on board: BoardID, by member: MemberID?, key: CreationKey,
        at timestamp: HybridTimestamp?
    ) {
        self.init(
            by: member, content.identified(on: board, by: member, key: key), at: timestamp, key: key
        )
    }
}

extension Draft {
    /// Makes an idea, by its author. It is listed once it has a title.
    package static func idea(
        on board: BoardID, by author: MemberID?, key: CreationKey = .random(),
        at timestamp: HybridTimestamp? = nil
    ) -> (id: IdeaID, draft: Draft) {
        let draft = Draft(making: .idea(.zero), on: board, by: author, key: key, at: timestamp)
        guard case .idea(let id) = draft.content else { preconditionFailure("no idea was made") }
        return (id, draft)
    }

    /// Revises a text of an idea, or writes it where there is none.
    ///
    /// - Parameter heads: the revisions of this text that the author saw and that no other names.
    package static func revision(
        of idea: IdeaID, _ field: TextField, to text: String, replacing heads: [RevisionID] = [],
        on board: BoardID, by member: MemberID?, key: CreationKey = .random(),
        at timestamp: HybridTimestamp? = nil
    ) -> (id: RevisionID, draft: Draft) {
        let revision = Revision(id: .zero, idea: idea, field: field, text: text, heads: heads)
        let draft = Draft(
            making: .revision(revision), on: board, by: member, key: key, at: timestamp)
        guard case .revision(let made) = draft.content else {
            preconditionFailure("no revision was made")
        }
        return (made.id, draft)
    }

    /// Comments on an idea.
    package static func comment(
        on idea: IdeaID, _ text: String, on board: BoardID, by member: MemberID?,
        key: CreationKey = .random(), at timestamp: HybridTimestamp? = nil
    ) -> (id: CommentID, draft: Draft) {
        let content = ChangeContent.comment(.zero, .text(idea: idea, text))
        let draft = Draft(making: content, on: board, by: member, key: key, at: timestamp)
        guard case .comment(let id, _) = draft.content else {
            preconditionFailure("no comment was made")
        }
        return (id, draft)
    }
}
