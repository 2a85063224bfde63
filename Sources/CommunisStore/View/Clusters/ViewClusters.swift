import CommunisCore
import GRDB

extension ViewWriter {
    /// A member whose votes on joined ideas may change.
    struct ClusterVoter: Hashable {
        var canonical, member: Int64
    }

    /// A cluster of which so many members vote in one batch is counted anew.
    private static var shareLimit: Int { 256 }

    // MARK: - Votes

    /// What members add to clusters, before their votes change; empty where nothing is joined.
    func clusterShares(of votes: [VoteEntry]) throws -> [ClusterVoter: Tally] {
        guard !clusters.isEmpty else { return [:] }
        var voters: [Int64: Set<Int64>] = [:]
        for vote in votes {
            guard let canonical = try clusters.canonical(of: vote.idea) else { continue }
            voters[canonical, default: []].insert(vote.member)
        }
        return try clusterShares(of: voters)
    }

    /// The same for votes that have no keys yet.
    func clusterShares(of votes: some Sequence<CastVote>) throws -> [ClusterVoter: Tally] {
        guard !clusters.isEmpty else { return [:] }
        var voters: [Int64: Set<Int64>] = [:]
        for vote in votes {
            guard let canonical = try clusters.canonical(of: ideaKey(vote.idea)) else { continue }
            voters[canonical, default: []].insert(try memberKey(vote.member))
        }
        return try clusterShares(of: voters)
    }

    private func clusterShares(of voters: [Int64: Set<Int64>]) throws -> [ClusterVoter: Tally] {
        var shares: [ClusterVoter: Tally] = [:]
        for (canonical, members) in voters where !touchedJoins.contains(canonical) {
            if members.count > Self.shareLimit {
                touchedJoins.insert(canonical)
                continue
            }
            for member in members {
                shares[ClusterVoter(canonical: canonical, member: member)] = try share(
                    of: member, in: canonical)
            }
        }
        return shares
    }

    /// Notes what these members add now, in place of what they added before.
    func noteShares(_ before: [ClusterVoter: Tally]) throws {
        for (voter, share) in before {
            var change = try self.share(of: voter.member, in: voter.canonical)
            change -= share
            tallyChanges[voter.canonical, default: Tally()] += change
        }
    }

    private func share(of member: Int64, in canonical: Int64) throws -> Tally {
        try ClusterCount(clusters.cluster(canonical), database, order: order).share(of: member)
    }

    // MARK: - Joins

    /// Notes that an idea is listed since now, or no more: another may have to stand for those it
    /// is joined with.
    func touchListing(_ idea: Int64) throws {
        touchedIdeas.insert(idea)
        if try clusters.canonical(of: idea) != nil { touchedJoins.insert(idea) }
    }

    /// Finds the clusters of the ideas that were touched anew, and counts them.
    func updateClusters() throws {
        let loose = try touchedJoins.filter { try isLoose($0) }
        touchedJoins.subtract(loose)
        guard !touchedJoins.isEmpty else { return }
        var affected = touchedJoins
        for idea in touchedJoins {
            if let cluster = try clusters.cluster(of: idea) { affected.formUnion(cluster.ideas) }
        }
        for idea in affected { try database.run("DELETE FROM cluster WHERE idea = ?", idea) }
        var rest = affected
        var found: [Int64] = []
        while let start = rest.popFirst() {
            let ideas = try ConnectedComponent.of(start, neighbours: neighbours)
            rest.subtract(ideas)
            affected.formUnion(ideas)
            if ideas.count > 1 { found.append(try writeCluster(ideas)) }
        }
        try clusters.invalidate()
        for idea in affected {
            try setTally(of: idea, to: ownTally(of: idea))
            try updateListing(idea)
        }
        touchedWords.formUnion(affected)
        for canonical in found {
            let count = ClusterCount(try clusters.cluster(canonical), database, order: order)
            try setTally(of: canonical, to: count.tally())
        }
    }

    /// Whether an idea neither is nor was joined: the usual one.
    private func isLoose(_ idea: Int64) throws -> Bool {
        try clusters.canonical(of: idea) == nil && neighbours(of: idea).isEmpty
    }

    private func neighbours(of idea: Int64) throws -> [Int64] {
        try database.rows(
            """
            SELECT second FROM same_as WHERE first = ?1
            UNION ALL SELECT first FROM same_as WHERE second = ?1
            """, idea
        ).map { try $0[0] }
    }

    /// - Returns: the idea that stands for them: the least by (created, id) of those that are
    ///   neither hidden nor withdrawn, lest one that is takes the others out of sight; one whose
    ///   title has not come yet only where none has.
    private func writeCluster(_ ideas: Set<Int64>) throws -> Int64 {
        var least: (rank: Int64, created: Int64, id: IdeaID, key: Int64)?
        for key in ideas {
            guard
                let row = try database.row(
                    """
                    SELECT created, id, CASE WHEN created IS NULL THEN 2 ELSE hidden OR withdrawn END
                    FROM idea WHERE key = ?
                    """, key)
            else { continue }
            let candidate = (
                rank: try row[2] as Int64, created: try row[0] as Int64? ?? .max,
                id: try row.identifier(1) as IdeaID, key
            )
            if let other = least,
                (other.rank, other.created, other.id)
                    < (candidate.rank, candidate.created, candidate.id)
            {
                continue
            }
            least = candidate
        }
        guard let canonical = least?.key else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a joined idea is missing")
        }
        for key in ideas {
            try database.run("INSERT INTO cluster(idea, canonical) VALUES(?, ?)", key, canonical)
        }
        return canonical
    }

    /// The standing votes on one idea by itself.
    private func ownTally(of idea: Int64) throws -> Tally {
        let row = try database.row(
            """
            SELECT count(*) FILTER(WHERE vote & 15 = 1), count(*) FILTER(WHERE vote & 15 = 2),
                count(*) FILTER(WHERE vote & 15 = 3), count(*) FILTER(WHERE vote IN (17, 18))
            FROM vote WHERE idea = ?
            """, idea)
        return try row.map {
            Tally(agree: try $0[0], disagree: try $0[1], pass: try $0[2], proven: try $0[3])
        }
            ?? Tally()
    }

    private func setTally(of idea: Int64, to tally: Tally) throws {
        try database.run(
            """
            UPDATE tally SET score = ?, agree = ?, disagree = ?, pass = ?, proven = ?
            WHERE idea = ?
            """,
            tally.under(try Self.ballot(database)).score, tally.agree, tally.disagree, tally.pass,
            tally.proven, idea)
    }
}
