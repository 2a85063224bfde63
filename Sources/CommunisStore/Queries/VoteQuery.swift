import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// One vote as exports show it.
package struct VoteRow: Sendable {
    package var idea: IdeaID
    package var ideaSource: String?
    package var member: MemberID
    package var memberName: String?
    package var vote: Vote
    package var at: HybridTimestamp
    package var node: NodeID
    /// Whether it is the one that counts among the member's votes on the idea.
    package var isWinner: Bool
    /// Whether it is the member's vote that counts, of those on ideas joined with this one.
    package var counts = true
}

extension Board {
    /// Calls `body` with the winning vote of every (idea, member) that is not withdrawn, by idea,
    /// then member.
    package func forEachVote(_ body: (VoteRow) throws -> Void) throws(BoardError) {
        try read { database in
            let names = try VoteNames(database, own: node)
            for idea in try Row.fetchAll(
                database, sql: "SELECT key, id, source FROM idea ORDER BY id")
            {
                for row in try names.winners(of: idea) { try body(row) }
            }
        }
    }

    /// Calls `body` with every vote of the log that has effect, winning, lost or withdrawn, by
    /// idea, member, then time.
    package func forEachVoteEver(_ body: (VoteRow) throws -> Void) throws(BoardError) {
        try read { database in
            let names = try VoteNames(database, own: node)
            let state = try BoardState.load(database)
            var cast: [IdeaID: [(vote: CastVote, arrival: Int64)]] = [:]
            try database.forEachChangeset { row in
                guard row.verdict == .applied || row.verdict == .unknown else { return }
                let changeset = try row.sealed.open(
                    board: state.board, verifyingSignature: false)
                for case .votes(let block) in changeset.slots.map(\.content) {
                    for vote in block.votes {
                        cast[vote.idea, default: []].append((vote, row.arrival))
                    }
                }
            }
            let next = try database.nextArrival()
            for vote in try database.pendingChanges().compactMap(\.vote) {
                cast[vote.idea, default: []].append((vote, next))
            }
            for idea in try Row.fetchAll(
                database, sql: "SELECT key, id, source FROM idea ORDER BY id")
            {
                for row in try names.all(of: idea, cast[idea.identifier(1)] ?? []) { try body(row) }
            }
        }
    }

    /// The standing votes on one idea, and on those it stands for, newest first.
    package func votes(on idea: IdeaID) throws(BoardError) -> [VoteRow] {
        try read { database in
            guard let key = try database.integer("SELECT key FROM idea WHERE id = ?", idea.data)
            else { return [] }
            let names = try VoteNames(database, own: node)
            guard let cluster = try ClusterTable(database).cluster(of: key) else {
                return try names.winners(of: key).sorted { $0.at > $1.at }
            }
            let order = ChangeOrder(database, node: node)
            let counting = try ClusterCount(cluster, database, order: order).winners()
            let ideas = cluster.canonical == key ? try cluster.ideas() : [key]
            return try ideas.flatMap { try names.winners(of: $0, counting: counting) }
                .sorted { $0.at > $1.at }
        }
    }

    /// A member's standing vote on an idea.
    package func vote(of member: MemberID, on idea: IdeaID) throws(BoardError) -> Vote? {
        try read { database in
            try database.integer(
                """
                SELECT vote FROM vote WHERE idea = (SELECT key FROM idea WHERE id = ?)
                    AND member = (SELECT key FROM member WHERE id = ?)
                """, idea.data, member.data
            ).flatMap { Vote(rawValue: UInt8(truncatingIfNeeded: $0)) }
        }
    }
}

/// Puts members and nodes to the keys of vote rows.
private struct VoteNames {
    private let database: Database
    private let own: NodeID
    private var members: [Int64: (id: MemberID, name: String?)] = [:]
    private var names: [MemberID: String] = [:]
    private var authors: [Int64: NodeID] = [:]

    init(_ database: Database, own: NodeID) throws {
        self.database = database
        self.own = own
        for row in try Row.fetchAll(database, sql: "SELECT key, id, name FROM member") {
            let id: MemberID = try row.identifier(1)
            members[try row[0]] = (id, try row[2])
            names[id] = try row[2]
        }
        let sql = """
            SELECT arrival, node.id FROM changeset JOIN node ON node.key = changeset.node
            """
        for row in try Row.fetchAll(database, sql: sql) {
            authors[try row[0]] = try row.identifier(1)
        }
    }

    /// - Parameter counting: the votes that count, by member, where the idea is joined.
    func winners(of key: Int64, counting: [Int64: VoteEntry]? = nil) throws -> [VoteRow] {
        guard let idea = try database.row("SELECT key, id, source FROM idea WHERE key = ?", key)
        else { return [] }
        return try winners(of: idea) { counting?[$0].map { $0.idea == key } ?? (counting == nil) }
    }

    func winners(of idea: Row, counts: (Int64) -> Bool = { _ in true }) throws -> [VoteRow] {
        let id: IdeaID = try idea.identifier(1)
        let rows = try database.rows(
            """
            SELECT member, timestamp, vote, changeset FROM vote
            WHERE idea = ? AND vote & 15 <> 0
            """, try idea[0] as Int64)
        return try rows.compactMap { row -> VoteRow? in
            guard let member = members[try row[0]],
                let vote = Vote(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64))
            else { return nil }
            return VoteRow(
                idea: id, ideaSource: try idea[2], member: member.id, memberName: member.name,
                vote: vote, at: try row.timestamp(1), node: authors[try row[3]] ?? own,
                isWinner: true,
                counts: counts(try row[0]))
        }.sorted { $0.member < $1.member }
    }

    func all(of idea: Row, _ cast: [(vote: CastVote, arrival: Int64)]) throws -> [VoteRow] {
        var winners: [MemberID: (timestamp: HybridTimestamp, vote: Vote, arrival: Int64)] = [:]
        for row in try database.rows(
            "SELECT member, timestamp, vote, changeset FROM vote WHERE idea = ?",
            try idea[0] as Int64)
        {
            guard let member = members[try row[0]],
                let vote = Vote(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64))
            else { continue }
            winners[member.id] = (try row.timestamp(1), vote, try row[3])
        }
        return try cast.map { entry in
            let winner = winners[entry.vote.member]
            let isWinner =
                winner?.timestamp == entry.vote.timestamp && winner?.vote == entry.vote.vote
                && winner?.arrival == entry.arrival
            return VoteRow(
                idea: entry.vote.idea, ideaSource: try idea[2], member: entry.vote.member,
                memberName: names[entry.vote.member], vote: entry.vote.vote,
                at: entry.vote.timestamp, node: authors[entry.arrival] ?? own, isWinner: isWinner)
        }.sorted { ($0.member, $0.at) < ($1.member, $1.at) }
    }
}
