import CommunisCore
import GRDB

/// The votes that count at one moment of a transaction, to be compared with those that count later in
/// it. 24 bytes a vote.
///
/// The view's keys change when it is computed anew, so that those of later are put to those of before
/// by ids.
struct VoteMeasure {
    /// Of one vote for each idea and member, in the order of their keys.
    private struct Standing {
        /// The idea's key above, the member's below.
        var pair: UInt64
        var timestamp: Int64
        var node: UInt32
        var vote: UInt8
    }

    /// What was found of the votes of a node, or of all others.
    struct Found {
        var kept = Count()
        var lost = Count()
        var gained = Count()
    }

    struct Count {
        private(set) var votes = 0
        private var members: Set<UInt32> = []
        private var ideas: Set<UInt32> = []

        var people: Int { members.count }
        var votedIdeas: Int { ideas.count }

        fileprivate mutating func add(_ pair: UInt64) {
            votes += 1
            members.insert(UInt32(truncatingIfNeeded: pair))
            ideas.insert(UInt32(truncatingIfNeeded: pair >> 32))
        }
    }

    private var standing: [Standing] = []
    private let ideas: [IdeaID: UInt32]
    private let members: [MemberID: UInt32]

    init(_ database: Database) throws {
        ideas = try Self.keys(database, "SELECT id, key FROM idea")
        members = try Self.keys(database, "SELECT id, key FROM member")
        try Self.forEach(database) { standing.append($0) }
    }

    /// What became of the votes of a node and of all others since then.
    ///
    /// - Parameter node: its key in this file.
    func changes(_ database: Database, of node: Int64) throws -> (own: Found, others: Found) {
        let nowIdeas: [IdeaID: UInt32] = try Self.keys(database, "SELECT id, key FROM idea")
        let nowMembers: [MemberID: UInt32] = try Self.keys(database, "SELECT id, key FROM member")
        let before = (
            ideas: Self.former(nowIdeas, ideas), members: Self.former(nowMembers, members)
        )
        var (own, others) = (Found(), Found())
        var isKept = [Bool](repeating: false, count: standing.count)
        try Self.forEach(database) { vote in
            let isOwn = Int64(vote.node) == node
            if let idea = before.ideas[UInt32(truncatingIfNeeded: vote.pair >> 32)],
                let member = before.members[UInt32(truncatingIfNeeded: vote.pair)],
                let place = place(of: UInt64(idea) << 32 | UInt64(member)),
                standing[place].timestamp == vote.timestamp, standing[place].vote == vote.vote,
                standing[place].node == vote.node
            {
                isKept[place] = true
                if isOwn { own.kept.add(vote.pair) }
            } else if isOwn {
                own.gained.add(vote.pair)
            } else {
                others.gained.add(vote.pair)
            }
        }
        for (vote, isKept) in zip(standing, isKept) where !isKept {
            if Int64(vote.node) == node {
                own.lost.add(vote.pair)
            } else {
                others.lost.add(vote.pair)
            }
        }
        return (own, others)
    }

    private func place(of pair: UInt64) -> Int? {
        var (low, high) = (0, standing.count)
        while low < high {
            let middle = (low + high) / 2
            if standing[middle].pair < pair { low = middle + 1 } else { high = middle }
        }
        return low < standing.count && standing[low].pair == pair ? low : nil
    }

    /// The keys of now, with those that the same ids had before.
    private static func former<Identifier: Hashable>(
        _ now: [Identifier: UInt32], _ before: [Identifier: UInt32]
    ) -> [UInt32: UInt32] {
        now.reduce(into: [:]) { former, entry in
            if let key = before[entry.key] { former[entry.value] = key }
        }
    }

    private static func keys<Identifier: FixedBytes>(_ database: Database, _ sql: String) throws
        -> [Identifier: UInt32]
    {
        var keys: [Identifier: UInt32] = [:]
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            keys[try row.identifier(0)] = UInt32(truncatingIfNeeded: try row[1] as Int64)
        }
        return keys
    }

    /// Calls `body` with every vote that counts, in the order of the table.
    private static func forEach(_ database: Database, _ body: (Standing) throws -> Void) throws {
        var authors: [Int64: Int64] = [:]
        try DirectStatement("SELECT arrival, node FROM changeset", database).forEachRow {
            authors[try $0[0]] = try $0[1]
        }
        try DirectStatement(
            """
            SELECT idea, member, timestamp, vote, changeset FROM vote WHERE vote & 15 <> 0
            ORDER BY idea, member
            """, database
        ).forEachRow { row in
            let (idea, member) = (try row[0], try row[1])
            try body(
                Standing(
                    pair: UInt64(UInt32(truncatingIfNeeded: idea)) << 32
                        | UInt64(UInt32(truncatingIfNeeded: member)),
                    timestamp: try row[2],
                    node: UInt32(truncatingIfNeeded: authors[try row[4]] ?? 0),
                    vote: UInt8(truncatingIfNeeded: try row[3])))
        }
    }
}
