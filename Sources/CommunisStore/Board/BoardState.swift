import CommunisCore
import Foundation
import GRDB

/// The one row that says who this copy is and where it stands.
struct BoardState: Sendable {
    var board: BoardID
    var founder: NodeID
    var node: NodeID
    /// Names this copy of the file; `nil` in a backup, until it is opened.
    var store: [UInt8]?
    var time: BoardTime
    var viewVersion: Int
    var check: CheckValue
    /// Whether this copy was restored from a backup and has not yet all that a peer has.
    var isRestored = false

    /// The version of the view's rules. Raise it when the same log shall give another view: files
    /// of an older view version are computed anew when they are opened.
    static let currentViewVersion = 4
    static let storeByteCount = 16

    static func load(_ database: Database) throws -> BoardState {
        guard
            let row = try database.row(
                """
                SELECT board, founder, node, store, view_version, check_count, check_sum, restored
                FROM state
                """),
            let check = CheckValue(count: try row.count(5), sum: try row.bytes(6))
        else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it does not say who it is")
        }
        return BoardState(
            board: try row.identifier(0), founder: try row.identifier(1),
            node: try row.identifier(2), store: (try row[3] as Data?).map { Array($0) },
            time: try BoardTime.load(database), viewVersion: try row[4], check: check,
            isRestored: try row[7])
    }

    func save(_ database: Database) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO state(singleton, board, founder, node, store, view_version,
                check_count, check_sum, restored, \(BoardTime.columns))
            VALUES(1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                board.data, founder.data, node.data, store.map { Data($0) }, viewVersion,
                Int64(clamping: check.count), Data(check.sum), isRestored,
            ] + time.values)
    }
}
