import CommunisCore
import CommunisLog
import CommunisStore

/// The called side of a sync. It keeps nothing between requests.
package struct SyncResponder: Sendable {
    /// What decides whether a node that asks to be admitted is.
    package enum Admission: Sendable {
        /// Whoever may use this account may use its key.
        case account
        /// An invitation, or the role that the node has.
        case invitation
    }

    let board: Board
    private let admission: Admission
    private let limits: SyncLimits

    package init(
        _ board: Board, admitting admission: Admission = .account,
        limits: SyncLimits = SyncLimits()
    ) {
        self.board = board
        self.admission = admission
        self.limits = limits
    }

    package func answer(_ request: SyncRequest) throws(BoardError) -> SyncAnswer {
        guard request.board == board.id || request.board == .zero else {
            return try failure(
                BoardError(
                    .notUnderstood, "this is a copy of another board", "name a copy of yours"))
        }
        switch request.body {
        case .hello:
            return try answer(.hello(last: board.lastChangeset(of: request.node)))
        case .exchange(let exchange):
            return try self.exchange(exchange, with: request.node)
        case .reconcile(let message):
            return try reconcile(message)
        case .move(let move):
            return try self.move(move, with: request.node)
        case .join(let join):
            return try answer(.joined(admit(request.node, join)))
        }
    }

    /// What went wrong here, told to the caller.
    func failure(_ error: BoardError) throws(BoardError) -> SyncAnswer {
        try answer(.failed(SyncAnswer.Failed(error)))
    }

    private func exchange(_ exchange: SyncRequest.Exchange, with caller: NodeID)
        throws(BoardError) -> SyncAnswer
    {
        let before = try board.snapshot()
        let isBeyond = exchange.store == before.store && exchange.cursor > before.lastArrival
        if isBeyond,
            try board.noteRestored(
                before.store, seenTo: exchange.cursor, showing: exchange.changesets)
        {
            // What is pending is sealed after what was shown, before anything else is asked.
            _ = try merge(exchange.changesets, from: caller)
        }
        // A merge seals what is pending too, in its own transaction. Whoever names a number beyond the
        // last may be about to show what this copy lost: until then nothing is sealed for them.
        if !isBeyond, try maySeal(for: exchange.store), exchange.changesets.isEmpty {
            try board.sealPendingIfPermitted()
        }
        let snapshot = try board.snapshot()
        // A cursor of a copy that was restored, replaced, or is somebody else's says nothing.
        let isKnown =
            exchange.store == nil
            ? exchange.cursor == 0
            : exchange.store == snapshot.store && exchange.cursor <= snapshot.lastArrival
        guard isKnown else { return try answer(.unknownCursor, at: snapshot) }
        let merged = try merge(exchange.changesets, from: caller)
        let page = try board.page(
            after: exchange.cursor, excluding: caller, byteLimit: limits.pageBytes)
        return try answer(
            .exchanged(
                SyncAnswer.Exchanged(
                    changesets: page.changesets, cursor: page.cursor, isComplete: page.isComplete,
                    merged: merged)), at: page.snapshot)
    }

    /// A restored copy seals when one calls that has a cursor into it: that one has compared its log
    /// with this copy since, and brought what it had of what this node sealed after the backup.
    private func maySeal(for store: [UInt8]?) throws(BoardError) -> Bool {
        guard try board.isRestored() else { return true }
        guard let store, try board.snapshot().store == store else { return false }
        try board.noteWhole()
        return true
    }

    private func reconcile(_ message: [UInt8]) throws(BoardError) -> SyncAnswer {
        if try maySeal(for: nil) { try board.sealPendingIfPermitted() }
        let result: Result<([UInt8], LogSnapshot), NegentropyError> = try board.reconciling {
            log, snapshot in
            do {
                let negentropy = Negentropy(log, frameLimit: limits.reconciliationFrame)
                return .success((try negentropy.answer(message), snapshot))
            } catch let error as NegentropyError {
                return .failure(error)
            }
        }
        switch result {
        case .success(let (message, snapshot)):
            return try answer(.reconciled(message), at: snapshot)
        case .failure(let error):
            throw BoardError(
                .notUnderstood, "a message of reconciliation is malformed (\("\(error)"))",
                "sync with the newest version on both sides")
        }
    }

    private func move(_ move: SyncRequest.Move, with caller: NodeID) throws(BoardError)
        -> SyncAnswer
    {
        let merged = try merge(move.changesets, from: caller)
        let found = try board.changesets(move.wanted, byteLimit: limits.pageBytes)
        return try answer(
            .moved(
                SyncAnswer.Moved(
                    changesets: found.changesets, taken: found.taken, merged: merged)))
    }

    private func merge(_ changesets: [SealedChangeset], from caller: NodeID)
        throws(BoardError) -> MergedThere
    {
        guard !changesets.isEmpty else { return MergedThere() }
        let caller = try board.caller(caller)
        var report = MergeReport()
        var rest = changesets[...]
        while !rest.isEmpty {
            var bytes = 0
            let count = rest.prefix { changeset in
                defer { bytes += changeset.byteCount }
                return bytes < Self.partBytes
            }.count
            report += try board.merge(Array(rest.prefix(count)), from: caller)
            rest = rest.dropFirst(count)
        }
        return MergedThere(report)
    }

    /// How much is merged in one transaction: some 15,000 votes, or a second of rare words. Others have
    /// their turn in between, and whoever is cut off sends the rest again.
    private static let partBytes = 1_024 * 1_024

    private func admit(_ node: NodeID, _ join: SyncRequest.Join) throws(BoardError)
        -> SyncAnswer.Joined
    {
        let name = join.name.isEmpty ? nil : join.name
        switch admission {
        case .account: return try admitByAccount(node, name, join.encryptionKey)
        case .invitation:
            let role =
                join.invitation.isEmpty
                ? try board.role(of: node)
                : try board.admit(node, called: name, by: join.invitation)
            guard role > .none else { throw .notInvited }
            return SyncAnswer.Joined(
                role: role,
                secret: role < .contributor
                    ? nil : try sealed(try board.secret(), to: join.encryptionKey))
        }
    }

    /// Admits a new node where this account can act for a steward's node: as contributor, by a
    /// change sealed with its key. Elsewhere the new node is a reader.
    private func admitByAccount(_ node: NodeID, _ name: String?, _ encryptionKey: [UInt8])
        throws(BoardError) -> SyncAnswer.Joined
    {
        guard !board.isReadOnly, (try? board.role()) ?? .none >= .steward,
            let secret = try? board.secret()
        else { return SyncAnswer.Joined(role: .reader, secret: nil) }
        let sealed = try sealed(secret, to: encryptionKey)
        let role = try board.role(of: node)
        guard role < .contributor else { return SyncAnswer.Joined(role: role, secret: sealed) }
        try board.setRole(of: node, to: .contributor, name: name)
        return SyncAnswer.Joined(role: .contributor, secret: sealed)
    }

    private func sealed(_ secret: BoardSecret, to key: [UInt8]) throws(BoardError) -> SealedSecret {
        guard let sealed = SealedSecret.seal(secret, of: board.id, to: key) else {
            throw BoardError(
                .notUnderstood, "the new copy named a key that is none", "please report this")
        }
        return sealed
    }

    private func answer(_ body: SyncAnswer.Body, at snapshot: LogSnapshot? = nil)
        throws(BoardError) -> SyncAnswer
    {
        let current: LogSnapshot
        if let snapshot { current = snapshot } else { current = try board.snapshot() }
        return SyncAnswer(
            board: board.id, founder: board.founder, node: board.node,
            time: try board.knowsTime() ? board.now : nil, snapshot: SyncSnapshot(current),
            body: body)
    }
}
