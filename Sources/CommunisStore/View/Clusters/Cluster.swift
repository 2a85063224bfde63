import CommunisCore
import GRDB

/// Ideas that were joined as the same, by their keys, and how far each member's votes carry.
struct Cluster {
    /// Two ideas that were joined, in the order of their ids.
    struct Pair: Hashable {
        var first, second: Int64
    }

    /// The idea that stands for them all: the least by (created, id) of those that are to be seen.
    let canonical: Int64
    let ideas: Set<Int64>
    private let pairs: [Pair]
    /// The pairs across which a member's vote shall not count.
    private let objections: [Int64: Set<Pair>]

    /// Reads the cluster for which an idea stands.
    init(_ canonical: Int64, _ database: Database) throws {
        self.canonical = canonical
        ideas = Set(
            try database.rows("SELECT idea FROM cluster WHERE canonical = ?", canonical)
                .map { try $0[0] })
        pairs = try database.rows(
            """
            SELECT first, second FROM cluster JOIN same_as ON first = idea WHERE canonical = ?
            """, canonical
        ).map { Pair(first: try $0[0], second: try $0[1]) }
        var objections: [Int64: Set<Pair>] = [:]
        for row in try database.rows(
            """
            SELECT member, carry.first, carry.second FROM cluster
            JOIN same_as ON same_as.first = idea
            JOIN carry ON carry.first = same_as.first AND carry.second = same_as.second
            WHERE canonical = ? AND consent = \(Consent.objects.rawValue)
            """, canonical)
        {
            objections[try row[0], default: []].insert(Pair(first: try row[1], second: try row[2]))
        }
        self.objections = objections
    }

    /// The ideas of the cluster on which a member's votes count for it: those that still hang
    /// together with the canonical one when the pairs that the member objects to are removed.
    func reach(of member: Int64) -> Set<Int64> { component(of: canonical, for: member) }

    /// The ideas that are the same as one of them, for a member.
    func component(of idea: Int64, for member: Int64) -> Set<Int64> {
        guard let objected = objections[member] else { return ideas }
        var neighbours: [Int64: [Int64]] = [:]
        for pair in pairs where !objected.contains(pair) {
            neighbours[pair.first, default: []].append(pair.second)
            neighbours[pair.second, default: []].append(pair.first)
        }
        return ConnectedComponent.of(idea) { neighbours[$0] ?? [] }
    }

    /// The members whose votes may not reach every idea.
    var objectors: some Sequence<Int64> { objections.keys }
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
        let canonical = try database.integer(
            "SELECT canonical FROM cluster WHERE idea = ?", idea)
        canonicals[idea] = .some(canonical)
        return canonical
    }

    /// The cluster for which an idea stands.
    func cluster(_ canonical: Int64) throws -> Cluster {
        if let cluster = clusters[canonical] { return cluster }
        let cluster = try Cluster(canonical, database)
        clusters[canonical] = cluster
        return cluster
    }

    /// The cluster that an idea is in.
    func cluster(of idea: Int64) throws -> Cluster? {
        try canonical(of: idea).map(cluster)
    }

    /// Every cluster.
    func all() throws -> [Cluster] {
        if isEmpty { return [] }
        return try database.rows("SELECT DISTINCT canonical FROM cluster").map {
            try cluster(try $0[0])
        }
    }

    /// Forgets what was read, after the table was changed.
    func invalidate() throws {
        canonicals = [:]
        clusters = [:]
        isEmpty = try Self.isEmpty(database)
    }
}
