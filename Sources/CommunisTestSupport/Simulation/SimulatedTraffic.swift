import CommunisCore
import CommunisLog
import CommunisSync

/// What the messages of one sync held, counted where they pass: what its report says, and what the
/// sync may cost, is held against this.
final class SimulatedTraffic {
    /// Of requests that were answered. Those for the board's secret are no part of a sync.
    private(set) var roundTrips = 0
    private(set) var sent = SyncTraffic()
    private(set) var received = SyncTraffic()
    private(set) var reconciliationBytes = 0
    /// What went each way, and what of it a repair moved.
    private(set) var sentIDs: Set<ChangesetID> = []
    private(set) var receivedIDs: Set<ChangesetID> = []
    private(set) var pushed: Set<ChangesetID> = []
    private(set) var fetched: Set<ChangesetID> = []
    /// The most that one exchange of news took on the wire beside its changesets.
    private(set) var overhead = 0

    /// The lengths and tags around one changeset in a message.
    private static let framing = 16

    /// - Parameter wire: how many bytes the two messages had.
    func note(_ request: SyncRequest, _ answer: SyncAnswer, wire: Int) {
        if case .join = request.body { return }
        roundTrips += 1
        switch (request.body, answer.body) {
        case (.exchange(let news), .exchanged(let exchanged)):
            count(news.changesets, exchanged.changesets)
            let moved = news.changesets + exchanged.changesets
            let carried = moved.reduce(0) { $0 + $1.byteCount + Self.framing }
            overhead = max(overhead, wire - carried)
        case (.move(let move), .moved(let moved)):
            count(move.changesets, moved.changesets)
            pushed.formUnion(move.changesets.map(\.id))
            fetched.formUnion(moved.changesets.map(\.id))
        case (.reconcile(let message), .reconciled(let answer)):
            reconciliationBytes += message.count + answer.count
        default: break
        }
    }

    private func count(_ there: [SealedChangeset], _ here: [SealedChangeset]) {
        sent.add(there)
        received.add(here)
        sentIDs.formUnion(there.map(\.id))
        receivedIDs.formUnion(here.map(\.id))
    }
}

extension SyncTraffic {
    /// As a report counts, by other code.
    fileprivate mutating func add(_ moved: [SealedChangeset]) {
        changesets += moved.count
        for changeset in moved {
            bytes += changeset.header.count + changeset.payload.count + changeset.signature.count
            changes += (ChangesetHeader(changeset.header)?.changeCount).map(Int.init) ?? 0
        }
    }
}
