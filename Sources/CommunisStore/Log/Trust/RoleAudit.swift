import CommunisCore
import CommunisLog
import GRDB

/// The role of every changeset of a log, from what the file holds of each chain, in the log and
/// beside it: what `verify` compares with, and what a file from before roles were judged begins with.
struct RoleAudit {
    /// By arrival number; the founder's are left out.
    private var judgements: [Int64: NodeStanding.Judgement] = [:]
    private var standings: [Int64: NodeStanding] = [:]
    private let founder: Int64?

    /// A change of a role, with who made it where.
    private struct Saying {
        var author: Int64
        var changeset: ChangesetID
        var subject: Int64
        var statement: RoleStatement
    }

    init(_ database: Database, state: BoardState) throws {
        let founder = try database.integer(
            "SELECT key FROM node WHERE id = ?", state.founder.data)
        self.founder = founder
        let sayings = try Self.sayings(database, state: state)
        let others = sayings.filter { $0.author != founder }

        // The founder's words judge the stewards; theirs give nobody more than a contributor's role.
        let founders = sayings.filter { $0.author == founder }
        standings = Self.standings(founders)
        try judge(Set(others.map(\.author)), database)
        let stewards = others.filter {
            role(of: $0.changeset, by: $0.author) >= .steward && $0.statement.role < .steward
        }
        standings = Self.standings(founders + stewards)
        judgements = [:]
        try judge(Set(standings.filter { !$0.value.isUniform }.keys), database)
    }

    /// The role in which a node sealed a changeset.
    func role(of changeset: ChangesetID, by node: Int64) -> Role {
        if node == founder { return .founder }
        if let judgement = judgements[node] { return judgement.roles[changeset] ?? .none }
        return standings[node]?.current ?? .none
    }

    /// Whether a changeset belongs to the set that copies share.
    func isMember(_ changeset: ChangesetID, by node: Int64) -> Bool {
        if let judgement = judgements[node], node != founder {
            return judgement.isMember(changeset)
        }
        return role(of: changeset, by: node) >= .contributor
    }

    /// What some head's ancestry needs next, by node.
    var gaps: [Int64: Set<ChangesetID>] { judgements.mapValues(\.gaps) }

    private mutating func judge(_ nodes: Set<Int64>, _ database: Database) throws {
        guard !nodes.isEmpty else { return }
        let entries = try database.chainEntries(of: nodes)
        for node in nodes {
            var previous = Dictionary(
                (entries[node] ?? []).map { ($0.id, $0.previous) }, uniquingKeysWith: { $1 })
            for row in try database.rows("SELECT id, header FROM held WHERE node = ?", node) {
                guard let header = ChangesetHeader(try row.bytes(1)) else { continue }
                previous[try row.identifier(0)] = header.previous
            }
            judgements[node] = (standings[node] ?? NodeStanding([])).judge(previous)
        }
    }

    private static func standings(_ sayings: [Saying]) -> [Int64: NodeStanding] {
        Dictionary(grouping: sayings, by: \.subject).mapValues {
            NodeStanding($0.map(\.statement))
        }
    }

    private static func sayings(_ database: Database, state: BoardState) throws -> [Saying] {
        var sayings: [Saying] = []
        try database.forEachChangeset { row in
            let changeset = try row.sealed.open(board: state.board, verifyingSignature: false)
            let roles = changeset.slots.compactMap { slot -> (OpenedSlot, Change)? in
                guard case .change(let change) = slot.content,
                    case .node(_, .role) = change.content
                else { return nil }
                return (slot, change)
            }
            guard !roles.isEmpty,
                changeset.judgement(erased: try database.erasedSlots(of: changeset.id)) != .void,
                let author = try database.integer(
                    "SELECT key FROM node WHERE id = ?", changeset.header.node.data)
            else { return }
            for (slot, change) in roles {
                guard case .node(let node, .role(let role, let heads)) = change.content,
                    Rights(role: .founder).allow(change.content, by: changeset.header.node),
                    let subject = try database.integer(
                        "SELECT key FROM node WHERE id = ?", node.data)
                else { continue }
                sayings.append(
                    Saying(
                        author: author, changeset: changeset.id, subject: subject,
                        statement: RoleStatement(
                            isFounders: changeset.header.node == state.founder,
                            precedence: Precedence(
                                timestamp: change.timestamp, node: changeset.header.node,
                                changeset: changeset.id, index: slot.firstIndex),
                            role: role, heads: heads)))
            }
        }
        return sayings
    }
}

extension LogIntake {
    /// Judges a log from before roles were: gives every changeset its role, and takes out what its
    /// node had no right to say.
    func judgeAll() throws {
        let audit = try RoleAudit(database, state: state)
        var counts: [Int64: Int] = [:]
        let rows = try database.rows("SELECT arrival, id, node FROM changeset ORDER BY arrival")
        for row in rows {
            let id: ChangesetID = try row.identifier(1)
            counts[try row[2], default: 0] += 1
            try database.run(
                "UPDATE changeset SET role = ? WHERE arrival = ?",
                Int64(audit.role(of: id, by: try row[2]).rawValue), try row[0] as Int64)
        }
        for (node, count) in counts {
            try database.run("UPDATE node SET changesets = ? WHERE key = ?", count, node)
        }
        for (node, gaps) in audit.gaps {
            for gap in gaps {
                try database.run(
                    "INSERT OR IGNORE INTO chain_gap(node, id) VALUES(?, ?)", node, gap.data)
            }
        }
        for row in rows where try !audit.isMember(row.identifier(1), by: try row[2]) {
            try evict(try row[0] as Int64, .noRole)
        }
        needsRebuild = true
    }
}
