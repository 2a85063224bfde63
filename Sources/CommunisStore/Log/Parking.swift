import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// What is due is let in by so many bytes of contents at a time, which is what a page of a sync may
    /// hold: others get at the board in between, and what was let in stays so if the process ends.
    package static let admissionBytes = pageBytes

    /// Raises the horizon to what the clock allows and applies what is no longer beyond it.
    ///
    /// - Parameter limit: how many bytes are let in at a time; a millisecond is never divided.
    package func admitDue(by limit: Int = admissionBytes) throws(BoardError) {
        while try admitPage(of: limit) {}
    }

    /// Lets in the first of what is due, in the order of time, in one transaction.
    ///
    /// The horizon rises to the last that is let in, so that the view is what it has to be at that
    /// horizon. It cannot stop within a millisecond: what shares one comes together, a changeset after
    /// the other, and only the number of each is in memory.
    ///
    /// - Returns: whether anything was let in, without which there is no use in trying again: of a
    ///   damaged file a row may say another time than its changeset.
    func admitPage(of limit: Int) throws(BoardError) -> Bool {
        let clock = environment.now()
        let isDue = try read { database in
            let reached = Horizon(now: try BoardTime.load(database).now(clock))
            return try database.firstParked(within: reached) != nil
        }
        guard isDue else { return false }
        // Without the key what is due stays parked until the board is opened with it.
        guard try sealPendingIfPermitted() else { return false }
        return try write { database in
            var state = try BoardState.load(database)
            let reached = max(state.time.horizon, Horizon(now: state.time.now(clock)))
            let due = try database.parked(within: reached, limit: limit)
            state.time.horizon = max(state.time.horizon, due.horizon)
            let count = try admit(due.arrivals, database, &state)
            try state.save(database)
            return count > 0
        }
    }

    /// How many changesets wait for their time.
    package func parkedCount() throws(BoardError) -> Int {
        try read {
            Int(try $0.integer("SELECT count(*) FROM changeset WHERE verdict = 1") ?? 0)
        }
    }

    /// - Returns: how many are not parked any more.
    private func admit(
        _ arrivals: [Int64], _ database: Database, _ state: inout BoardState
    ) throws -> Int {
        var count = 0
        let nodes = NodeTable(database, founder: state.founder)
        let view = try ViewWriter(database, node: state.node, founder: state.founder)
        for arrival in arrivals {
            let found = try database.row(
                "SELECT \(ChangesetRow.columns) FROM changeset WHERE arrival = ?", arrival)
            guard let row = try found.map(ChangesetRow.init) else { continue }
            let changeset = try row.sealed.open(
                board: state.board, verifyingSignature: false)
            let erased = try database.erasedSlots(of: changeset.id)
            let verdict = changeset.verdict(horizon: state.time.horizon, erased: erased)
            guard verdict != .parked else { continue }
            count += 1
            try database.run(
                "UPDATE changeset SET verdict = ? WHERE arrival = ?", verdict.rawValue, row.arrival)
            guard verdict != .void else { continue }
            state.time.clock.witness(changeset.header.timestamp)
            let rights = try nodes.trust(of: changeset.header.node).rights(as: row.role ?? .none)
            try view.apply(
                changeset, arrival: row.arrival, erased: erased, isParked: false, rights)
        }
        try view.finish()
        return count
    }
}

extension Database {
    /// The first of what a horizon reaches, by their arrival numbers in the order of time, and the
    /// horizon that reaches no more than these: the given one where they are all.
    ///
    /// - Parameter limit: of the bytes of their contents, but for the last millisecond.
    fileprivate func parked(within horizon: Horizon, limit: Int) throws
        -> (arrivals: [Int64], horizon: Horizon)
    {
        let rows = try Row.fetchCursor(
            cachedStatement(
                sql: """
                    SELECT arrival, timestamp, length(payload)
                    FROM changeset INDEXED BY changeset_parked
                    WHERE verdict = 1 AND timestamp <= ? ORDER BY timestamp, id
                    """),
            arguments: [HybridTimestamp(horizon.moment, counter: .max).column])
        var arrivals: [Int64] = []
        var bytes = 0
        var last: Milliseconds?
        while let row = try rows.next() {
            let moment = try row.timestamp(1).moment
            bytes += try row[2] as Int
            if let last, bytes > limit, moment > last {
                return (arrivals, Horizon(moment: last))
            }
            arrivals.append(try row[0])
            last = moment
        }
        return (arrivals, horizon)
    }
}
