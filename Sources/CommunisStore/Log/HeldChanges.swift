import CommunisCore
import CommunisLog
import GRDB

/// Tells which imported changes the board holds already.
struct HeldChanges {
    private let database: Database
    private let board: BoardID

    init(_ database: Database, board: BoardID) {
        self.database = database
        self.board = board
    }

    /// Those of these changes that would still change something.
    func removed(from drafts: [Draft]) throws -> [Draft] {
        let unheldVotes = try unheld(votes: drafts.compactMap(\.castVote))
        return try drafts.filter { draft in
            if let vote = draft.castVote { return unheldVotes.contains(vote) }
            return try !isHeld(draft)
        }
    }

    /// Whether the register of a change holds the same time or a later one, which keeps what it
    /// has, or, of a member's name, the same.
    private func isHeld(_ draft: Draft) throws -> Bool {
        guard let timestamp = draft.timestamp,
            let register = Change(timestamp, by: draft.member, draft.content).register
        else { return false }
        if case .member(let member, .name(let name)) = draft.content,
            let row = try database.row("SELECT name FROM member WHERE id = ?", member.data),
            row[0] == name
        {
            return true
        }
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
            if let winner {
                let isWinner =
                    winner.timestamp(0) == vote.timestamp
                    && winner[1] == Int64(vote.vote.rawValue)
                if !isWinner { doubtful.insert(vote) }
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
                for vote in block.votes { votes.remove(vote) }
            }
        }
        for pending in try database.pendingChanges() {
            guard case .vote(let idea, let vote) = pending.change.content,
                let member = pending.change.member
            else { continue }
            votes.remove(
                CastVote(
                    timestamp: pending.change.timestamp, idea: idea, member: member, vote: vote))
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
        let now = environment.now()
        return try read { max(try BoardTime.load($0).horizon, Horizon(now: now)).moment }
    }
}
