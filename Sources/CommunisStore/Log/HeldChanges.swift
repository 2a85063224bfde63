import CommunisCore
import CommunisLog
import GRDB

/// How exactly an imported vote's time is known, when it is looked for in the log.
package enum VotePrecision: Sendable {
    /// To the counter of its timestamp.
    case timestamp
    /// To the millisecond, as exports write it: a vote that the log holds with any counter, and
    /// proven or not, is the same.
    case millisecond
}

/// Tells which imported changes the board holds already.
struct HeldChanges {
    private let database: Database
    private let board: BoardID
    private let precision: VotePrecision

    init(_ database: Database, board: BoardID, precision: VotePrecision = .timestamp) {
        self.database = database
        self.board = board
        self.precision = precision
    }

    /// Those of these changes that would still change something.
    func removed(from drafts: [Draft]) throws -> [Draft] {
        let unheldVotes = try unheld(votes: drafts.compactMap(\.castVote).map(comparable))
        return try drafts.filter { draft in
            if let vote = draft.castVote { return unheldVotes.contains(comparable(vote)) }
            return try !isHeld(draft)
        }
    }

    /// A vote without what its source does not know.
    private func comparable(_ vote: CastVote) -> CastVote {
        switch precision {
        case .timestamp: vote
        case .millisecond:
            CastVote(
                timestamp: HybridTimestamp(vote.timestamp.moment), idea: vote.idea,
                member: vote.member, vote: Vote(vote.vote.ballot))
        }
    }

    /// Whether the register of a change holds the same time or a later one, which keeps what it
    /// has, or the board says the same already.
    private func isHeld(_ draft: Draft) throws -> Bool {
        guard let timestamp = draft.timestamp,
            let register = Change(timestamp, by: draft.member, draft.content).register
        else { return false }
        if try database.says(draft.content, by: draft.member) { return true }
        let held = try database.integer(
            "SELECT timestamp FROM register WHERE kind = ? AND key = ?",
            Int64(register.kind.rawValue), register.key.data)
        return held.map { HybridTimestamp(column: $0) >= timestamp } ?? false
    }

    /// Those of these votes that the log does not hold yet, the ones that lost included.
    private func unheld(votes: [CastVote]) throws -> Set<CastVote> {
        let isParked =
            try database.integer("SELECT 1 FROM changeset WHERE verdict = 1 LIMIT 1") != nil
        var new: Set<CastVote> = []
        var doubtful: Set<CastVote> = []
        for vote in votes {
            let winner = try database.row(
                """
                SELECT timestamp, vote FROM vote
                WHERE idea = (SELECT key FROM idea WHERE id = ?)
                    AND member = (SELECT key FROM member WHERE id = ?)
                """, vote.idea.data, vote.member.data)
            if let winner,
                let value = Vote(rawValue: UInt8(truncatingIfNeeded: try winner[1] as Int64))
            {
                let standing = CastVote(
                    timestamp: try winner.timestamp(0), idea: vote.idea, member: vote.member,
                    vote: value)
                if comparable(standing) != vote { doubtful.insert(vote) }
            } else if isParked {
                doubtful.insert(vote)
            } else {
                new.insert(vote)
            }
        }
        // Whether one that is no winner is in the log only the log can tell.
        if !doubtful.isEmpty { try removeHeld(from: &doubtful) }
        return new.union(doubtful)
    }

    private func removeHeld(from votes: inout Set<CastVote>) throws {
        try database.forEachChangeset { row in
            let changeset = try row.sealed.open(board: board, verifyingSignature: false)
            for case .votes(let block) in changeset.slots.map(\.content) {
                for vote in block.votes { votes.remove(comparable(vote)) }
            }
        }
        for vote in try database.pendingChanges().compactMap(\.vote) {
            votes.remove(comparable(vote))
        }
    }
}

extension Draft {
    /// The vote, where the draft is one that brings its time along.
    fileprivate var castVote: CastVote? {
        guard case .vote(let idea, let vote) = content, let member, let timestamp else {
            return nil
        }
        return CastVote(timestamp: timestamp, idea: idea, member: member, vote: vote)
    }
}

extension Board {
    /// The last moment that may be written here: what lies beyond would not be in the view.
    package func lastMoment() throws(BoardError) -> Milliseconds {
        let clock = environment.now()
        return try read { database in
            var time = try BoardTime.load(database)
            try time.raiseHorizon(clock, database)
            return time.horizon.moment
        }
    }

    /// What the clock of this copy says.
    package var now: Milliseconds { environment.now() }
}
