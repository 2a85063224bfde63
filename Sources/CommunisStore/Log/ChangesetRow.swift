import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What became of a changeset in this log.
package enum Verdict: Int64, CaseIterable, Sendable {
    /// Its changes are in the view, as far as they won.
    case applied = 0
    /// Beyond the horizon: in the log, not yet in the view.
    case parked = 1
    /// Validly signed, contents nonsense: without effect.
    case void = 2
    /// Holds something of a newer version; what this version knows is applied.
    case unknown = 3

    var words: Phrase {
        switch self {
        case .applied: "applied"
        case .parked: "parked"
        case .void: "void"
        case .unknown: "unknown"
        }
    }
}

/// A changeset as the log keeps it.
package struct ChangesetRow: Sendable {
    package var arrival: Int64
    package var verdict: Verdict
    /// The role in which its node sealed it; `nil` until it is judged.
    package var role: Role?
    package var sealed: SealedChangeset

    static let columns = "arrival, verdict, role, header, payload, signature"

    init(_ row: Row) throws {
        guard let verdict = Verdict(rawValue: try row[1]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a verdict is unknown")
        }
        arrival = try row[0]
        self.verdict = verdict
        role = Role(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64))
        sealed = SealedChangeset(
            header: try row.bytes(3), payload: try row.bytes(4), signature: try row.bytes(5))
    }
}

extension Database {
    /// Calls `body` with every changeset after an arrival, in that order.
    func forEachChangeset(after arrival: Int64 = 0, _ body: (ChangesetRow) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            cachedStatement(
                sql: """
                    SELECT \(ChangesetRow.columns) FROM changeset WHERE arrival > ? ORDER BY arrival
                    """), arguments: [arrival])
        while let row = try rows.next() { try body(ChangesetRow(row)) }
    }

    /// Calls `body` with every changeset that is held beside the log.
    func forEachHeldChangeset(_ body: (SealedChangeset) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            cachedStatement(sql: "SELECT header, payload, signature FROM held ORDER BY key"))
        while let row = try rows.next() {
            try body(
                SealedChangeset(
                    header: try row.bytes(0), payload: try row.bytes(1),
                    signature: try row.bytes(2)))
        }
    }

    /// The slots of a changeset that are erased.
    func erasedSlots(of changeset: ChangesetID) throws -> Set<UInt32> {
        Set(
            try rows("SELECT slot FROM erased WHERE changeset = ?", changeset.data).map {
                UInt32(truncatingIfNeeded: try $0[0] as Int64)
            })
    }

    func hasErasures() throws -> Bool {
        try integer("SELECT EXISTS(SELECT 1 FROM erased)") == 1
    }
}
