import CommunisCore
import GRDB

extension ViewWriter {
    /// Whether an idea is listed, since when, and with how many comments more or less than before.
    func updateListing(_ idea: Int64) throws {
        try database.run(
            """
            UPDATE tally SET created = idea.created,
                listed = idea.created IS NOT NULL AND NOT idea.hidden AND NOT idea.withdrawn
                    AND NOT EXISTS(SELECT 1 FROM cluster WHERE cluster.idea = idea.key
                        AND cluster.canonical <> idea.key),
                comments = comments + ?
            FROM idea WHERE idea.key = tally.idea AND tally.idea = ?
            """, commentChanges.removeValue(forKey: idea) ?? 0, idea)
    }

    /// Writes what votes did to tallies, once an idea, in key order.
    func writeTallies() throws {
        guard !tallyChanges.isEmpty else { return }
        let ballot = try Self.ballot(database)
        let statement = try DirectStatement(
            """
            UPDATE tally SET score = score + ?, agree = agree + ?, disagree = disagree + ?,
                pass = pass + ?, proven = proven + ?
            WHERE idea = ?
            """, database)
        for (idea, change) in tallyChanges.sorted(by: { $0.key < $1.key })
        where change != Tally() {
            try statement.run(
                Int64(change.under(ballot).score), Int64(change.agree), Int64(change.disagree),
                Int64(change.pass), Int64(change.proven), idea)
        }
        tallyChanges = [:]
    }

    /// Ranks every idea by the board's ballot. Counts are kept as they were cast, so that nothing
    /// is thrown away when the ballot changes.
    func rankAll() throws {
        switch try Self.ballot(database) {
        case .approve: try database.run("UPDATE tally SET score = agree")
        case .agree: try database.run("UPDATE tally SET score = agree - disagree")
        }
    }

    static func ballot(_ database: Database) throws -> BallotKind {
        let kind = try DirectStatement(
            "SELECT value FROM board_setting WHERE name = 'ballot'", database
        ).row { try $0.text(0) }
        return kind.flatMap { BallotKind(rawValue: $0) } ?? .agree
    }
}
