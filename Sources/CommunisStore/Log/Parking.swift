import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// Raises the horizon to what the clock allows and applies what is no longer beyond it.
    func admitDue() throws(BoardError) {
        let due = HybridTimestamp(Horizon(now: environment.now()).moment, counter: .max)
        let isDue = try read { database in
            try database.integer(
                "SELECT 1 FROM changeset WHERE verdict = 1 AND timestamp <= ? LIMIT 1", due.column)
                != nil
        }
        guard isDue else { return }
        // Without the key what is due stays parked until the board is opened with it.
        guard try sealPendingIfPermitted() else { return }
        let now = environment.now()
        try write { database in
            var state = try BoardState.load(database)
            state.time.raiseHorizon(now: now)
            try admit(database, &state)
            try state.save(database)
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
