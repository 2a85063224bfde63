import CommunisCore
import CommunisLog
import CommunisStore

/// The caller's side of a sync, as a value: it says what to do next and is told what came of it.
/// It touches neither files nor networks; a driver does.
///
/// First what is new since the last time, by cursors, in pages; then the check values of both are
/// compared. If they differ, or if there is no cursor to go by, the sets are reconciled and exactly
/// what is missing is moved.
package struct SyncSession: Sendable {
    package enum Action: Sendable {
        /// Ask the peer, and call `received`.
        case send(SyncRequest.Body)
        /// Remember the peer as this node, and call `remembered`.
        case remember(NodeID)
        /// Seal what is pending, after this changeset of one's own if it is later than what this
        /// copy knows of itself, and call `prepared`.
        case prepare(after: SealedChangeset?)
        /// Read a page of this copy's log, and call `loaded`.
        case load(after: Int64, excluding: NodeID)
        /// Merge what came, moving the cursors in the same transaction, and call `merged`.
        case merge([SealedChangeset], CursorMove?)
        /// Begin to reconcile, or take an answer, and call `reconciled`.
        case reconcile([UInt8]?)
        /// Read these of this copy's changesets, and call `gathered`.
        case gather([LogPosition])
        /// Read the last that this node sealed, and call `found`: it may have lost it.
        case find(NodeID)
        case finish(SyncReport)
    }

    package private(set) var report = SyncReport()
    /// Who last answered.
    package private(set) var answering: NodeID?
    /// What the peer last said the time is.
    package private(set) var told: StatedTime?
    private let board: BoardID
    private let now: Milliseconds
    private let isCautious: Bool
    private let limits: SyncLimits
    private var peer: Peer?
    private var cursors: CursorMove?
    private var hasGreeted = false
    private var lastKnownThere: SealedChangeset?
    private var page: LogPage?
    private var answer: (exchanged: SyncAnswer.Exchanged, snapshot: SyncSnapshot)?
    private var repair: SyncRepair?
    private var repairs = 0
    /// Whether the peer was shown what it may have lost.
    private var hasShown = false
    /// How often the sets were compared while others wrote here.
    private var comparisons = 0
    /// What repairs found missing there so far, and what they brought here.
    private var pushed: UInt64 = 0
    private var fetched = 0
    /// What came and is held, since its node has no role.
    private var held: Set<ChangesetID> = []

    /// - Parameters:
    ///   - peer: `nil` where this copy never called it.
    ///   - isCautious: whether to ask before anything is sealed: this copy was restored and its
    ///     later changesets may be elsewhere only, or its clock may be wrong.
    package init(
        of board: BoardID, with peer: Peer?, isCautious: Bool = false,
        limits: SyncLimits = SyncLimits(), now: Milliseconds
    ) {
        self.board = board
        self.peer = peer
        self.isCautious = isCautious
        self.limits = limits
        self.now = now
    }

    /// Whether another node answers than is remembered: a transport lets only one that is trusted.
    package var isAnotherNode: Bool { answering != nil && peer != nil && answering != peer?.node }

    /// From whom what is merged comes.
    package var peerKey: PeerKey? { peer?.key }

    package mutating func start() throws(SyncFault) -> Action {
        peer == nil || isCautious
            ? try send(.hello) : .prepare(after: nil)
    }

    // MARK: - Beginning

    package mutating func remembered(_ peer: Peer) -> Action {
        self.peer = peer
        return .prepare(after: isCautious ? lastKnownThere : nil)
    }

    /// - Parameter isEmpty: whether this copy's log holds nothing yet.
    package mutating func prepared(isEmpty: Bool) throws(SyncFault) -> Action {
        guard let peer else { throw .unexpectedAnswer }
        cursors = CursorMove(
            peer: peer.key, store: peer.store ?? [], received: peer.received, sent: peer.sent,
            at: now)
        if peer.store == nil && !isEmpty { return try beginRepair() }
        report.mode = isEmpty ? .clone : .cursor
        return try load()
    }

    // MARK: - By cursor

    private func load() throws(SyncFault) -> Action {
        guard let peer, let cursors else { throw .unexpectedAnswer }
        return .load(after: cursors.sent ?? 0, excluding: peer.node)
    }

    package mutating func loaded(_ page: LogPage) throws(SyncFault) -> Action {
        guard let cursors else { throw .unexpectedAnswer }
        self.page = page
        return try send(
            .exchange(
                SyncRequest.Exchange(
                    changesets: page.changesets, store: cursors.store.isEmpty ? nil : cursors.store,
                    cursor: cursors.received)))
    }

    package mutating func received(_ answer: SyncAnswer) throws(SyncFault) -> Action {
        guard answer.board == board else { throw .otherBoard }
        if case .failed(let failed) = answer.body { throw .failed(failed) }
        answering = answer.node
        told = answer.time.map { StatedTime($0, by: answer.node) }
        switch answer.body {
        case .hello(let last) where !hasGreeted && cursors == nil:
            hasGreeted = true
            lastKnownThere = last
            return .remember(answer.node)
        case .exchanged(let exchanged) where page != nil && repair == nil:
            note(exchanged.merged)
            report.sent.count(page?.changesets ?? [])
            return try take(exchanged, answer.snapshot)
        case .unknownCursor where page != nil && repairs < limits.comparisons:
            if !hasShown, let cursors, cursors.store == answer.snapshot.store,
                cursors.received > answer.snapshot.lastArrival
            {
                hasShown = true
                return .find(answer.node)
            }
            return try beginRepair()
        case .reconciled(let message) where repair?.isReconciling == true:
            report.reconciliationBytes += message.count
            repair?.note(answer.snapshot)
            return .reconcile(message)
        case .moved(let moved) where repair?.isReconciling == false:
            note(moved.merged)
            report.received.count(moved.changesets)
            guard repair?.hasMoved(moved.taken) == true else { throw .unexpectedAnswer }
            return .merge(moved.changesets, nil)
        default:
            throw .unexpectedAnswer
        }
    }

    /// Shows the peer the last of its own that is here. If it has lost that, its file was put back
    /// from before; by the cursor alone it need not believe so.
    package mutating func found(_ last: SealedChangeset?) throws(SyncFault) -> Action {
        guard var page, let cursors else { throw .unexpectedAnswer }
        guard let last else { return try beginRepair() }
        // Where the cursor is known by now, this page is like any, and not the last.
        page.changesets = [last]
        page.cursor = cursors.sent ?? 0
        page.isComplete = false
        return try loaded(page)
    }

    private mutating func take(_ exchanged: SyncAnswer.Exchanged, _ snapshot: SyncSnapshot)
        throws(SyncFault) -> Action
    {
        // A page that is not the last goes on, or a peer could keep this copy asking.
        guard exchanged.cursor <= snapshot.lastArrival,
            exchanged.isComplete || exchanged.cursor > cursors?.received ?? 0
        else { throw .unexpectedAnswer }
        answer = (exchanged, snapshot)
        cursors?.store = snapshot.store
        cursors?.received = exchanged.cursor
        cursors?.sent = page?.cursor
        report.received.count(exchanged.changesets)
        return .merge(exchanged.changesets, cursors)
    }

    package mutating func merged(_ own: MergeReport) throws(SyncFault) -> Action {
        report.refused.merge(own.refused, uniquingKeysWith: +)
        report.parked += own.verdicts[.parked] ?? 0
        held = held.union(own.held.subtracting(own.lackingText)).subtracting(own.inserted)
        report.held = held.count
        if repair != nil {
            fetched += own.inserted.count
            return try continueRepair()
        }
        guard let page, let answer else { throw .unexpectedAnswer }
        guard page.isComplete && answer.exchanged.isComplete else { return try load() }
        // Snapshot with snapshot: ours when we asked and what the answer added to it, against
        // theirs at the answer; so what either writes meanwhile never looks like a difference.
        var expected = page.snapshot.check
        for id in own.inserted { expected.insert(id) }
        for id in own.removed { expected.remove(id) }
        report.isEqual = expected.digest == answer.snapshot.digest
        if report.isEqual { return .finish(report) }
        // Others wrote here meanwhile, perhaps what the peer has too: that says nothing of a
        // difference. Or what was held here was let in, and the peer lacks it: it is news now. So both
        // are compared again.
        let received = Set(answer.exchanged.changesets.map(\.id))
        let hasReleased = own.inserted.contains { !received.contains($0) }
        if hasReleased || own.check != expected, comparisons < limits.comparisons {
            comparisons += 1
            return try load()
        }
        return repairs > 0 ? .finish(report) : try beginRepair()
    }

    // MARK: - Repair

    private mutating func beginRepair() throws(SyncFault) -> Action {
        report.mode = .repair
        // What was refused or held is still missing, so it moves again and is counted then.
        report.refused = [:]
        report.held = 0
        held = []
        report.heldThere = 0
        repairs += 1
        pushed = 0
        fetched = 0
        page = nil
        answer = nil
        repair = SyncRepair(limits)
        return .reconcile(nil)
    }

    /// - Parameter snapshot: this copy's log when the step was made.
    package mutating func reconciled(_ step: Negentropy<LogRanges>.Step, at snapshot: LogSnapshot)
        throws(SyncFault) -> Action
    {
        guard repair?.isReconciling == true else { throw .unexpectedAnswer }
        guard repair?.take(step, at: snapshot) == true else { throw .overLimits }
        guard let message = step.message else { return try continueRepair() }
        report.reconciliationBytes += message.count
        return try send(.reconcile(message))
    }

    /// How many more changesets of one's own a repair may find missing there.
    package var room: Int { repair?.room ?? 0 }

    private mutating func continueRepair() throws(SyncFault) -> Action {
        guard let repair else { throw .unexpectedAnswer }
        if !repair.toPush.isEmpty { return .gather(repair.nextPush) }
        if !repair.toFetch.isEmpty { return try move([]) }
        if repair.isPartial { return try repairFurther(after: repair) }
        // The cursors take the snapshots' arrivals, and one more exchange compares the sets.
        guard let theirs = repair.snapshot, let own = repair.ownArrival else {
            throw .unexpectedAnswer
        }
        cursors?.store = theirs.store
        cursors?.received = theirs.lastArrival
        cursors?.sent = own
        self.repair = nil
        return try load()
    }

    /// Reconciles again, after a part of a large difference was moved. A part has to bring something
    /// here or be news there, or a peer could keep this copy at it.
    private mutating func repairFurther(after part: SyncRepair) throws(SyncFault) -> Action {
        guard fetched + part.pushCount > 0 else { throw .unexpectedAnswer }
        pushed += UInt64(part.pushCount)
        // Whoever says to lack more than there is does not lack it.
        guard pushed <= part.ownCount else { throw .overLimits }
        fetched = 0
        repair = SyncRepair(limits)
        return .reconcile(nil)
    }

    package mutating func gathered(_ changesets: [SealedChangeset], taken: Int) throws(SyncFault)
        -> Action
    {
        guard taken > 0, repair != nil else { throw .unexpectedAnswer }
        repair?.hasGathered(taken)
        report.sent.count(changesets)
        return try move(changesets)
    }

    private mutating func move(_ changesets: [SealedChangeset]) throws(SyncFault) -> Action {
        let wanted = repair?.nextWanted() ?? []
        return try send(.move(SyncRequest.Move(changesets: changesets, wanted: wanted)))
    }

    // MARK: - What all share

    private mutating func send(_ request: SyncRequest.Body) throws(SyncFault) -> Action {
        report.roundTrips += 1
        guard report.roundTrips <= limits.roundTrips else { throw .overLimits }
        return .send(request)
    }

    /// Counts round trips that were made beside those that this session asked for.
    package mutating func noteRoundTrips(_ count: Int) { report.roundTrips += count }

    private mutating func note(_ merge: MergedThere) {
        report.refused.merge(merge.refused, uniquingKeysWith: +)
        report.heldThere += merge.held
    }
}
