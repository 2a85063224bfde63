import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What a merge did.
package struct MergeReport: Sendable {
    /// How many changesets were not in the log before.
    package var changesets = 0
    /// How many changes these hold.
    package var changes = 0
    /// The size of these, in bytes.
    package var bytes = 0
    package var verdicts: [Verdict: Int] = [:]
    /// What was refused, by reason; the rest was merged.
    package var refused: [Refusal: Int] = [:]
    /// The ids that were not in the log before.
    package var inserted: [ChangesetID] = []

    package init() {}

    package static func += (left: inout MergeReport, right: MergeReport) {
        left.changesets += right.changesets
        left.changes += right.changes
        left.bytes += right.bytes
        left.verdicts.merge(right.verdicts, uniquingKeysWith: +)
        left.refused.merge(right.refused, uniquingKeysWith: +)
        left.inserted += right.inserted
    }
}

extension Board {
    /// Merges changesets: puts them in the log and brings the view up to date, in one transaction.
    ///
    /// The one way in for everything that was sealed. Each changeset has its own verdict; one that
    /// is refused does not keep the others out. What is pending here is sealed first, so that
    /// nothing without an id is compared with what comes from elsewhere.
    ///
    /// - Parameters:
    ///   - peer: from whom they came; `nil` for this copy's own.
    ///   - cursor: moved in the same transaction, when the changesets are a page of a sync.
    @discardableResult
    package func merge(
        _ changesets: [SealedChangeset], from peer: PeerKey?, moving cursor: CursorMove? = nil
    ) throws(BoardError) -> MergeReport {
        try sealPending()
        let opened = ChangesetVerification.open(changesets, board: id)
        let now = environment.now()
        let report = try write { database in
            var state = try BoardState.load(database)
            state.time.raiseHorizon(now: now)
            var report = MergeReport()
            let intake = try LogIntake(database, state: state, peer: peer)
            for result in opened {
                switch result {
                case .failure(let refusal): report.refused[refusal, default: 0] += 1
                case .success(let changeset): try intake.take(changeset, &report)
                }
            }
            try intake.finish(&state)
            if let cursor { try cursor.apply(database) }
            try state.save(database)
            return report
        }
        if report.bytes > Self.largeMerge { truncateWriteAheadLog() }
        return report
    }

    /// A merge of so many bytes leaves a write-ahead log that is worth emptying.
    private static var largeMerge: Int { 256 * 1_024 }
}

/// Takes verified changesets into the log and the view, within one transaction.
///
/// The rights of a changeset's node are judged between verification and here, in front of the one
/// merge rule: a change that its node may not make never reaches the `ViewWriter`.
final class LogIntake {
    private let database: Database
    private let view: ViewWriter
    private let horizon: Horizon
    private let peer: PeerKey?
    private var clock: HybridClock
    private var check: CheckValue
    private var mayHoldErased: Bool
    private var nodes: [NodeID: NodeRow] = [:]

    private struct NodeRow {
        var key: Int64
        var sequence: UInt64
        var head: ChangesetID
        var isChanged = false
    }

    init(_ database: Database, state: BoardState, peer: PeerKey?) throws {
        self.database = database
        view = try ViewWriter(database, node: state.node)
        horizon = state.time.horizon
        clock = state.time.clock
        check = state.check
        self.peer = peer
        mayHoldErased = try database.hasErasures()
    }

    func take(_ changeset: OpenedChangeset, _ report: inout MergeReport) throws {
        let erased = mayHoldErased ? try database.erasedSlots(of: changeset.id) : []
        let verdict = changeset.verdict(horizon: horizon, erased: erased)
        let sealed = erased.isEmpty ? changeset.sealed : changeset.sealed.erasing(erased)
        let node = try nodeRow(changeset.header.node)
        guard let arrival = try insert(changeset, sealed, node: node.key, verdict) else { return }

        advance(changeset)
        check.insert(changeset.id)
        report.changesets += 1
        report.changes += Int(changeset.header.changeCount)
        report.bytes += changeset.sealed.byteCount
        report.verdicts[verdict, default: 0] += 1
        report.inserted.append(changeset.id)
        guard verdict != .void else { return }
        if verdict != .parked { clock.witness(changeset.header.timestamp) }
        try view.apply(changeset, arrival: arrival, erased: erased, isParked: verdict == .parked)
        mayHoldErased = mayHoldErased || view.isErasing
    }

    /// Writes what was taken in besides the log: the view, the chains, the check value, the clock.
    func finish(_ state: inout BoardState) throws {
        try view.finish()
        for row in nodes.values where row.isChanged {
            try database.run(
                "UPDATE node SET sequence = ?, head = ? WHERE key = ?",
                Int64(clamping: row.sequence), row.head.data, row.key)
        }
        state.time.clock = clock
        state.check = check
        if view.isErasing {
            try Erasure.dropBytes(database)
            try ViewRebuild.run(database, state: state)
        }
    }

    /// The arrival number, or `nil` if the log holds the changeset already.
    private func insert(
        _ changeset: OpenedChangeset, _ sealed: SealedChangeset, node: Int64, _ verdict: Verdict
    ) throws -> Int64? {
        try database.run(
            """
            INSERT INTO changeset(timestamp, id, node, came_from, verdict, header, payload,
                signature)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            changeset.header.timestamp.column, changeset.id.data, node, peer?.rawValue,
            verdict.rawValue, Data(sealed.header), Data(sealed.payload), Data(sealed.signature))
        return database.changesCount == 1 ? database.lastInsertedRowID : nil
    }

    private func nodeRow(_ id: NodeID) throws -> NodeRow {
        if let row = nodes[id] { return row }
        let key = try ViewWriter.nodeKey(id, database)
        let stored = try database.row("SELECT sequence, head FROM node WHERE key = ?", key)
        let row = NodeRow(
            key: key, sequence: UInt64(stored?[0] as Int64? ?? 0),
            head: (stored?.bytes(1)).flatMap { ChangesetID($0) } ?? .zero)
        nodes[id] = row
        return row
    }

    /// Notes the node's last changeset; of two with the same sequence the greater id, so that the
    /// note is the same whatever came first.
    private func advance(_ changeset: OpenedChangeset) {
        let header = changeset.header
        guard var row = nodes[header.node], Int64(exactly: header.sequence) != nil,
            header.sequence > row.sequence
                || header.sequence == row.sequence && changeset.id > row.head
        else { return }
        row.sequence = header.sequence
        row.head = changeset.id
        row.isChanged = true
        nodes[header.node] = row
    }
}

extension OpenedChangeset {
    func verdict(horizon: Horizon, erased: Set<UInt32>) -> Verdict {
        switch judgement(erased: erased) {
        case .void: .void
        case .meaningful: horizon.includes(header.timestamp) ? .applied : .parked
        case .unknown: horizon.includes(header.timestamp) ? .unknown : .parked
        }
    }
}
