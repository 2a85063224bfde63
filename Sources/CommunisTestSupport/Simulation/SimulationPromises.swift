import CommunisCore
import CommunisLog
import CommunisStore

/// What has to hold after every meeting, and at the end.
extension Simulation {
    /// Two copies that were told that they are equal have nothing that the other lacks.
    ///
    /// - Returns: what both have.
    func expectNoDifference(_ caller: SimulatedNode, _ peer: SimulatedNode) throws
        -> Set<ChangesetID>
    {
        let logs = try [caller, peer].map { node in
            try node.board.reconciling { log, _ in Set(try log.positions(0..<log.count)) }
        }
        guard logs[0] == logs[1] else {
            let difference = logs[0].symmetricDifference(logs[1]).count
            throw failure(
                "\(caller.name) and \(peer.name) are said to be equal and differ by \(difference)")
        }
        return Set(logs[0].map(\.id))
    }

    /// Two copies with one log and nothing parked show one view.
    func expectSameView(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        let copies = [caller, peer]
        guard try copies.allSatisfy({ try $0.board.parkedCount() == 0 && $0.pending().isEmpty })
        else { return }
        let facts = try copies.map { try StoredView.facts($0.path) }
        if let difference = Difference(facts[0], facts[1]) {
            throw failure("\(caller.name) and \(peer.name) are equal and differ: \(difference)")
        }
    }

    /// One meeting in so many that ended equal is followed by the oracle, which reads a log by the
    /// slow and obvious way: all would make the whole take much longer.
    static let oracleShare = 3

    /// What a copy shows follows from its log and horizon: every winner and tally, counted by brute
    /// force. Its log holds what belongs there, all that it has of it, and no text that is erased.
    ///
    /// - Returns: the oracle's view; `nil` where something is pending, which has no place yet that an
    ///   oracle could give it.
    @discardableResult
    func expectOracle(_ node: SimulatedNode, _ moment: String) throws -> NaiveView? {
        guard try node.pending().isEmpty else { return nil }
        let log = try node.log()
        let oracle = NaiveView(
            log, beside: Array(try node.held()), horizon: try node.horizon(),
            founder: nodes[0].board.founder)
        if let difference = Difference(try StoredView.facts(node.path), oracle.facts) {
            throw failure("\(node.name), \(moment), has not the oracle's view: \(difference)")
        }
        let strangers = Set(log.map(\.id)).subtracting(oracle.members)
        guard strangers.isEmpty && oracle.strays.isEmpty else {
            throw failure(
                """
                \(node.name), \(moment), has \(strangers.count) changesets in its log that do not \
                belong there, and \(oracle.strays.count) beside it that do
                """)
        }
        guard oracle.remains.isEmpty else {
            throw failure("\(node.name), \(moment), has erased texts: \(oracle.remains)")
        }
        return oracle
    }

    /// What a copy has, sealed and pending.
    func changes(of node: SimulatedNode) throws -> [Change] {
        try node.changesets(&memory).flatMap { memory[$0]?.changes ?? [] } + node.pending()
    }

    /// The acknowledged changes that no copy has any more.
    func missing() throws -> Set<Change> {
        let ids = try nodes.reduce(into: Set<ChangesetID>()) {
            $0.formUnion(try $1.changesets(&memory))
        }
        let present =
            try ids.flatMap { memory[$0]?.changes ?? [] } + nodes.flatMap { try $0.pending() }
        var missing = acknowledged.subtracting(present)
        guard weather.badClocks && !missing.isEmpty else { return missing }
        // What a wrong clock had stamped may be there with another time: the same statement, more
        // often than it was acknowledged with the time that it has there.
        var others: [Statement: Int] = [:]
        for (change, count) in Dictionary(present.map { ($0, 1) }, uniquingKeysWith: +) {
            others[Statement(change), default: 0] +=
                acknowledged.contains(change) ? count - 1 : count
        }
        for change in missing where others[Statement(change), default: 0] > 0 {
            others[Statement(change)]? -= 1
            missing.remove(change)
        }
        return missing
    }

    /// A change without its time.
    private struct Statement: Hashable {
        var member: MemberID?
        var content: ChangeContent

        init(_ change: Change) {
            member = change.member
            content = change.content
        }
    }

    func expectNothingMissing() throws {
        let missing = try missing()
        guard missing.isEmpty else {
            throw failure(
                "\(missing.count) acknowledged changes are gone, such as \(missing.first!)")
        }
    }

    /// Everybody comes home: with a good network and clocks set right, all end equal.
    func conclude() throws {
        try expectNothingMissing()
        network.isCalm = true
        if weather.badClocks { try mendClocks() }
        let end = max(latest, truth.now).advanced(by: .seconds(10 * 86_400))
        for node in nodes {
            node.clock.now = end
            try node.reopen()
        }
        for round in 0..<4 {
            for node in nodes.dropFirst() {
                let (report, traffic) = try sync(node, nodes[0])
                try expectReport(report, traffic)
                try expectNoRepair(report, [node.name, nodes[0].name])
                if round == 3 && !report.isEqual {
                    throw failure("\(node.name) and the founder do not become equal")
                }
            }
        }
        try expectNothingMissing()
        try expectSecrets()
        try compareViews()
    }

    /// Every copy that may write has the board's secret, which is the founder's: with another the same
    /// member would have another id there.
    private func expectSecrets() throws {
        let secret = try nodes[0].board.secret()
        for node in nodes {
            let own = try? node.board.secret()
            guard try own != nil || node.board.role() < .contributor else {
                throw failure("\(node.name) may write and lacks the board's secret")
            }
            guard own == nil || own == secret else {
                throw failure("\(node.name) has a false secret")
            }
        }
    }

    /// All clocks are set right, and the founder tells the time: no copy looks into the future any
    /// more, and each view is that of its own log and horizon.
    private func mendClocks() throws {
        for node in nodes { node.clock.now = truth.now }
        for node in nodes.dropFirst() {
            let (report, _) = try sync(node, nodes[0])
            try expectNoRepair(report, [node.name, nodes[0].name])
        }
        let limit = truth.now.advanced(by: Horizon.allowance + Horizon.allowance)
        let isTold = try nodes[0].board.knowsTime()
        for node in nodes {
            let report = try node.board.verify()
            guard report.differences.isEmpty else {
                throw failure("\(node.name), its clock set: \(report.differences)")
            }
            if isTold && node !== nodes[0] && report.horizon > limit {
                throw failure("\(node.name) still looks to \(report.horizon)")
            }
            try expectOracle(node, "its clock set")
        }
        try expectNothingMissing()
    }

    private func compareViews() throws {
        let reports = try nodes.map { try $0.board.verify() }
        for (node, report) in zip(nodes, reports) {
            guard report.differences.isEmpty else {
                throw failure("\(node.name): \(report.differences)")
            }
            guard report.fingerprint == reports[0].fingerprint else {
                throw failure("\(node.name) has another log than the founder")
            }
            guard report.view == reports[0].view else {
                let facts = try [node, nodes[0]].map { try StoredView.facts($0.path) }
                throw failure(
                    """
                    \(node.name) has another view than the founder (horizons \(report.horizon), \
                    \(reports[0].horizon), parked \(report.parked), \(reports[0].parked)): \
                    \(Difference(facts[0], facts[1]).map { "\($0)" } ?? "")
                    """)
            }
        }
        guard let oracle = try expectOracle(nodes[0], "at the end") else {
            throw failure("something is pending at the end")
        }
        try expectHonestKept(oracle)
    }
}
