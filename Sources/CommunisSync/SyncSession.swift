import CommunisCore
import CommunisLog
import CommunisStore

/// The caller's side of a sync, as a value: it says what to do next and is told what came of it.
/// It touches neither files nor networks; a driver does.
///
/// First what is new since the last time, by cursors, in pages; then the check values of both are
/// compared. If they differ, or if there is no cursor to go by, the sets are compared and exactly
/// what is missing is moved.
package struct SyncSession: Sendable {
    package enum Action: Sendable {
        /// Read a page of this copy's log, and call `loaded`.
        case load(after: Int64)
        /// Send this to the peer, and call `received`.
        case send(SyncRequest)
        /// Merge what came, moving the cursors in the same transaction, and call `merged`.
        case merge([SealedChangeset], CursorMove?)
        /// Read this copy's inventory, and call `compared`.
        case compare
        /// Read these of this copy's changesets, and call `gathered`.
        case gather([LogPosition])
        case finish(SyncReport)
    }

    package enum Fault: Error, Hashable, Sendable {
        /// The peer answered something that was not asked.
        case unexpectedAnswer
        /// The peer asked for more rounds than any sync needs.
        case tooManyRounds
    }

    /// No sync of pages of 16 MB needs more.
    static let roundLimit = 100_000
    /// A fetch names at most so many changesets, 40 bytes each.
    static let fetchLimit = 10_000

    package private(set) var report: SyncReport
    private let peer: PeerKey
    private let now: Milliseconds
    private var store: [UInt8]?
    private var receivedCursor: Int64
    private var sentCursor: Int64
    private var page: LogPage?
    private var answer: LogPage?
    private var repair: Repair?
    private var hasRepaired = false

    private struct Repair {
        var theirs: [LogPosition] = []
        var snapshot: LogSnapshot?
        var ownArrival: Int64 = 0
        var toFetch: ArraySlice<LogPosition> = []
        var toPush: ArraySlice<LogPosition> = []

        mutating func hasFetched(_ count: Int) { toFetch = toFetch.dropFirst(count) }
        mutating func hasGathered(_ count: Int) { toPush = toPush.dropFirst(count) }
    }

    /// - Parameters:
    ///   - isEmpty: whether this copy's log holds nothing yet.
    package init(with peer: Peer, isEmpty: Bool, now: Milliseconds) {
        self.peer = peer.key
        self.now = now
        store = peer.store
        receivedCursor = peer.received
        sentCursor = peer.sent
        report = SyncReport(mode: isEmpty ? .clone : peer.store == nil ? .repair : .cursor)
    }

    package mutating func start() throws(Fault) -> Action {
        report.mode == .repair ? try beginRepair() : .load(after: sentCursor)
    }

    // MARK: - By cursor

    package mutating func loaded(_ page: LogPage) throws(Fault) -> Action {
        self.page = page
        return try send(
            .changes(
                ChangesRequest(changesets: page.changesets, store: store, cursor: receivedCursor)))
    }

    package mutating func received(_ answer: SyncAnswer) throws(Fault) -> Action {
        switch answer {
        case .changes(let page, let theirs) where self.page != nil:
            note(theirs)
            report.sent.count(self.page?.changesets ?? [])
            return take(page)
        case .unknownCursor where page != nil:
            return try beginRepair()
        case .inventory(let positions, let snapshot) where repair != nil:
            repair?.theirs = positions
            repair?.snapshot = snapshot
            return .compare
        case .changesets(let changesets, let taken) where taken > 0 && repair != nil:
            repair?.hasFetched(taken)
            report.received.count(changesets)
            return .merge(changesets, nil)
        case .pushed(let theirs) where repair != nil:
            note(theirs)
            return try continueRepair()
        default:
            throw .unexpectedAnswer
        }
    }

    private mutating func take(_ answer: LogPage) -> Action {
        self.answer = answer
        store = answer.snapshot.store
        receivedCursor = answer.cursor
        sentCursor = page?.cursor ?? sentCursor
        report.received.count(answer.changesets)
        return .merge(answer.changesets, cursors)
    }

    package mutating func merged(_ own: MergeReport) throws(Fault) -> Action {
        note(own)
        report.parked += own.verdicts[.parked] ?? 0
        report.held += own.held
        guard let page, let answer else { return try continueRepair() }
        guard page.isComplete && answer.isComplete else { return .load(after: sentCursor) }
        // Snapshot with snapshot: ours when we asked and what the answer added to it, against
        // theirs at the answer; so what either writes meanwhile never looks like a difference.
        var expected = page.snapshot.check
        for id in own.inserted { expected.insert(id) }
        for id in own.removed { expected.remove(id) }
        report.isEqual = expected == answer.snapshot.check
        if report.isEqual || hasRepaired { return .finish(report) }
        return try beginRepair()
    }

    // MARK: - Repair

    private mutating func beginRepair() throws(Fault) -> Action {
        report.mode = .repair
        // What was refused is still missing there, so it moves again and is counted then.
        report.refused = [:]
        hasRepaired = true
        page = nil
        answer = nil
        repair = Repair()
        return try send(.inventory)
    }

    /// Finds what each side lacks.
    package mutating func compared(_ ours: [LogPosition], at snapshot: LogSnapshot) throws(Fault)
        -> Action
    {
        guard var repair else { throw .unexpectedAnswer }
        let theirs = Set(repair.theirs)
        let own = Set(ours)
        repair.toFetch = repair.theirs.filter { !own.contains($0) }[...]
        repair.toPush = ours.filter { !theirs.contains($0) }[...]
        repair.theirs = []
        repair.ownArrival = snapshot.lastArrival
        self.repair = repair
        return try continueRepair()
    }

    package mutating func gathered(_ changesets: [SealedChangeset], taken: Int) throws(Fault)
        -> Action
    {
        guard taken > 0, repair != nil else { throw .unexpectedAnswer }
        repair?.hasGathered(taken)
        report.sent.count(changesets)
        return try send(.push(changesets))
    }

    private mutating func continueRepair() throws(Fault) -> Action {
        guard let repair else { throw .unexpectedAnswer }
        if !repair.toFetch.isEmpty {
            return try send(.fetch(Array(repair.toFetch.prefix(Self.fetchLimit))))
        }
        if !repair.toPush.isEmpty { return .gather(Array(repair.toPush.prefix(Self.fetchLimit))) }
        // The cursors take the snapshots' arrivals, and one more exchange compares the sets.
        store = repair.snapshot?.store
        receivedCursor = repair.snapshot?.lastArrival ?? 0
        sentCursor = repair.ownArrival
        self.repair = nil
        return .load(after: sentCursor)
    }

    // MARK: - What both share

    private mutating func send(_ request: SyncRequest) throws(Fault) -> Action {
        report.roundTrips += 1
        guard report.roundTrips <= Self.roundLimit else { throw .tooManyRounds }
        return .send(request)
    }

    private mutating func note(_ merge: MergeReport) {
        report.refused.merge(merge.refused, uniquingKeysWith: +)
    }

    private var cursors: CursorMove? {
        store.map {
            CursorMove(
                peer: peer, store: $0, received: receivedCursor, sent: sentCursor, at: now)
        }
    }
}
