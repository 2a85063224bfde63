import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// Raises the horizon to what the clock allows and applies what is no longer beyond it.
    package func admitDue() throws(BoardError) {
        let clock = environment.now()
        let isDue = try read { database in
            let reached = Horizon(now: try BoardTime.load(database).now(clock))
            return try database.firstParked(within: reached) != nil
        }
        guard isDue else { return }
        // Without the key what is due stays parked until the board is opened with it.
        guard try sealPendingIfPermitted() else { return }
        try write { database in
            var state = try BoardState.load(database)
            state.time.horizon = max(
                state.time.horizon, Horizon(now: state.time.now(clock)))
            try admit(database, &state)
            try state.save(database)
        }
    }

    /// How many changesets wait for their time.
    package func parkedCount() throws(BoardError) -> Int {
        try read {
            Int(try $0.integer("SELECT count(*) FROM changeset WHERE verdict = 1") ?? 0)
        }
    }

    private func admit(_ database: Database, _ state: inout BoardState) throws {
        let nodes = NodeTable(database, founder: state.founder)
        let view = try ViewWriter(database, node: state.node, founder: state.founder)
        let last = HybridTimestamp(state.time.horizon.moment, counter: .max)
        let rows = try database.rows(
            """
            SELECT \(ChangesetRow.columns) FROM changeset WHERE verdict = 1 AND timestamp <= ?
            ORDER BY timestamp, id
            """, last.column)
        for row in try rows.map(ChangesetRow.init) {
            let changeset = try row.sealed.open(
                board: state.board, verifyingSignature: false)
            let erased = try database.erasedSlots(of: changeset.id)
            let verdict = changeset.verdict(horizon: state.time.horizon, erased: erased)
            try database.run(
                "UPDATE changeset SET verdict = ? WHERE arrival = ?", verdict.rawValue, row.arrival)
            guard verdict != .void else { continue }
            state.time.clock.witness(changeset.header.timestamp)
            let rights = try nodes.trust(of: changeset.header.node).rights(as: row.role ?? .none)
            try view.apply(
                changeset, arrival: row.arrival, erased: erased, isParked: false, rights)
        }
        try view.finish()
    }
}
