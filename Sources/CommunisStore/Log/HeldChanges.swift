import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// Those of these changes that would still change something: a register that holds the same
    /// time or a later one keeps what it has.
    ///
    /// For changes that bring their own time along; votes are judged by `unheld(votes:)`.
    package func unheld(_ drafts: [Draft]) throws(BoardError) -> [Draft] {
        try read { database in
            try drafts.filter { draft in
                guard let timestamp = draft.timestamp,
                    let register = Change(timestamp, by: draft.member, draft.content).register,
                    let held = try database.integer(
                        "SELECT timestamp FROM register WHERE kind = ? AND key = ?",
                        Int64(register.kind.rawValue), register.key.data)
                else { return true }
                return HybridTimestamp(column: held) < timestamp
            }
        }
    }

    /// Those of these votes that the log does not hold yet, the ones that lost included.
    package func unheld(votes: [CastVote]) throws(BoardError) -> [CastVote] {
        try read { database in
            let isParked =
                try database.integer("SELECT 1 FROM changeset WHERE verdict = 1 LIMIT 1") != nil
            var new: Set<CastVote> = []
            var doubtful: Set<CastVote> = []
            for vote in votes {
                guard
                    let row = try database.row(
                        """
                        SELECT timestamp, vote FROM vote
                        WHERE idea = (SELECT key FROM idea WHERE id = ?)
                            AND member = (SELECT key FROM member WHERE id = ?)
                        """, vote.idea.data, vote.member.data)
                else {
                    if isParked { doubtful.insert(vote) } else { new.insert(vote) }
                    continue
                }
                if row.timestamp(0) != vote.timestamp || row[1] != Int64(vote.vote.rawValue) {
                    doubtful.insert(vote)
                }
            }
            // Whether one that is no winner is in the log only the log can tell.
            if !doubtful.isEmpty {
                try removeHeld(from: &doubtful, database)
                new.formUnion(doubtful)
            }
            return votes.filter { new.remove($0) != nil }
        }
    }

    private func removeHeld(from votes: inout Set<CastVote>, _ database: Database) throws {
        try database.forEachChangeset { row in
            let changeset = try row.sealed.open(board: id, verifyingSignature: false)
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

    /// The last moment that may be written here: what lies beyond would not be in the view.
    package func lastMoment() throws(BoardError) -> Milliseconds {
        let now = environment.now()
        return try read { max(try BoardTime.load($0).horizon, Horizon(now: now)).moment }
    }
}
