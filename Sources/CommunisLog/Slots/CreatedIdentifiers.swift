import CommunisCore
import Crypto

// The ids of ideas, revisions and comments are commitments: they follow from the slot that makes the
// thing, so that nobody can say anything else under the same id (docs/format.md, Ids).

extension Slot {
    /// The id of what this slot makes: the first 10 bytes of
    /// SHA-256("communis id 1\0" ‖ board ‖ kind ‖ content), `content` being the slot's digest.
    package func createdIdentifier<Of>(on board: BoardID) -> Identifier10<Of> {
        var message = Array("communis id 1\0".utf8)
        message.append(board)
        message.append(bigEndian: kind)
        message.append(contentsOf: contentDigest)
        return Identifier10(truncating: SHA256.hash(data: message))
    }
}

extension ChangeContent {
    /// Whether the change makes an idea, a revision or a comment, whose id follows from its slot.
    package var isCreation: Bool {
        switch self {
        case .idea, .revision, .comment(_, .text): true
        default: false
        }
    }

    /// The same change with the id that it gives to what it makes; one that makes nothing as it is.
    ///
    /// - Parameter slot: the slot that carries the change.
    func identified(by slot: Slot, on board: BoardID) -> ChangeContent {
        switch self {
        case .idea: return .idea(slot.createdIdentifier(on: board))
        case .revision(var revision):
            revision.id = slot.createdIdentifier(on: board)
            return .revision(revision)
        case .comment(_, let field):
            guard case .text = field else { return self }
            return .comment(slot.createdIdentifier(on: board), field)
        default: return self
        }
    }

    /// The same change with the id that it gives to what it makes on a board, where this member makes
    /// it with this key. The id that it came with is not looked at.
    package func identified(on board: BoardID, by member: MemberID?, key: CreationKey)
        -> ChangeContent
    {
        guard isCreation else { return self }
        // The time is no part of the id.
        let slot = Change(.zero, by: member, self).slot(salt: key.bytes)
        return identified(by: slot, on: board)
    }
}
