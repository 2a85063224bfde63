import CommunisCore
import CommunisLog
import GRDB

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
        // Keys that do not fit are a damaged file's, and no reason to trap.
        pair =
            UInt64(truncatingIfNeeded: idea) << 32
            | UInt64(UInt32(truncatingIfNeeded: member))
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

// This is the one hot loop.
extension ViewWriter {
    /// Takes in a block of votes; they are merged when enough have come, or by `finish`.
    func add(_ block: VoteBlock, firstIndex: Int, _ origin: Origin, _ rights: Rights) throws {
        let ideas = try ideaKeys(block.ideas)
        let members = try memberKeys(block.members)
        votes += block.rows.enumerated().lazy.map { offset, row in
            VoteEntry(
                idea: ideas[Int(row.idea)], member: members[Int(row.member)],
                timestamp: row.timestamp, vote: rights.believed(row.vote),
                arrival: origin.arrival, position: firstIndex + offset)
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
        try noteVoters(of: waiting)
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
    }

    /// Makes the view say in which changeset votes are that were pending until now.
    ///
    /// One that is no winner may be one now: among votes of this node of one moment the changeset's
    /// id decides, which what is pending does not have. So it is merged again.
    ///
    /// - Parameters:
    ///   - waiting: the arrival number that they had.
    ///   - rights: of this node.
    func point(_ sealed: [VoteEntry], from waiting: Int64, _ rights: Rights) throws {
        guard !sealed.isEmpty else { return }
        let statement = try DirectStatement(
            """
            UPDATE vote SET changeset = ?, position = ?
            WHERE idea = ? AND member = ? AND changeset IN (0, ?) AND timestamp = ?
                AND vote & 15 = ?
            """, database)
        for vote in sealed.sorted(by: { $0.pair < $1.pair }) {
            let changed = try statement.run(
                vote.arrival, Int64(vote.position), vote.idea, vote.member,
                waiting, vote.timestamp, Int64(vote.vote.ballot.rawValue))
            if changed == 0 && rights.countsVotes { votes.append(vote) }
        }
    }

    /// A vote by the keys of this file.
    func entry(_ vote: CastVote, index: Int, _ origin: Origin, _ rights: Rights) throws -> VoteEntry
    {
        VoteEntry(
            idea: try ideaKey(vote.idea), member: try memberKey(vote.member),
            timestamp: vote.timestamp, vote: rights.believed(vote.vote),
            arrival: try origin.arrival > 0 ? origin.arrival : pendingArrival.get(),
            position: index)
    }

    /// An idea that others are joined to is counted together with them, by `countVoters`.
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
        if vote.rank == incumbent.rank, try order.isPending(vote.arrival) {
            unplacedVotes.append(Int64(vote.position))
        }
        guard try order.isGreater(vote, incumbent) else { return }
        try statements.update(vote)
        change.count(vote.vote)
        change.discount(incumbent.vote)
    }
}

/// The prepared statements of the hot loop.
private struct VoteStatements {
    private let insertion, selection, replacement: DirectStatement

    init(_ database: Database) throws {
        insertion = try DirectStatement(
            """
            INSERT INTO vote(idea, member, timestamp, vote, changeset, position)
            VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """, database)
        selection = try DirectStatement(
            "SELECT timestamp, vote, changeset, position FROM vote WHERE idea = ? AND member = ?",
            database)
        replacement = try DirectStatement(
            """
            UPDATE vote SET timestamp = ?3, vote = ?4, changeset = ?5, position = ?6
            WHERE idea = ?1 AND member = ?2
            """, database)
    }

    /// Whether the pair had no vote yet.
    func insert(_ vote: VoteEntry) throws -> Bool { try write(vote, insertion) == 1 }

    func update(_ vote: VoteEntry) throws { _ = try write(vote, replacement) }

    func select(_ vote: VoteEntry) throws -> VoteEntry {
        let found = try selection.row(vote.idea, vote.member) { columns in
            try Vote(rawValue: UInt8(truncatingIfNeeded: columns[1])).map { value in
                VoteEntry(
                    idea: vote.idea, member: vote.member,
                    timestamp: HybridTimestamp(column: try columns[0]), vote: value,
                    arrival: try columns[2], position: Int(try columns[3]))
            }
        }
        guard let found, let found else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a vote cannot be read")
        }
        return found
    }

    private func write(_ vote: VoteEntry, _ statement: DirectStatement) throws -> Int {
        try statement.run(
            vote.idea, vote.member, vote.timestamp, Int64(vote.vote.rawValue), vote.arrival,
            Int64(vote.position))
    }
}
