import CommunisCore
import CommunisLog
import GRDB

/// Changesets that a copy asks for by id, with the range of the log's order in which they lie, so
/// that they are found without an index by id.
package struct WantedChangesets: Hashable, Sendable {
    /// Where the range begins.
    package var start: LogPosition
    /// Where it ends, exclusively; `nil`: with the log.
    package var end: LogPosition?
    package var ids: [ChangesetID]

    package init(start: LogPosition, end: LogPosition?, ids: [ChangesetID]) {
        self.start = start
        self.end = end
        self.ids = ids
    }
}

extension Board {
    /// So many changesets of the log are looked at for one request at most, so that ranges without
    /// what is asked for cannot keep a copy busy.
    private static var scanLimit: Int { 1_000_000 }

    /// As many of these changesets, from the first, as fit a page; those not in the log are left
    /// out.
    ///
    /// - Returns: the changesets, and how many ids they answer.
    package func changesets(
        _ wanted: [WantedChangesets], byteLimit: Int = Board.pageBytes
    ) throws(BoardError) -> (changesets: [SealedChangeset], taken: Int) {
        try read { database in
            var page = PageOfWanted(byteLimit: byteLimit)
            var scanned = 0
            for range in wanted {
                let ids = Set(range.ids)
                var timestamps: [ChangesetID: HybridTimestamp] = [:]
                try database.forEachPosition(from: range.start, to: range.end) { position in
                    scanned += 1
                    if ids.contains(position.id) { timestamps[position.id] = position.timestamp }
                }
                for id in range.ids {
                    guard
                        try page.add(
                            timestamps[id].map { LogPosition(timestamp: $0, id: id) }, database)
                    else { return (page.changesets, page.taken) }
                }
                if scanned > Self.scanLimit { break }
            }
            return (page.changesets, page.taken)
        }
    }

    /// As many of these changesets, from the first, as fit a page; those not in the log are left
    /// out.
    ///
    /// - Returns: the changesets, and how many positions they answer.
    package func changesets(
        _ positions: some Sequence<LogPosition>, byteLimit: Int = Board.pageBytes
    ) throws(BoardError) -> (changesets: [SealedChangeset], taken: Int) {
        try read { database in
            var page = PageOfWanted(byteLimit: byteLimit)
            for position in positions {
                guard try page.add(position, database) else { break }
            }
            return (page.changesets, page.taken)
        }
    }
}

/// Changesets by position, up to so many bytes or one changeset.
private struct PageOfWanted {
    let byteLimit: Int
    var changesets: [SealedChangeset] = []
    var taken = 0
    private var bytes = 0

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// - Parameter position: `nil` for what is not in the log.
    /// - Returns: whether there was room.
    mutating func add(_ position: LogPosition?, _ database: Database) throws -> Bool {
        if let position,
            let row = try database.row(
                "SELECT \(ChangesetRow.columns) FROM changeset WHERE timestamp = ? AND id = ?",
                position.timestamp.column, position.id.data)
        {
            let changeset = try ChangesetRow(row).sealed
            bytes += changeset.byteCount
            if bytes > byteLimit && !changesets.isEmpty { return false }
            changesets.append(changeset)
        }
        taken += 1
        return true
    }
}
