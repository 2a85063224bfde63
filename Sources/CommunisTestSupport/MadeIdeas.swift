import CommunisCore
import CommunisLog
import CommunisStore

extension CreationKey {
    /// The same for the same number.
    package static func numbered(_ number: Int) -> CreationKey {
        var generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: number) &+ 9_000_000)
        return generator.creationKey()
    }
}

extension SeededGenerator {
    package mutating func creationKey() -> CreationKey {
        guard let key = CreationKey(bytes(CreationKey.byteCount)) else {
            preconditionFailure("a key has 16 bytes")
        }
        return key
    }
}

extension Change {
    /// A change that makes something, with the id that it gets on a board.
    package static func making(
        _ content: ChangeContent, on board: BoardID, by member: MemberID?, at time: HybridTimestamp,
        key: CreationKey
    ) -> Change {
        Change(time, by: member, content.identified(on: board, by: member, key: key))
    }
}

/// An idea with a title as slots of a changeset.
package struct MadeIdea: Sendable {
    package let id: IdeaID
    package let slots: [Slot]

    /// - Parameter number: ideas of different numbers are different ideas.
    package init(
        _ number: Int, _ texts: [TextField: String], on board: BoardID, by author: MemberID?,
        at time: HybridTimestamp
    ) {
        let key = CreationKey.numbered(number)
        let creation = Change.making(.idea(.zero), on: board, by: author, at: time, key: key)
        guard case .idea(let idea) = creation.content else {
            preconditionFailure("no idea was made")
        }
        id = idea
        slots =
            [creation.slot(salt: key.bytes)]
            + TextField.allCases.compactMap { field in
                texts[field].map { text in
                    let revision = Revision(
                        id: .zero, idea: idea, field: field, text: text, heads: [])
                    return Change(time, by: author, .revision(revision)).slot(salt: key.bytes)
                }
            }
    }
}

extension Draft {
    /// A new idea with a title.
    ///
    /// - Parameter number: ideas of different numbers are different ideas.
    package static func titledIdea(
        _ number: Int, _ title: String, on board: BoardID, by author: MemberID?,
        at time: HybridTimestamp? = nil
    ) -> (id: IdeaID, drafts: [Draft]) {
        let key = CreationKey.numbered(number)
        let (id, creation) = Draft.idea(on: board, by: author, key: key, at: time)
        let text = Draft.revision(
            of: id, .title, to: title, on: board, by: author, key: key, at: time)
        return (id, [creation, text.draft])
    }
}
