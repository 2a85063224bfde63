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

    /// What one member adds to the cluster's tally.
    func share(of member: Int64) throws -> Tally {
        var greatest: VoteEntry?
        for idea in cluster.reach(of: member) {
            guard
                let row = try database.row(
                    """
                    SELECT member, timestamp, vote, changeset, position FROM vote
                    WHERE idea = ? AND member = ? AND vote & 15 <> 0
                    """, idea, member)
            else { continue }
            let vote = try VoteEntry(row, idea: idea)
            if try greatest.map({ try order.isGreater(vote, $0) }) ?? true { greatest = vote }
        }
        var tally = Tally()
        if let greatest { tally.count(greatest.vote) }
        return tally
    }

    /// The vote that counts, of each member who has one.
    func winners() throws -> [Int64: VoteEntry] {
        var winners: [Int64: VoteEntry] = [:]
        let reaches = cluster.objectors.reduce(into: [:]) { $0[$1] = cluster.reach(of: $1) }
        for idea in cluster.ideas {
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT member, timestamp, vote, changeset, position FROM vote
                        WHERE idea = ? AND vote & 15 <> 0
                        """), arguments: [idea])
            while let row = try rows.next() {
                let vote = try VoteEntry(row, idea: idea)
                guard reaches[vote.member]?.contains(idea) ?? true else { continue }
                if let winner = winners[vote.member], try !order.isGreater(vote, winner) {
                    continue
                }
                winners[vote.member] = vote
            }
        }
        return winners
    }

    /// - Parameter since: counts only winners of this time and later.
    func tally(since: HybridTimestamp = .zero) throws -> Tally {
        try winners().values.reduce(into: Tally()) { tally, vote in
            if vote.timestamp >= since.column { tally.count(vote.vote) }
        }
    }
}

extension VoteEntry {
    /// - Parameter row: member, timestamp, vote, changeset, position.
    init(_ row: Row, idea: Int64) throws {
        guard let vote = Vote(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64)) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a vote cannot be read")
        }
        self.init(
            idea: idea, member: try row[0], timestamp: try row.timestamp(1), vote: vote,
            arrival: try row[3],
            position: try row[4])
    }
}
