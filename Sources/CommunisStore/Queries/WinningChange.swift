import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// The change that holds a register: who made it, when and where.
package struct WinningChange: Sendable {
    package var change: Change
    package var memberName: String?
    package var node: NodeID
    package var nodeName: String?
}

extension Board {
    /// The change that holds a register, from the log; `nil` where none does.
    ///
    /// The view keeps what was said and not who said it, which is read for one register at a time.
    package func winner(of register: Register) throws(BoardError) -> WinningChange? {
        try read { database in
            guard
                let holder = try database.row(
                    "SELECT timestamp, changeset FROM register WHERE kind = ? AND key = ?",
                    Int64(register.kind.rawValue), Data(register.key)),
                case let timestamp = try holder.timestamp(0),
                let (change, author) = try made(
                    in: try holder[1], database,
                    { $0.register == register && $0.timestamp == timestamp })
            else { return nil }
            let name = try change.member.flatMap {
                try database.row("SELECT name FROM member WHERE id = ?", $0.data).flatMap {
                    try $0[0] as String?
                }
            }
            return WinningChange(
                change: change, memberName: name, node: author,
                nodeName: try NodeNames(database)[author])
        }
    }

    /// The last change of a changeset, or of what is pending, of which something is true. (Of two
    /// that are equal in time the later one holds their register.)
    private func made(
        in arrival: Int64, _ database: Database, _ isMeant: (Change) -> Bool
    ) throws -> (Change, NodeID)? {
        if arrival == 0 {
            return try database.pendingChanges().map(\.change).last(where: isMeant).map {
                ($0, node)
            }
        }
        guard
            let row = try database.row(
                "SELECT \(ChangesetRow.columns) FROM changeset WHERE arrival = ?", arrival)
        else { return nil }
        let changeset = try ChangesetRow(row).sealed.open(board: id, verifyingSignature: false)
        let changes = changeset.slots.compactMap { slot -> Change? in
            if case .change(let change) = slot.content { change } else { nil }
        }
        return changes.last(where: isMeant).map { ($0, changeset.header.node) }
    }
}
