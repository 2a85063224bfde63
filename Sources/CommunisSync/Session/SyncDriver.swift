import CommunisCore
import CommunisLog
import CommunisStore

/// Does what a session says: reads and writes this copy's file, and asks the peer.
package struct SyncDriver {
    private let board: Board
    private let transport: any SyncTransport
    /// What the peer is called, here and in errors.
    private let address: String
    private let limits: SyncLimits
    private let wait: PeerWait
    private let progress: (Double) -> Void

    private init(
        _ board: Board, over transport: any SyncTransport, address: String, _ limits: SyncLimits,
        progress: @escaping (Double) -> Void
    ) {
        self.board = board
        self.transport = transport
        self.address = address
        self.limits = limits
        wait = PeerWait(limits.patience, address: address, clock: limits.clock)
        self.progress = progress
    }

    /// Syncs a board with a peer, which is called by its address from now on.
    ///
    /// - Parameter progress: called with the share of the peer's log that is here, 0 to 1.
    package static func run(
        _ board: Board, over transport: any SyncTransport, address: String, now: Milliseconds,
        limits: SyncLimits = SyncLimits(), progress: @escaping (Double) -> Void = { _ in }
    ) throws(BoardError) -> SyncReport {
        guard !transport.isReadOnly else {
            var reading = SyncReading(board, over: transport, address: address, now: now)
            return try reading.run(progress)
        }
        let driver = SyncDriver(
            board, over: transport, address: address, limits, progress: progress)
        let (isRestored, doubtsClock) = (try board.isRestored(), try board.doubtsClock())
        var session = SyncSession(
            of: board.id, with: try board.knownPeer(at: address),
            isCautious: isRestored || doubtsClock && transport.authenticates, limits: limits,
            now: now)
        var learned = LearnedTime()
        let repeats = transport.repeats
        do {
            var action = try session.start()
            while true {
                if case .finish(var report) = action {
                    try driver.learn(session.told, &learned)
                    report.clockOffset = learned.offset
                    report.restamped = learned.restamped
                    if learned.offset != nil {
                        try board.admitDue()
                        report.parked = min(report.parked, try board.parkedCount())
                    }
                    if report.isEqual { report.endsRestore = try board.noteWhole() }
                    if session.isAnotherNode, let node = session.answering {
                        _ = try board.peer(at: address, node: node)
                    }
                    // Without it this copy reads on; what was merged is told in any case.
                    try? SecretRequest.run(board, over: transport)
                    report.roundTrips += transport.repeats - repeats
                    return report
                }
                if case .prepare = action { try driver.learn(session.told, &learned) }
                action = try driver.perform(action, &session)
            }
        } catch let error as BoardError {
            throw error
        } catch let fault as SyncFault {
            throw fault.boardError(address)
        } catch let error as NegentropyError {
            throw SyncFault.malformed(error).boardError(address)
        } catch {
            throw BoardError(.fault, "sync stopped: \(error)", "please report this")
        }
    }

    /// - Returns: the peer's fault where its message is none; what fails here is thrown.
    private func step(_ log: LogRanges, after answer: [UInt8]?, room: Int) throws
        -> Result<Negentropy<LogRanges>.Step, NegentropyError>
    {
        let negentropy = Negentropy(log, frameLimit: limits.reconciliationFrame)
        guard let answer else {
            return .success(Negentropy.Step(message: try negentropy.initiate()))
        }
        do {
            return .success(try negentropy.reconcile(answer, room: room))
        } catch let error as NegentropyError {
            return .failure(error)
        }
    }

    /// Before anything is sealed, so that it can still be dated anew; and at the end, when the log
    /// says who may tell the time.
    private func learn(_ told: StatedTime?, _ learned: inout LearnedTime) throws(BoardError) {
        guard let told, transport.authenticates else { return }
        let new = try board.learn(told)
        learned.offset = new.offset ?? learned.offset
        learned.restamped += new.restamped
    }

    private func ask(_ body: SyncRequest.Body, _ session: SyncSession) throws -> SyncAnswer {
        try wait.during(moved: session.report.movedBytes) {
            try transport.ask(SyncRequest(board: board.id, node: board.node, body: body))
        }
    }

    /// Tells a peer that knows no role of this copy who gave it one: it may have been restored from
    /// before. What a steward's node signed is believed from whoever brings it.
    ///
    /// With them goes the last that the peer sealed itself, as far as it is here: what waits there has
    /// to be sealed after it.
    ///
    /// - Returns: whether the peer took it, so that it can be asked again.
    private func showAdmission(to peer: NodeID, _ session: inout SyncSession) throws -> Bool {
        var room = limits.statementBytes
        let last =
            try board.lastChangeset(of: peer).map { [$0] }?
            .filter { $0.byteCount < room } ?? []
        room -= last.reduce(0) { $0 + $1.byteCount }
        let told = try board.statements(of: board.node, byteLimit: room)
        guard !told.isEmpty else { return false }
        let statements = last + told.filter { $0.id != last.first?.id }
        session.noteRoundTrips(1)
        let answer = try ask(.move(SyncRequest.Move(changesets: statements, wanted: [])), session)
        guard !answer.isRefusal else { return false }
        session.noteRoundTrips(1)
        return true
    }

    private func perform(_ action: SyncSession.Action, _ session: inout SyncSession) throws
        -> SyncSession.Action
    {
        switch action {
        case .send(let body):
            var answer = try ask(body, session)
            if answer.isRefusal, try showAdmission(to: answer.node, &session) {
                answer = try ask(body, session)
            }
            if case .exchanged(let exchanged) = answer.body, answer.snapshot.lastArrival > 0 {
                progress(Double(exchanged.cursor) / Double(answer.snapshot.lastArrival))
            }
            return try session.received(answer)
        case .remember(let node):
            return session.remembered(try board.peer(at: address, node: node))
        case .prepare(let last):
            try board.sealPending(after: last)
            return try session.prepared(isEmpty: board.snapshot().lastArrival == 0)
        case .load(let arrival, let node):
            return try session.loaded(
                board.page(after: arrival, excluding: node, byteLimit: limits.pageBytes))
        case .merge(let changesets, let cursors):
            return try session.merged(
                board.merge(changesets, from: session.peerKey, moving: cursors))
        case .reconcile(let answer):
            let (step, snapshot) = try board.reconciling { log, snapshot in
                (try self.step(log, after: answer, room: session.room), snapshot)
            }
            return try session.reconciled(step.get(), at: snapshot)
        case .gather(let positions):
            let found = try board.changesets(positions, byteLimit: limits.pageBytes)
            return try session.gathered(found.changesets, taken: found.taken)
        case .find(let node):
            return try session.found(board.lastChangeset(of: node))
        case .finish:
            return action
        }
    }
}

extension SyncAnswer {
    /// Whether the peer says that this copy may not ask.
    fileprivate var isRefusal: Bool {
        if case .failed(let failed) = body {
            failed.code == BoardError.Code.notPermitted.rawValue
        } else {
            false
        }
    }
}
