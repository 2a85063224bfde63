import CommunisCore
import GRDB

// Votes and objections change what their members add to a cluster, and nothing else of it.
extension ViewWriter {
    /// A cluster of which more members than this vote or object in one batch is counted anew.
    private static var voterLimit: Int { 256 }

    /// Notes what members add to clusters before their votes change.
    func noteVoters(of votes: [VoteEntry]) throws {
        guard !clusters.isEmpty else { return }
        var voters: [Int64: Set<Int64>] = [:]
        for vote in votes {
            guard let canonical = try clusters.canonical(of: vote.idea) else { continue }
            voters[canonical, default: []].insert(vote.member)
        }
        try noteVoters(voters)
    }

    /// The same for votes that have no keys yet.
    func noteVoters(of votes: some Sequence<CastVote>) throws {
        guard !clusters.isEmpty else { return }
        var voters: [Int64: Set<Int64>] = [:]
        for vote in votes {
            guard let canonical = try clusters.canonical(of: ideaKey(vote.idea)) else { continue }
            voters[canonical, default: []].insert(try memberKey(vote.member))
        }
        try noteVoters(voters)
    }

    private func noteVoters(_ voters: [Int64: Set<Int64>]) throws {
        for (canonical, members) in voters where !touchedJoins.contains(canonical) {
            let known = clusterShares[canonical] ?? [:]
            let new = members.filter { known[$0] == nil }
            guard known.count + new.count <= Self.voterLimit else {
                clusterShares[canonical] = nil
                touchedJoins.insert(canonical)
                continue
            }
            let shares = try count(canonical).shares(of: new)
            clusterShares[canonical] = new.reduce(into: known) { $0[$1] = shares[$1] ?? Tally() }
        }
    }

    /// Counts what the members who were noted add now, in place of what they added before.
    func countVoters() throws {
        for (canonical, before) in clusterShares where !touchedJoins.contains(canonical) {
            var change = try count(canonical).shares(of: before.keys).values
                .reduce(into: Tally()) { $0 += $1 }
            for share in before.values { change -= share }
            tallyChanges[canonical, default: Tally()] += change
        }
        clusterShares = [:]
    }

    /// Writes whether a member's vote shall count across a pair of ideas. It decides over the votes of
    /// that member only; of one who has none, over nothing.
    func project(_ consent: Consent, of member: Int64, across pair: JoinGraph.Pair) throws {
        if let canonical = try clusters.canonical(of: pair.first),
            try clusters.canonical(of: pair.second) == canonical,
            try database.integer("SELECT 1 FROM vote WHERE member = ? LIMIT 1", member) != nil
        {
            try noteVoters([canonical: [member]])
        }
        try database.run(
            "INSERT OR REPLACE INTO carry(first, second, member, consent) VALUES(?, ?, ?, ?)",
            pair.first, pair.second, member, Int64(consent.rawValue))
    }

    private func count(_ canonical: Int64) -> ClusterCount {
        ClusterCount(clusters.cluster(canonical), database, order: order)
    }
}

// Joins change the clusters themselves.
extension ViewWriter {
    /// Notes that an idea is listed since now, or no more: another may have to stand for those it
    /// is joined with.
    func touchListing(_ idea: Int64) throws {
        touchedIdeas.insert(idea)
        if try clusters.canonical(of: idea) != nil { touchedJoins.insert(idea) }
    }

    /// Finds the clusters of the ideas that were touched anew, and counts them.
    ///
    /// All ideas of such a cluster are looked at, once a batch; only what is not as it was is written.
    func updateClusters() throws {
        let loose = try touchedJoins.filter { try isLoose($0) }
        touchedJoins.subtract(loose)
        guard !touchedJoins.isEmpty else { return }
        var before: [Int64: Int64] = [:]
        for canonical in Set(try touchedJoins.compactMap { try clusters.canonical(of: $0) }) {
            for idea in try clusters.cluster(canonical).ideas() { before[idea] = canonical }
        }
        let graph = try joins(of: touchedJoins.union(before.keys))
        let components = graph.components().filter { $0.count > 1 }
        let canonicals = try components.map { try self.canonical(of: $0) }
        var after: [Int64: Int64] = [:]
        for (component, canonical) in zip(components, canonicals) {
            for idea in component { after[idea] = canonical }
        }
        try write(graph.ideas, before, after)
        noteWords(before, after)
        for canonical in canonicals { try setTally(of: canonical, to: count(canonical).tally()) }
    }

    /// Whether an idea neither is nor was joined: the usual one.
    private func isLoose(_ idea: Int64) throws -> Bool {
        guard try clusters.canonical(of: idea) == nil else { return false }
        return try database.integer(
            """
            SELECT EXISTS(SELECT 1 FROM same_as WHERE first = ?1)
                OR EXISTS(SELECT 1 FROM same_as WHERE second = ?1)
            """, idea) == 0
    }

    /// The joins of the ideas that were touched and of those that were joined with them. There are no
    /// others: of a pair that is on since now, both ideas were touched.
    private func joins(of ideas: Set<Int64>) throws -> JoinGraph {
        let statement = try DirectStatement("SELECT second FROM same_as WHERE first = ?", database)
        let ideas = ideas.sorted()
        var pairs: [JoinGraph.Pair] = []
        for idea in ideas {
            try statement.forEachRow(idea) { pairs.append(.init(first: idea, second: try $0[0])) }
        }
        return JoinGraph(ideas: ideas, pairs: pairs)
    }

    /// - Returns: the idea that stands for them: the least by (created, id) of those that are
    ///   neither hidden nor withdrawn, lest one that is takes the others out of sight; one whose
    ///   title has not come yet only where none has.
    private func canonical(of ideas: [Int64]) throws -> Int64 {
        let statement = try DirectStatement(
            """
            SELECT CASE WHEN created IS NULL THEN 2 ELSE hidden OR withdrawn END, created, id
            FROM idea WHERE key = ?
            """, database)
        var least: (rank: Int64, created: Int64, id: IdeaID, key: Int64)?
        for key in ideas {
            let found: (rank: Int64, created: Int64, id: IdeaID)? = try statement.row(key) {
                (try $0[0], try $0.optional(1) ?? .max, try $0.identifier(2))
            }
            guard let found else { continue }
            if let least, (least.rank, least.created, least.id) < found { continue }
            least = (found.rank, found.created, found.id, key)
        }
        guard let least else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a joined idea is missing")
        }
        return least.key
    }

    /// Writes which idea stands for each, where that is another than before. Who comes to stand for
    /// itself, or does no more, is listed otherwise; and who stood for others counts its own votes.
    private func write(_ ideas: [Int64], _ before: [Int64: Int64], _ after: [Int64: Int64]) throws {
        let insertion = try DirectStatement(
            "INSERT OR REPLACE INTO cluster(idea, canonical) VALUES(?, ?)", database)
        let deletion = try DirectStatement("DELETE FROM cluster WHERE idea = ?", database)
        var relisted: [Int64] = []
        for idea in ideas where before[idea] != after[idea] {
            if let canonical = after[idea] {
                try insertion.run(idea, canonical)
            } else {
                try deletion.run(idea)
            }
            if (before[idea] ?? idea == idea) != (after[idea] ?? idea == idea) {
                relisted.append(idea)
            }
            if before[idea] == idea { try setTally(of: idea, to: ownTally(of: idea)) }
        }
        try clusters.invalidate()
        for idea in relisted { try updateListing(idea) }
        touchedWords.formUnion(relisted)
    }

    /// An idea that stands for others than before is found by other words.
    private func noteWords(_ before: [Int64: Int64], _ after: [Int64: Int64]) {
        for (idea, canonical) in after where before[idea] != canonical {
            touchedWords.insert(canonical)
        }
        for (idea, canonical) in before where after[idea] != canonical {
            touchedWords.insert(canonical)
        }
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
