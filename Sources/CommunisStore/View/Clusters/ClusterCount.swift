import CommunisCore
import GRDB

/// Counts the votes on joined ideas: of each member the greatest vote that is not withdrawn, among
/// the ideas that their votes reach, once.
struct ClusterCount {
    private let database: Database
    private let order: ChangeOrder
    private let cluster: Cluster

    init(_ cluster: Cluster, _ database: Database, order: ChangeOrder) {
        self.cluster = cluster
        self.database = database
        self.order = order
    }

    /// The vote that counts, of each member who has one.
    func winners() throws -> [Int64: VoteEntry] {
        let objections = try cluster.objections()
        let objectors = Set(objections.map(\.member))
        var winners: [Int64: VoteEntry] = [:]
        var doubtful: [Int64: [VoteEntry]] = [:]
        let statement = try DirectStatement(
            """
            SELECT member, timestamp, vote, changeset, position FROM vote
            WHERE idea = ? AND vote & 15 <> 0
            """, database)
        for idea in try cluster.ideas() {
            try statement.forEachRow(idea) { columns in
                let vote = try VoteEntry(columns, idea: idea)
                if objectors.contains(vote.member) {
                    doubtful[vote.member, default: []].append(vote)
                } else {
                    try note(vote, &winners)
                }
            }
        }
        try decide(doubtful, objections, &winners)
        return winners
    }

    /// The vote that counts, of each of these members who has one.
    func winners(of members: some Sequence<Int64>) throws -> [Int64: VoteEntry] {
        var winners: [Int64: VoteEntry] = [:]
        var doubtful: [Int64: [VoteEntry]] = [:]
        var objections: [Objection] = []
        for member in members {
            let votes = try votes(of: member)
            guard !votes.isEmpty else { continue }
            let own = try cluster.objections(of: member)
            if own.isEmpty {
                for vote in votes { try note(vote, &winners) }
            } else {
                objections += own
                doubtful[member] = votes
            }
        }
        try decide(doubtful, objections, &winners)
        return winners
    }

    /// What each of these members adds to the cluster's tally.
    func shares(of members: some Sequence<Int64>) throws -> [Int64: Tally] {
        try winners(of: members).mapValues { winner in
            var tally = Tally()
            tally.count(winner.vote)
            return tally
        }
    }

    /// - Parameter since: counts only winners of this time and later.
    func tally(since: HybridTimestamp = .zero) throws -> Tally {
        try winners().values.reduce(into: Tally()) { tally, vote in
            if vote.timestamp >= since.column { tally.count(vote.vote) }
        }
    }

    private func note(_ vote: VoteEntry, _ winners: inout [Int64: VoteEntry]) throws {
        if let winner = winners[vote.member], try !order.isGreater(vote, winner) { return }
        winners[vote.member] = vote
    }

    /// Counts those of objectors' votes that reach the idea that stands for all.
    private func decide(
        _ votes: [Int64: [VoteEntry]], _ objections: [Objection],
        _ winners: inout [Int64: VoteEntry]
    ) throws {
        guard !votes.isEmpty else { return }
        let graph = try cluster.graph()
        guard let canonical = graph.place(of: cluster.canonical) else { return }
        var reach = ObjectorReach(graph, objections.filter { votes[$0.member] != nil })
        try reach.forEachMember { member, sets in
            for vote in votes[member] ?? [] {
                guard let place = graph.place(of: vote.idea), sets.areOne(place, canonical) else {
                    continue
                }
                try note(vote, &winners)
            }
        }
    }

    /// A member's standing votes on the ideas of the cluster: looked up by member or by idea,
    /// whichever are fewer.
    private func votes(of member: Int64) throws -> [VoteEntry] {
        let tables =
            try hasFewVotes(member)
            ? "vote CROSS JOIN cluster ON cluster.idea = vote.idea"
            : "cluster CROSS JOIN vote ON vote.idea = cluster.idea"
        var votes: [VoteEntry] = []
        try DirectStatement(
            """
            SELECT member, timestamp, vote, changeset, position, vote.idea FROM \(tables)
            WHERE member = ? AND canonical = ? AND vote & 15 <> 0
            """, database
        ).forEachRow(member, cluster.canonical) {
            votes.append(try VoteEntry($0, idea: try $0[5]))
        }
        return votes
    }

    /// Whether a member's votes are fewer than the ideas of the cluster. Of most members they are so
    /// few that these need not be counted.
    private func hasFewVotes(_ member: Int64) throws -> Bool {
        func count(_ limit: Int) throws -> Int64 {
            try DirectStatement(
                "SELECT count(*) FROM (SELECT 1 FROM vote WHERE member = ? LIMIT ?)", database
            ).row(member, Int64(limit)) { try $0[0] } ?? 0
        }
        let few = 64
        if try count(few) < few { return true }
        let ideas = try cluster.count
        return try count(ideas) < ideas
    }
}

extension VoteEntry {
    /// - Parameter columns: member, timestamp, vote, changeset, position.
    init(_ columns: DirectStatement.Columns, idea: Int64) throws {
        guard let vote = Vote(rawValue: UInt8(truncatingIfNeeded: try columns[2])) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a vote cannot be read")
        }
        self.init(
            idea: idea, member: try columns[0], timestamp: HybridTimestamp(column: try columns[1]),
            vote: vote, arrival: try columns[3], position: Int(truncatingIfNeeded: try columns[4]))
    }
}
