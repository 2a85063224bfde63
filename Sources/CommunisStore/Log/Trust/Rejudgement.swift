import CommunisCore
import CommunisLog
import GRDB

// What was said of a node can change what became of changesets that are here already: held ones
// enter the log, others leave it or lose or gain their effect.
extension LogIntake {
    /// Brings log and held to what all statements together say.
    ///
    /// It ends: the founder's statements judge the stewards, the stewards' the others, whose own
    /// statements count for nothing.
    func settle(_ report: inout MergeReport) throws {
        repeat {
            while !doubtful.isEmpty {
                let subjects = doubtful
                doubtful = []
                try judgeAgain(subjects, &report)
            }
            // An erasure is new, or has its effect again by another role.
            if view.isErasing || hasRebuilt { try releaseErased(&report) }
        } while !doubtful.isEmpty
    }

    private func judgeAgain(_ subjects: Set<Int64>, _ report: inout MergeReport) throws {
        let log = try database.chainEntries(of: subjects)
        for key in subjects.sorted() {
            guard let id = try database.node(key), id != state.founder else { continue }
            try judge(id, key, log[key] ?? [], &report)
        }
    }

    private func judge(
        _ node: NodeID, _ key: Int64, _ log: [ChainEntry], _ report: inout MergeReport
    ) throws {
        let waiting = try held.entries(of: key)
        // A damaged file may hold one twice.
        var previous = Dictionary(log.map { ($0.id, $0.previous) }) { first, _ in first }
        for entry in waiting { previous[entry.id] = entry.header.previous }
        let judgement = try database.standing(of: key, founder: state.founder).judge(previous)

        try database.run("DELETE FROM chain_gap WHERE node = ?", key)
        for gap in judgement.gaps.sorted() {
            try database.run("INSERT INTO chain_gap(node, id) VALUES(?, ?)", key, gap.data)
        }
        nodes.forgetTrust(of: node)

        var hasLeft = false
        for entry in log {
            let role = judgement.roles[entry.id] ?? .none
            if !judgement.isMember(entry.id) {
                try evict(entry.arrival, .noRole)
                hasLeft = true
            } else if Int64(role.rawValue) != entry.role {
                try change(entry.arrival, to: role)
            }
        }
        if hasLeft { try shorten(node, to: log.filter { judgement.isMember($0.id) }) }
        let entering = waiting.filter { judgement.isMember($0.id) }
            .sorted { $0.header.sequence < $1.header.sequence }
        for entry in entering {
            try release(entry, as: judgement.roles[entry.id] ?? .none, &report)
        }
    }

    /// Lets a held changeset into the log, unless it lacks a text.
    private func release(_ entry: HeldTable.Entry, as role: Role, _ report: inout MergeReport)
        throws
    {
        let changeset = try held.changeset(of: entry)
            .open(board: state.board, verifyingSignature: false)
        guard try !lacksText(changeset) else {
            // An erasure that comes later lets it in.
            return try held.note(.awaitsErasure, of: entry)
        }
        try enter(changeset, as: role, from: entry.cameFrom, &report)
    }

    /// Those that lacked a text of which the erasure is known now: each waits for nothing but its
    /// node's role then, and is judged once more.
    private func releaseErased(_ report: inout MergeReport) throws {
        for entry in try held.entriesLackingText() {
            let node = entry.header.node
            let changeset = try held.changeset(of: entry)
                .open(board: state.board, verifyingSignature: false)
            guard try !lacksText(changeset) else { continue }
            if node == state.founder {
                try enter(changeset, as: .founder, from: entry.cameFrom, &report)
            } else {
                try held.note(.noRole, of: entry)
                doubtful.insert(try nodes.chain(of: node).key)
            }
        }
    }

    /// Takes those out of the log whose text is gone and whose erasure no longer counts: a copy
    /// that still has the text will send it.
    ///
    /// - Parameter erased: what was erased before the view was computed anew.
    func evictTextless(among erased: [ChangesetID]) throws {
        for id in erased {
            guard
                let row = try database.row(
                    "SELECT \(ChangesetRow.columns) FROM changeset WHERE id = ?", id.data)
            else { continue }
            let entry = try ChangesetRow(row)
            let changeset = try entry.sealed.open(board: state.board, verifyingSignature: false)
            if try lacksText(changeset) { try evict(entry.arrival, .awaitsErasure) }
        }
    }

    func evict(_ arrival: Int64, _ reason: HeldTable.Reason) throws {
        guard
            let row = try database.row(
                "SELECT \(ChangesetRow.columns), came_from FROM changeset WHERE arrival = ?",
                arrival)
        else { return }
        doubtful.formUnion(try view.forgetStatements(of: arrival))
        try evict(ChangesetRow(row), from: try row[6], reason)
    }

    /// Gives a changeset of the log another role: what it may not say any more loses its effect,
    /// what it may say now gets it.
    private func change(_ arrival: Int64, to role: Role) throws {
        try database.run(
            "UPDATE changeset SET role = ? WHERE arrival = ?", Int64(role.rawValue), arrival)
        needsRebuild = true
        mayLackErasures = true
        doubtful.formUnion(try view.forgetStatements(of: arrival))
        guard
            let row = try database.row(
                "SELECT \(ChangesetRow.columns) FROM changeset WHERE arrival = ?", arrival)
        else { return }
        let entry = try ChangesetRow(row)
        guard entry.verdict != .void else { return }
        let changeset = try entry.sealed.open(board: state.board, verifyingSignature: false)
        try view.noteJudging(of: changeset, arrival: arrival, as: role)
        try noteStandings()
    }

    private func shorten(_ node: NodeID, to log: [ChainEntry]) throws {
        var chain = try nodes.chain(of: node)
        let last = log.max { ($0.sequence, $0.id) < ($1.sequence, $1.id) }
        chain.sequence = last?.sequence ?? 0
        chain.head = last?.id ?? .zero
        nodes.set(chain, of: node)
    }
}

/// A changeset of the log without its contents.
struct ChainEntry {
    var arrival: Int64
    var id: ChangesetID
    var role: Int64
    var previous: ChangesetID
    var sequence: UInt64
}

extension Database {
    /// The changesets of these nodes in the log, in one pass over it.
    func chainEntries(of nodes: Set<Int64>) throws -> [Int64: [ChainEntry]] {
        let list = nodes.sorted().map(String.init).joined(separator: ",")
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT arrival, id, role, header, node FROM changeset WHERE node IN (\(list))
                ORDER BY arrival
                """)
        var entries: [Int64: [ChainEntry]] = [:]
        while let row = try rows.next() {
            guard let header = ChangesetHeader(try row.bytes(3)) else { continue }
            entries[try row[4], default: []].append(
                ChainEntry(
                    arrival: try row[0], id: try row.identifier(1), role: try row[2],
                    previous: header.previous, sequence: header.sequence))
        }
        return entries
    }

    /// The node with a key of this file.
    func node(_ key: Int64) throws -> NodeID? {
        try row("SELECT id FROM node WHERE key = ?", key).map { try $0.identifier(0) }
    }

    /// The changesets of which a slot is erased.
    func erasedChangesets() throws -> [ChangesetID] {
        try rows("SELECT DISTINCT changeset FROM erased").map { try $0.identifier(0) }
    }
}
