import CommunisCore
import CommunisLog
import GRDB

/// A change of a node's role that is ready to be made: what is to be said, by what is here.
///
/// What it vouches for is settled when it is made ready: what comes in between lies outside.
package struct RoleChange: Sendable {
    package var node: NodeID
    /// How many changesets lose effect, or the prospect of it, by the new role.
    package var lostCount: Int
    /// How many of them only since something before them is not here.
    package var unseenCount: Int
    let drafts: [Draft]
}

extension Board {
    /// Gives a node a role from now on.
    ///
    /// - Parameters and errors: as `roleChange` has them.
    package func setRole(
        of node: NodeID, to role: Role, name: String? = nil, cut: Milliseconds? = nil
    ) throws(BoardError) {
        try write(roleChange(of: node, to: role, name: name, cut: cut).drafts)
    }

    /// Makes a change of a node's role ready, from now on.
    ///
    /// What the node sealed before, as far as it is known here, keeps counting as it did: a
    /// demotion takes nothing back, and a promotion legalises nothing. Only the first role a node
    /// is given covers what it sealed before it, so that a copy may be set up before it is
    /// admitted.
    ///
    /// Where the node loses a role, what waits for its time does not come to count by the old one, and
    /// nor does what may lie in a gap before a changeset. What the node erased and does not say any
    /// more with effect is said again in this node's name.
    ///
    /// - Parameter cut: where the node loses a role, what it sealed with times from this on, and all
    ///   that comes after it, loses its effect too, for good: a later role does not give it back.
    /// - Throws: `notPermitted` where this node may not give or take the role; `notUnderstood` for
    ///   a key of small order.
    package func roleChange(
        of node: NodeID, to role: Role, name: String? = nil, cut: Milliseconds? = nil
    ) throws(BoardError) -> RoleChange {
        guard node != founder else {
            throw BoardError(
                .notPermitted, "nobody gives or takes the founder's role",
                "name another copy; `communis node list` shows them")
        }
        guard !node.isSmallOrder else {
            throw BoardError(
                .notUnderstood, "this is not the key of a copy: anyone could sign for it",
                "give the id that the copy shows")
        }
        try checkRight(to: .node(node, .role(role, heads: [])))
        guard try isOutranked(node) == false else {
            throw BoardError(
                .notPermitted, "the founder gave this copy its role, which outranks a steward",
                "do it at the founder's copy of the board")
        }
        // What is due counts, and is not taken for what waits.
        try admitDue()
        return try read { database in
            let key = try database.integer("SELECT key FROM node WHERE id = ?", node.data)
            let chain = try key.map { try SpokenChain(of: $0, founder: founder, database) }
            let horizon = try BoardTime.load(database).horizon.moment
            let vouched =
                chain?.vouched(giving: role) { moment in
                    moment > horizon || cut.map { moment >= $0 } ?? false
                } ?? SpokenChain.Vouched()
            var drafts =
                try chain.map {
                    try database.lostErasures(of: $0, vouched, giving: role, board: id)
                }?.map { Draft(by: nil, $0) } ?? []
            drafts.append(Draft(by: nil, .node(node, .role(role, heads: vouched.heads))))
            if let name { drafts.append(Draft(by: nil, .nodeName(node, name))) }
            return RoleChange(
                node: node, lostCount: vouched.lost.count, unseenCount: vouched.unseenCount,
                drafts: drafts)
        }
    }

    /// Whether only the founder's word about a node would count.
    private func isOutranked(_ node: NodeID) throws(BoardError) -> Bool {
        guard self.node != founder else { return false }
        return try read { database in
            guard let key = try database.integer("SELECT key FROM node WHERE id = ?", node.data)
            else { return false }
            return try database.standing(of: key, founder: founder).statements
                .contains(where: \.isFounders)
        }
    }
}

extension Database {
    /// What a node erased in changesets that a statement leaves outside, as far as it is erased here.
    ///
    /// An erasure that loses its effect asks for the text again, and where no copy has it any more the
    /// whole changeset that held it, with what others wrote in it, would be held outside every log.
    fileprivate func lostErasures(
        of chain: SpokenChain, _ vouched: SpokenChain.Vouched, giving role: Role, board: BoardID
    ) throws -> [ChangeContent] {
        guard role < .steward else { return [] }
        var found: [ChangeContent] = []
        for id in vouched.lost {
            guard let entry = chain.entries[id], entry.role >= .steward,
                let row = try self.row(
                    "SELECT \(ChangesetRow.columns) FROM changeset WHERE timestamp = ? AND id = ?",
                    entry.timestamp.column, id.data)
            else { continue }
            let changeset = try ChangesetRow(row).sealed.open(
                board: board, verifyingSignature: false)
            for slot in changeset.slots {
                guard case .change(let change) = slot.content,
                    case .erase(let target, let number) = change.content,
                    try integer(
                        "SELECT 1 FROM erased WHERE changeset = ? AND slot = ?", target.data,
                        Int64(number)) != nil
                else { continue }
                found.append(change.content)
            }
        }
        return found
    }
}
