import CommunisCore
import CommunisLog
import GRDB

/// What an import wrote.
package struct ImportReport: Sendable {
    package var changes: Int
    /// How many of them are votes.
    package var votes: Int
    package var doubt: ClockDoubt?

    init(_ drafts: [Draft]) {
        changes = drafts.count
        votes = drafts.filter { $0.content.kind == .vote }.count
    }
}

extension Board {
    /// Makes changes here: when this returns they are on the disk and in the view.
    ///
    /// - Parameter progress: called with (changes made, all changes).
    /// - Returns: what is doubtful about the clock that stamped them, if anything is.
    /// - Throws: `notPermitted` where this node's role does not allow it; then nothing is written.
    @discardableResult
    package func write(_ drafts: [Draft], progress: (Int, Int) -> Void = { _, _ in })
        throws(BoardError) -> ClockDoubt?
    {
        // What is said of nodes, and erasures, are sealed at once: they precede what they judge.
        let key = drafts.contains { $0.content.kind.isNeverParked } ? try keyFile().key : nil
        if let written = try attempt(drafts, sealingWith: key, progress) { return written.doubt }
        try admitDue()
        return try attempt(drafts, sealingWith: key, isOverdue: true, progress)?.doubt
    }

    private struct Written {
        var doubt: ClockDoubt?
    }

    /// - Parameter isOverdue: whether to write although something is parked that is due: then what is
    ///   written is dated before that.
    /// - Returns: `nil` where nothing is written, since something is parked whose time has come; the
    ///   horizon stays before it, and what is stamped now would lie beyond.
    private func attempt(
        _ drafts: [Draft], sealingWith key: NodeKey?, isOverdue: Bool = false,
        _ progress: (Int, Int) -> Void
    ) throws(BoardError) -> Written? {
        try write { database in
            var time = try BoardTime.load(database)
            let clock = environment.now()
            try time.raiseHorizon(clock, database)
            guard isOverdue || time.horizon.moment >= time.now(clock) else { return nil }
            let doubt = try append(drafts, database, time, clock, progress)
            if let key {
                var state = try BoardState.load(database)
                try seal(database, &state, with: key)
                try state.save(database)
            }
            return Written(doubt: doubt)
        }
    }

    /// Makes those of these changes, which bring their own time along, that the board does not
    /// hold yet. What is held is judged in the transaction that writes the rest, so that of two
    /// imports at once only one writes.
    ///
    /// - Parameter contacts: addresses that came along, each with its member; remembered here only,
    ///   in the same transaction.
    package func `import`(
        _ drafts: [Draft], contacts: [String: MemberID] = [:],
        precision: VotePrecision = .timestamp, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(BoardError) -> ImportReport {
        try admitDue()
        return try write { database in
            let new = try HeldChanges(database, board: id, precision: precision)
                .removed(from: drafts)
            var report = ImportReport(new)
            if !new.isEmpty {
                var time = try BoardTime.load(database)
                let clock = environment.now()
                try time.raiseHorizon(clock, database)
                report.doubt = try append(new, database, time, clock, progress)
            }
            for (address, member) in contacts { try database.remember(address, as: member) }
            return report
        }
    }

    /// What `import` would write; writes nothing.
    package func importTrial(_ drafts: [Draft], precision: VotePrecision = .timestamp)
        throws(BoardError) -> ImportReport
    {
        try read { database in
            ImportReport(
                try HeldChanges(database, board: id, precision: precision).removed(from: drafts))
        }
    }

    func append(
        _ drafts: [Draft], _ database: Database, _ time: BoardTime, _ clock: Milliseconds,
        _ progress: (Int, Int) -> Void
    ) throws -> ClockDoubt? {
        var time = time
        // Nothing that is made here lies beyond the horizon.
        let now = min(time.now(clock), time.horizon.moment)
        let trust = try database.trust(of: node, founder: founder)
        let rights = trust.rights(as: trust.role)
        let doubt = ClockDoubt(now: clock, last: time.clock.last)
        let view = try ViewWriter(database, node: node, founder: founder)
        for (done, draft) in drafts.enumerated() {
            if done.isMultiple(of: 1_024) { progress(done, drafts.count) }
            try check(rights, to: draft.content)
            let timestamp =
                draft.timestamp
                ?? time.clock.stamp(now: now, horizon: time.horizon)
            time.clock.witness(timestamp)
            try append(
                Change(timestamp, by: draft.member, draft.content), salt: draft.key?.bytes,
                stampedBy: draft.timestamp == nil ? clock : nil, database, view, rights)
        }
        try view.finish()
        try database.markUnplaced(view.unplacedVotes)
        try time.save(database)
        return doubt
    }

    /// - Parameters:
    ///   - salt: of a change that makes something its key; `nil` for a random one.
    ///   - clock: what this computer's clock said; `nil` for a change that brought its time.
    private func append(
        _ change: Change, salt: [UInt8]?, stampedBy clock: Milliseconds?, _ database: Database,
        _ view: ViewWriter, _ rights: Rights
    ) throws {
        let content = PendingChange.Content(
            change, salt: salt ?? environment.randomBytes(Slot.saltByteCount))
        // What a peer would find void, or call otherwise, is a fault here, not a matter of the peer's
        // opinion. A vote is well formed by its types; other changes need not be.
        if case .other(let slot, _) = content, slot.singleChange(on: id) != change {
            throw BoardError(.fault, "a change breaks the format's rules", "please report this")
        }
        let columns = content.columns
        try DirectStatement(
            """
            INSERT INTO pending(kind, timestamp, salt, bytes, clock, placed)
            VALUES(?, ?, ?, ?, ?, 1)
            """, database
        ).run(
            with: .integer(columns.kind), .integer(columns.timestamp), .bytes(columns.salt),
            .bytes(columns.bytes), .integer((clock?.sinceEpoch).map { Int64($0) }))
        try view.apply(change, index: Int(database.lastInsertedRowID), .pending(node), rights)
    }

    /// - Throws: `notPermitted` where this node may not make a change, before anything is judged
    ///   that the change needs not.
    package func checkRight(to content: ChangeContent) throws(BoardError) {
        try read { database in
            let trust = try database.trust(of: node, founder: founder)
            try check(trust.rights(as: trust.role), to: content)
        }
    }

    private func check(_ rights: Rights, to content: ChangeContent) throws(BoardError) {
        if rights.allow(content, by: node) { return }
        if content.kind == .vote, rights.role >= .contributor { throw .disavowed }
        let required = content.requiredRole(of: node)
        throw rights.role < .contributor ? BoardError.reader(node) : .missingRole(required)
    }

    /// What this node may do, by the log.
    package func role() throws(BoardError) -> Role { try role(of: node) }

    /// What a node may do, by the log.
    package func role(of node: NodeID) throws(BoardError) -> Role {
        try read { try $0.trust(of: node, founder: founder).role }
    }
}
