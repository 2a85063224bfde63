import CommunisCore
import GRDB

/// Ideas that were joined as the same, by their keys. Of each part of it only what is asked for is
/// read: a vote on one of a thousand joined ideas has nothing to do with most of them.
final class Cluster {
    /// The idea that stands for them all: the least by (created, id) of those that are to be seen.
    let canonical: Int64
    private let database: Database
    private lazy var joined = Result { try readGraph() }
    private lazy var counted = Result {
        Int(
            try database.integer("SELECT count(*) FROM cluster WHERE canonical = ?", canonical) ?? 0
        )
    }

    /// The cluster for which an idea stands.
    init(_ canonical: Int64, _ database: Database) {
        self.canonical = canonical
        self.database = database
    }

    /// How many ideas they are.
    var count: Int { get throws { try counted.get() } }

    /// Ascending.
    func ideas() throws -> [Int64] {
        var ideas: [Int64] = []
        try DirectStatement("SELECT idea FROM cluster WHERE canonical = ? ORDER BY idea", database)
            .forEachRow(canonical) { ideas.append(try $0[0]) }
        return ideas
    }

    /// The ideas with the pairs that join them.
    func graph() throws -> JoinGraph { try joined.get() }

    private func readGraph() throws -> JoinGraph {
        var pairs: [JoinGraph.Pair] = []
        try DirectStatement(
            """
            SELECT first, second FROM cluster CROSS JOIN same_as ON first = idea WHERE canonical = ?
            """, database
        ).forEachRow(canonical) { pairs.append(.init(first: try $0[0], second: try $0[1])) }
        return JoinGraph(ideas: try ideas(), pairs: pairs)
    }

    // MARK: - Objections

    /// To the pairs of this cluster, of every member who has votes.
    func objections() throws -> [Objection] {
        var objections: [Objection] = []
        try DirectStatement(
            """
            SELECT member, carry.first, carry.second FROM cluster
            CROSS JOIN same_as ON same_as.first = cluster.idea
            CROSS JOIN carry ON carry.first = same_as.first AND carry.second = same_as.second
            WHERE canonical = ? AND consent = \(Consent.objects.rawValue)
                AND EXISTS(SELECT 1 FROM vote WHERE vote.member = carry.member)
            """, database
        ).forEachRow(canonical) { objections.append(try Objection($0)) }
        return objections
    }

    /// The same of one member.
    func objections(of member: Int64) throws -> [Objection] {
        var objections: [Objection] = []
        try DirectStatement(
            """
            SELECT member, carry.first, carry.second FROM carry
            CROSS JOIN cluster ON cluster.idea = carry.first AND canonical = ?2
            CROSS JOIN same_as ON same_as.first = carry.first AND same_as.second = carry.second
            WHERE member = ?1 AND consent = \(Consent.objects.rawValue)
            """, database
        ).forEachRow(member, canonical) { objections.append(try Objection($0)) }
        return objections
    }

    /// Those of some of its ideas that are the same as another of them, for a member.
    func ideas(among ideas: [Int64], joinedWith idea: Int64, for member: Int64) throws -> [Int64] {
        let objections = try objections(of: member)
        guard !objections.isEmpty else { return ideas }
        let graph = try graph()
        guard let start = graph.place(of: idea) else { return [] }
        var found: [Int64] = []
        var reach = ObjectorReach(graph, objections)
        reach.forEachMember { _, sets in
            found = ideas.filter { graph.place(of: $0).map { sets.areOne($0, start) } ?? false }
        }
        return found
    }
}

extension Objection {
    /// - Parameter columns: member, first, second.
    fileprivate init(_ columns: DirectStatement.Columns) throws {
        self.init(
            member: try columns[0],
            pair: JoinGraph.Pair(first: try columns[1], second: try columns[2]))
    }
}

/// Which ideas are joined, as the table `cluster` has it, read as far as it is asked.
final class ClusterTable {
    private let database: Database
    private(set) var isEmpty: Bool
    private var canonicals: [Int64: Int64?] = [:]
    private var clusters: [Int64: Cluster] = [:]

    init(_ database: Database) throws {
        self.database = database
        isEmpty = try Self.isEmpty(database)
    }

    private static func isEmpty(_ database: Database) throws -> Bool {
        try DirectStatement("SELECT 1 FROM cluster LIMIT 1", database).row { _ in true } == nil
    }

    /// The idea that stands for an idea and those joined with it; `nil` where none are.
    func canonical(of idea: Int64) throws -> Int64? {
        if isEmpty { return nil }
        if let known = canonicals[idea] { return known }
        let canonical = try DirectStatement(
            "SELECT canonical FROM cluster WHERE idea = ?", database
        ).row(idea) { try $0[0] }
        canonicals[idea] = .some(canonical)
        return canonical
    }

    /// The cluster for which an idea stands.
    func cluster(_ canonical: Int64) -> Cluster {
        if let cluster = clusters[canonical] { return cluster }
        let cluster = Cluster(canonical, database)
        clusters[canonical] = cluster
        return cluster
    }

    /// The cluster that an idea is in.
    func cluster(of idea: Int64) throws -> Cluster? {
        try canonical(of: idea).map(cluster)
    }

    /// The idea that stands for each cluster.
    func all() throws -> [Int64] {
        if isEmpty { return [] }
        return try database.rows("SELECT DISTINCT canonical FROM cluster").map { try $0[0] }
    }

    /// Forgets what was read, after the table was changed.
    func invalidate() throws {
        canonicals = [:]
        clusters = [:]
        isEmpty = try Self.isEmpty(database)
    }
}
