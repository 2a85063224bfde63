import CommunisCore
import CommunisLog
import GRDB
import GRDBSQLite

/// A vote on its way into the view, by keys of this file. 32 bytes.
struct VoteEntry {
    /// The idea's key above, the member's below: the order of the table.
    var pair: UInt64
    /// The order among votes of one pair, but for ties: proof, then time.
    var rank: UInt64
    var arrival: Int64
    /// The vote's place in its changeset, or among what is pending.
    var position: UInt32
    var vote: Vote

    init(
        idea: Int64, member: Int64, timestamp: HybridTimestamp, vote: Vote, arrival: Int64,
        position: Int
    ) {
        pair = UInt64(idea) << 32 | UInt64(member)
        rank = Self.rank(timestamp, vote)
        self.arrival = arrival
        self.position = UInt32(truncatingIfNeeded: position)
        self.vote = vote
    }

    /// Timestamps are below 2^63, which leaves a bit above them for the proof.
    static func rank(_ timestamp: HybridTimestamp, _ vote: Vote) -> UInt64 {
        timestamp.rawValue | (vote.proof == .proven ? 1 << 63 : 0)
    }

    var idea: Int64 { Int64(pair >> 32) }
    var member: Int64 { Int64(pair & 0xFFFF_FFFF) }
    var timestamp: Int64 { Int64(rank & ~(1 << 63)) }
}

// This is the one hot loop: it speaks to SQLite's C API, on GRDB's connection and with GRDB's
// prepared statements, without a row object for each vote.
extension ViewWriter {
    /// Takes in a block of votes; they are merged when enough have come, or by `finish`.
    func add(_ block: VoteBlock, firstIndex: Int, _ origin: Origin, _ rights: Rights) throws {
        let ideas = try block.ideas.map(ideaKey)
        let members = try block.members.map(memberKey)
        for (offset, row) in block.rows.enumerated() {
            votes.append(
                VoteEntry(
                    idea: ideas[Int(row.idea)], member: members[Int(row.member)],
                    timestamp: row.timestamp, vote: rights.believed(row.vote),
                    arrival: origin.arrival, position: firstIndex + offset))
        }
        if votes.count >= Self.voteBatchLimit { try mergeVotes() }
    }

    /// The votes held in memory at most: 32 MB.
    static var voteBatchLimit: Int { 1_000_000 }

    /// Merges the waiting votes into the table in the order of its key, each pair's greatest only.
    func mergeVotes() throws {
        guard !votes.isEmpty else { return }
        var waiting: [VoteEntry] = []
        swap(&waiting, &votes)
        waiting.sort {
            if $0.pair != $1.pair { return $0.pair < $1.pair }
            return $0.rank != $1.rank ? $0.rank > $1.rank : $0.position < $1.position
        }
        let statements = try VoteStatements(database)
        let before = try clusterShares(of: waiting)
        var index = 0
        // Votes come an idea after the other: its tally changes here, not in the dictionary.
        var idea = waiting[0].idea
        var change = Tally()
        while index < waiting.count {
            var winner = waiting[index]
            index += 1
            while index < waiting.count, waiting[index].pair == winner.pair {
                if waiting[index].rank == winner.rank, try order.isGreater(waiting[index], winner) {
                    winner = waiting[index]
                }
                index += 1
            }
            if winner.idea != idea {
                try note(change, on: idea)
                (idea, change) = (winner.idea, Tally())
            }
            try merge(winner, statements, &change)
        }
        try note(change, on: idea)
        try noteShares(before)
    }

    /// An idea that others are joined to is counted together with them, by `noteShares`.
    private func note(_ change: Tally, on idea: Int64) throws {
        if try clusters.canonical(of: idea) == idea { return }
        tallyChanges[idea, default: Tally()] += change
    }

    private func merge(_ vote: VoteEntry, _ statements: VoteStatements, _ change: inout Tally)
        throws
    {
        if try statements.insert(vote) {
            change.count(vote.vote)
            return
        }
        let incumbent = try statements.select(vote)
        guard try order.isGreater(vote, incumbent) else { return }
        try statements.update(vote)
        change.count(vote.vote)
        change.discount(incumbent.vote)
    }
}

/// The prepared statements of the hot loop.
private struct VoteStatements {
    private let database: Database
    private let insertion, selection, replacement: Statement

    init(_ database: Database) throws {
        self.database = database
        insertion = try database.cachedStatement(
            sql: """
                INSERT INTO vote(idea, member, timestamp, vote, changeset, position)
                VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        selection = try database.cachedStatement(
            sql: """
                SELECT timestamp, vote, changeset, position FROM vote WHERE idea = ? AND member = ?
                """)
        replacement = try database.cachedStatement(
            sql: """
                UPDATE vote SET timestamp = ?3, vote = ?4, changeset = ?5, position = ?6
                WHERE idea = ?1 AND member = ?2
                """)
    }

    /// Whether the pair had no vote yet.
    func insert(_ vote: VoteEntry) throws -> Bool {
        try write(vote, insertion)
        return sqlite3_changes(database.sqliteConnection) == 1
    }

    func update(_ vote: VoteEntry) throws { try write(vote, replacement) }

    func select(_ vote: VoteEntry) throws -> VoteEntry {
        let statement = selection.sqliteStatement
        defer { sqlite3_reset(statement) }
        sqlite3_bind_int64(statement, 1, vote.idea)
        sqlite3_bind_int64(statement, 2, vote.member)
        let result = sqlite3_step(statement)
        guard result == SQLITE_ROW,
            let value = Vote(
                rawValue: UInt8(truncatingIfNeeded: sqlite3_column_int64(statement, 1)))
        else { throw failure(result) }
        return VoteEntry(
            idea: vote.idea, member: vote.member,
            timestamp: HybridTimestamp(column: sqlite3_column_int64(statement, 0)), vote: value,
            arrival: sqlite3_column_int64(statement, 2),
            position: Int(sqlite3_column_int64(statement, 3)))
    }

    private func write(_ vote: VoteEntry, _ prepared: Statement) throws {
        let statement = prepared.sqliteStatement
        sqlite3_bind_int64(statement, 1, vote.idea)
        sqlite3_bind_int64(statement, 2, vote.member)
        sqlite3_bind_int64(statement, 3, vote.timestamp)
        sqlite3_bind_int64(statement, 4, Int64(vote.vote.rawValue))
        sqlite3_bind_int64(statement, 5, vote.arrival)
        sqlite3_bind_int64(statement, 6, Int64(vote.position))
        let result = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard result == SQLITE_DONE else { throw failure(result) }
    }

    private func failure(_ result: Int32) -> DatabaseError {
        let isError = result != SQLITE_ROW && result != SQLITE_DONE
        return DatabaseError(
            resultCode: isError ? ResultCode(rawValue: result) : .SQLITE_CORRUPT,
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
}
