import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// A copy of the board that sealed something.
package struct CopyRow: Sendable {
    package var node: NodeID
    package var name: String?
}

extension Board {
    /// The copies of the board at which registers were written: that a member wrote is the word of
    /// that copy.
    package func copies(of registers: [Register]) throws(BoardError) -> [Register: CopyRow] {
        try read { database in
            let names = try NodeNames(database)
            return try registers.reduce(into: [:]) { copies, register in
                guard
                    let row = try database.row(
                        """
                        SELECT node.id FROM register
                        LEFT JOIN changeset ON changeset.arrival = register.changeset
                        LEFT JOIN node ON node.key = changeset.node
                        WHERE register.kind = ? AND register.key = ?
                        """, Int64(register.kind.rawValue), Data(register.key))
                else { return }
                // What is not sealed yet was written here.
                let copy = (try row[0] as Data?).flatMap { NodeID($0) } ?? node
                copies[register] = CopyRow(node: copy, name: names[copy])
            }
        }
    }
}
