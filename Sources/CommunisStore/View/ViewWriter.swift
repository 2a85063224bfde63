import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// Where changes come from: one changeset of the log, or what is pending here.
struct Origin: Sendable {
    /// The changeset's arrival number; 0 for what is pending.
    var arrival: Int64
    var node: NodeID
    /// Zero for what is pending, which has no id yet.
    var changeset: ChangesetID

    static func pending(_ node: NodeID) -> Origin {
        Origin(arrival: 0, node: node, changeset: .zero)
    }
}

/// Applies changes to the view, within one transaction.
///
/// Every change goes through here, whether it was made here, came from a peer, or is read again
/// from the log; there is no other way into the view. What is computed from several registers
/// (texts, tallies) is computed once, by `finish`, for what was touched.
final class ViewWriter {
    let database: Database
    /// This copy's node, the author of what is pending.
    let node: NodeID
    private let founder: NodeID
    let order: ChangeOrder
    let clusters: ClusterTable
    private var ideas: LocalKeys<IdeaID>
    private var members: LocalKeys<MemberID>
    /// `nil` for a view that nobody searches.
    private let search: SearchIndex?
    /// Votes that wait to be merged in key order.
    var votes: [VoteEntry] = []
    /// Where the view puts votes that are pending.
    private(set) lazy var pendingArrival = Result { try database.nextArrival() }
    /// Pending votes, by key, of which only their changeset's id can tell whether they win.
    var unplacedVotes: [Int64] = []
    /// What votes did to tallies since the last `finish`.
    var tallyChanges: [Int64: Tally] = [:]
    /// By the idea that stands for a cluster, what those of its members added to its tally at the last
    /// `finish` whose votes or objections changed since.
    var clusterShares: [Int64: [Int64: Tally]] = [:]
    var touchedTexts: Set<TextKey> = []
    /// Ideas whose listing or comments may have changed.
    var touchedIdeas: Set<Int64> = []
    /// How many comments more are to be seen on ideas since the last `finish`.
    var commentChanges: [Int64: Int] = [:]
    /// Ideas whose joins, or what decides how they count, may have changed.
    var touchedJoins: Set<Int64> = []
    /// Ideas of which other words may be found.
    var touchedWords: Set<Int64> = []
    var isBallotTouched = false
    /// Nodes that were spoken of, for those who judge by it.
    var nodeSubjects: [NodeSubject] = []
    /// Whether a slot was erased: the view has to be computed anew.
    var isErasing = false

    struct TextKey: Hashable {
        var idea: Int64
        var field: TextField
    }

    /// - Parameter isSearched: whether the words of ideas are indexed too.
    init(_ database: Database, node: NodeID, founder: NodeID, isSearched: Bool = true) throws {
        self.database = database
        self.node = node
        self.founder = founder
        order = ChangeOrder(database, node: node)
        clusters = try ClusterTable(database)
        ideas = try LocalKeys(
            finding: "SELECT key FROM idea WHERE id = ?",
            adding: "INSERT INTO idea(id) VALUES(?)", in: database)
        members = try LocalKeys(
            finding: "SELECT key FROM member WHERE id = ?",
            adding: "INSERT INTO member(id) VALUES(?)", in: database)
        search = isSearched ? SearchIndex(database) : nil
    }

    /// Applies what a changeset says to the view.
    ///
    /// - Parameters:
    ///   - erased: its slots that are to be treated as absent.
    ///   - isParked: applies only what is never delayed: changes of nodes and erasures.
    ///   - rights: what its node might say; the rest is passed over.
    func apply(
        _ changeset: OpenedChangeset, arrival: Int64, erased: Set<UInt32>, isParked: Bool,
        _ rights: Rights
    ) throws {
        guard rights.role >= .contributor else { return }
        let origin = Origin(
            arrival: arrival, node: changeset.header.node, changeset: changeset.id)
        for (number, slot) in changeset.slots.enumerated() {
            if slot.isErasable && erased.contains(UInt32(number)) { continue }
            switch slot.content {
            case .votes(let block) where !isParked:
                if rights.countsVotes {
                    try add(block, firstIndex: slot.firstIndex, origin, rights)
                }
            case .change(let change) where !isParked || change.content.kind.isNeverParked:
                try apply(change, index: slot.firstIndex, origin, rights)
            default:
                continue
            }
        }
    }

    /// Applies one change: it wins its register or leaves no trace in the view.
    func apply(_ change: Change, index: Int, _ origin: Origin, _ rights: Rights) throws {
        guard rights.allow(change.content, by: origin.node) else { return }
        if let vote = change.castVote {
            votes.append(try entry(vote, index: index, origin, rights))
            return
        }
        // What is pending judges nobody: whoever speaks of roles seals at once.
        if case .node(let node, .role(let role, let heads)) = change.content, origin.arrival > 0 {
            try noteStatement(
                node, role, heads, change.timestamp, index: index, arrival: origin.arrival)
        }
        guard let register = change.register,
            try claim(register, change, index: index, origin)
        else { return }
        try project(
            change,
            at: Precedence(
                timestamp: change.timestamp, node: origin.node, changeset: origin.changeset,
                index: index))
        if register.kind == .erase { isErasing = true }
    }

    /// The last-writer-wins rule: takes the register for a change, unless a greater one holds it.
    private func claim(
        _ register: Register, _ change: Change, index: Int, _ origin: Origin
    ) throws -> Bool {
        let timestamp = change.timestamp
        let kind = Int64(register.kind.rawValue)
        let key = Data(register.key)
        if let holder = try database.row(
            "SELECT timestamp, changeset, position FROM register WHERE kind = ? AND key = ?",
            kind, key)
        {
            let held = try holder.timestamp(0)
            if let outranks = try outranks(change, origin, holder: try holder[1]) {
                guard outranks else { return false }
            } else if timestamp <= held {
                guard timestamp == held else { return false }
                let (node, changeset) = try order.author(of: try holder[1])
                let incumbent = Precedence(
                    timestamp: held, node: node, changeset: changeset, index: try holder[2])
                let candidate = Precedence(
                    timestamp: timestamp, node: origin.node, changeset: origin.changeset,
                    index: index)
                guard candidate > incumbent else { return false }
            }
        }
        try database.run(
            """
            INSERT INTO register(kind, key, timestamp, changeset, position) VALUES(?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET timestamp = excluded.timestamp,
                changeset = excluded.changeset, position = excluded.position
            """,
            kind, key, timestamp.column, origin.arrival, index)
        return true
    }

    /// Whether the founder's word decides, which outranks the stewards' about a node.
    ///
    /// - Returns: `nil` where both are the founder's, or neither.
    private func outranks(_ change: Change, _ origin: Origin, holder arrival: Int64) throws -> Bool?
    {
        guard case .node = change.content else { return nil }
        let isFounders = origin.node == founder
        return isFounders == (try order.author(of: arrival).0 == founder) ? nil : isFounders
    }

    /// Brings everything computed up to date with what was applied.
    func finish() throws {
        try mergeVotes()
        for key in touchedTexts { try updateText(key) }
        for idea in touchedIdeas { try updateListing(idea) }
        touchedWords.formUnion(touchedIdeas)
        for key in touchedTexts { touchedWords.insert(key.idea) }
        try countVoters()
        try writeTallies()
        try updateClusters()
        try updateWords()
        if isBallotTouched { try rankAll() }
        touchedTexts = []
        touchedIdeas = []
        touchedJoins = []
        touchedWords = []
        isBallotTouched = false
    }

    /// An idea that stands for others is found by their words too.
    private func updateWords() throws {
        guard let search else { return }
        for idea in touchedWords {
            if let canonical = try clusters.canonical(of: idea) { touchedWords.insert(canonical) }
        }
        try search.update(touchedWords)
    }

    // MARK: - Local keys

    /// The key of an idea here; an idea gets a row as soon as anything is said of it.
    func ideaKey(_ id: IdeaID) throws -> Int64 {
        let (key, isNew) = try ideas.key(id)
        if isNew { try database.run("INSERT INTO tally(idea, id) VALUES(?, ?)", key, id.data) }
        return key
    }

    func memberKey(_ id: MemberID) throws -> Int64 { try members.key(id).key }

    func ideaKeys(_ ids: [IdeaID]) throws -> [Int64] {
        ideas.reserve(ids.count)
        return try ids.map(ideaKey)
    }

    func memberKeys(_ ids: [MemberID]) throws -> [Int64] {
        members.reserve(ids.count)
        return try ids.map(memberKey)
    }

    static func nodeKey(_ id: NodeID, _ database: Database) throws -> Int64 {
        if let key = try database.integer("SELECT key FROM node WHERE id = ?", id.data) {
            return key
        }
        try database.run("INSERT INTO node(id) VALUES(?)", id.data)
        return database.lastInsertedRowID
    }
}
