import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// Takes verified changesets into the log and the view, within one transaction.
///
/// The rights of a changeset's node are judged here, between verification and the one merge rule:
/// what its node may not say never reaches a register, and what comes from a node without a role
/// does not enter the log but is held beside it.
final class LogIntake {
    let database: Database
    let view: ViewWriter
    let nodes: NodeTable
    var held: HeldTable
    let state: BoardState
    private let ranges: LogRangeWriter
    private let peer: PeerKey?
    private var clock: HybridClock
    private var check: CheckValue
    private var mayHoldErased: Bool
    private var mayHold: Bool
    /// Nodes of which known changesets have to be judged again.
    var doubtful: Set<Int64> = []
    /// What was applied before no longer follows from the log: the view has to be computed anew.
    var needsRebuild = false
    private(set) var hasRebuilt = false
    private var removed: [ChangesetID] = []
    /// A changeset left the log or lost its effect, and an erasure may have gone with it.
    var mayLackErasures = false

    init(_ database: Database, state: BoardState, peer: PeerKey?) throws {
        self.database = database
        self.state = state
        self.peer = peer
        view = try ViewWriter(database, node: state.node, founder: state.founder)
        nodes = NodeTable(database, founder: state.founder)
        held = HeldTable(database)
        ranges = try LogRangeWriter(database)
        clock = state.time.clock
        check = state.check
        mayHoldErased = try database.hasErasures()
        mayHold = try !held.isEmpty
        try database.checkNumbering()
    }

    func take(_ changeset: OpenedChangeset, _ report: inout MergeReport) throws {
        let node = changeset.header.node
        // The founding changeset's id is the board's, so it tells who founded it. A copy that was
        // told otherwise when it was made judges by another's word: nothing may enter it.
        guard !changeset.header.isFounding || node == state.founder else {
            throw BoardError.otherFounder
        }
        let trust = try nodes.trust(of: node)
        let isMember = trust.role >= .contributor && !trust.gaps.contains(changeset.id)
        if try lacksText(changeset) {
            return try hold(changeset, isMember ? .awaitsErasure : .lacksText, &report)
        }
        if mayHold, node != state.founder,
            try held.reason(of: changeset.id)?.isTextLacking == true
        {
            // It comes with its text now. Its place in the chain is known, which may give it another
            // role than that of now: so a member's waits no longer than this merge.
            try hold(changeset, .noRole, isGranted: isMember, &report)
            doubtful.insert(try nodes.chain(of: node).key)
            return
        }
        guard isMember else { return try hold(changeset, .noRole, &report) }
        try enter(changeset, as: trust.role, from: peer?.rawValue, &report)
    }

    /// Puts a changeset in the log and applies it.
    func enter(
        _ changeset: OpenedChangeset, as role: Role, from peer: Int64?,
        _ report: inout MergeReport
    ) throws {
        let erased = mayHoldErased ? try database.erasedSlots(of: changeset.id) : []
        let verdict = changeset.verdict(horizon: state.time.horizon, erased: erased)
        guard let arrival = try insert(changeset, erased, role, verdict, from: peer) else { return }
        report.count(changeset, verdict)
        guard verdict != .void else { return }
        if verdict != .parked { clock.witness(changeset.header.timestamp) }
        if needsRebuild || hasRebuilt {
            // The view refers to what is no longer there: it only takes what others are judged by,
            // and all of it is computed anew.
            needsRebuild = true
            try view.noteJudging(of: changeset, arrival: arrival, as: role)
        } else {
            let rights = try nodes.trust(of: changeset.header.node).rights(as: role)
            try view.apply(
                changeset, arrival: arrival, erased: erased, isParked: verdict == .parked, rights)
        }
        mayHoldErased = mayHoldErased || view.isErasing
        try noteStandings()
    }

    /// Puts a changeset that this copy just sealed in the log; the view has its changes already.
    ///
    /// - Returns: the arrival number; `nil` where this node may not write any more: then it is held.
    func enterOwn(_ changeset: OpenedChangeset) throws -> Int64? {
        let trust = try nodes.trust(of: changeset.header.node)
        guard trust.role >= .contributor else {
            let node = try nodes.chain(of: changeset.header.node).key
            try held.insert(changeset.sealed, changeset.id, node: node, from: nil, .noRole)
            mayHold = true
            needsRebuild = true
            return nil
        }
        let arrival = try insert(changeset, [], trust.role, .applied, from: nil)
        // The view says of its changes that they are in the changeset that comes next.
        if arrival == nil { needsRebuild = true }
        return arrival
    }

    /// Takes in what was said of nodes: known changesets of theirs may be judged otherwise now.
    func noteStandings() throws {
        for subject in view.takeNodeSubjects() {
            let chain = try nodes.chain(of: subject.node)
            nodes.forgetTrust(of: subject.node)
            switch subject.matter {
            case .role(let hasHeads):
                if try hasHeads || chain.changesets > 0 || held.hasEntries(of: chain.key) {
                    doubtful.insert(chain.key)
                }
            case .votes:
                if chain.changesets > 0 { needsRebuild = true }
            }
        }
    }

    /// Writes what was taken in besides the log: the view, the chains, the check value, the clock.
    func finish(_ state: inout BoardState, _ report: inout MergeReport) throws {
        try settle(&report)
        needsRebuild = needsRebuild || view.isErasing
        while needsRebuild { try rebuild(&report) }
        if !hasRebuilt { try view.finish() }
        if view.isErasing {
            report.hasErased = try Erasure.dropBytes(database)
            if report.hasErased { try Erasure.noteUnfinished(database) }
        }
        try nodes.save()
        try ranges.save()
        report.removed += removed
        try noteHeld(&report)
        state.time.clock = clock
        state.check = check
    }

    /// Much of what came was held only until more of it came.
    private func noteHeld(_ report: inout MergeReport) throws {
        for id in report.held {
            switch try held.reason(of: id) {
            case nil: report.held.remove(id)
            case .noRole: break
            case .lacksText, .awaitsErasure: report.lackingText.insert(id)
            }
        }
    }

    private func rebuild(_ report: inout MergeReport) throws {
        let erased = mayLackErasures ? try database.erasedChangesets() : []
        let statements = try database.statements()
        try ViewRebuild.run(database, state: state, forgettingErasures: mayLackErasures)
        needsRebuild = false
        hasRebuilt = true
        mayLackErasures = false
        try evictTextless(among: erased)
        // What was void may count since its nonsense is erased, and speak of roles.
        for (node, said) in try database.statements() where statements[node] != said {
            doubtful.insert(node)
        }
        try settle(&report)
    }

    /// Takes a changeset out of the log, to be held.
    func evict(_ row: ChangesetRow, from peer: Int64?, _ reason: HeldTable.Reason) throws {
        guard let header = ChangesetHeader(row.sealed.header) else { return }
        let id = row.sealed.id
        var chain = try nodes.chain(of: header.node)
        try held.insert(row.sealed, id, node: chain.key, from: peer, reason)
        mayHold = true
        try database.run("DELETE FROM changeset WHERE arrival = ?", row.arrival)
        check.remove(id)
        try ranges.remove(LogPosition(timestamp: header.timestamp, id: id))
        removed.append(id)
        chain.changesets &-= 1
        nodes.set(chain, of: header.node)
        needsRebuild = true
        mayLackErasures = true
    }

    private func hold(
        _ changeset: OpenedChangeset, _ reason: HeldTable.Reason, isGranted: Bool = false,
        _ report: inout MergeReport
    ) throws {
        let isKnown = try database.integer(
            "SELECT 1 FROM changeset WHERE timestamp = ? AND id = ?",
            changeset.header.timestamp.column, changeset.id.data)
        guard isKnown == nil else { return }
        let isKept = try held.add(
            changeset, nodes: nodes, from: peer?.rawValue, reason, isGranted: isGranted)
        guard isKept else {
            report.refused[.noRoom, default: 0] += 1
            return
        }
        report.held.insert(changeset.id)
        mayHold = true
        let node = changeset.header.node
        if try nodes.trust(of: node).gaps.contains(changeset.id) {
            doubtful.insert(try nodes.chain(of: node).key)
        }
    }

    /// Whether a text is missing that nothing known here erased.
    func lacksText(_ changeset: OpenedChangeset) throws -> Bool {
        guard !changeset.erasedSlots.isEmpty else { return false }
        return try !changeset.erasedSlots.isSubset(of: database.erasedSlots(of: changeset.id))
    }

    /// The arrival number, or `nil` if the log holds the changeset already.
    private func insert(
        _ changeset: OpenedChangeset, _ erased: Set<UInt32>, _ role: Role, _ verdict: Verdict,
        from peer: Int64?
    ) throws -> Int64? {
        let sealed = erased.isEmpty ? changeset.sealed : changeset.sealed.erasing(erased)
        var chain = try nodes.chain(of: changeset.header.node)
        try database.run(
            """
            INSERT INTO changeset(timestamp, id, node, came_from, verdict, role, header, payload,
                signature)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            changeset.header.timestamp.column, changeset.id.data, chain.key, peer,
            verdict.rawValue, Int64(role.rawValue), Data(sealed.header), Data(sealed.payload),
            Data(sealed.signature))
        guard database.changesCount == 1 else { return nil }
        let arrival = database.lastInsertedRowID
        check.insert(changeset.id)
        try ranges.insert(
            LogPosition(timestamp: changeset.header.timestamp, id: changeset.id))
        if mayHold { try held.remove(changeset.id) }
        chain.extend(changeset)
        nodes.set(chain, of: changeset.header.node)
        return arrival
    }
}

extension NodeTable.Chain {
    /// Notes the node's last changeset; of two with the same sequence the greater id, so that the
    /// note is the same whatever came first.
    mutating func extend(_ changeset: OpenedChangeset) {
        // What a damaged file says is no reason to trap.
        changesets &+= 1
        let header = changeset.header
        guard Int64(exactly: header.sequence) != nil,
            header.sequence > sequence || header.sequence == sequence && changeset.id > head
        else { return }
        sequence = header.sequence
        head = changeset.id
    }
}

extension OpenedChangeset {
    func verdict(horizon: Horizon, erased: Set<UInt32>) -> Verdict {
        switch judgement(erased: erased) {
        case .void: .void
        case .meaningful: horizon.includes(header.timestamp) ? .applied : .parked
        case .unknown: horizon.includes(header.timestamp) ? .unknown : .parked
        }
    }
}
