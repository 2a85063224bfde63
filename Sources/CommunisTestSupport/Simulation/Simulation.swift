import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import Foundation

/// Copies of a board that write, meet, break down and come back, all of it decided by one seed.
///
/// The store is the real one, on files in memory for most seeds and on the disk, waiting for it,
/// for one in ten. After every meeting and at the end the promises of sync are checked.
package final class Simulation {
    /// What may befall a world; a world without has stricter promises.
    struct Weather {
        var restores, twins, roles, badClocks, hostile, badDisks, smallPages, stewards: Bool
        /// Whether a contributor forges.
        var forges: Bool

        /// Whether copies that met once have no reason not to be equal.
        var isQuiet: Bool { !restores && !twins && !judges && !hostile && !badDisks }

        /// Whether what a node may do comes and goes, so that changesets may leave logs.
        var judges: Bool { roles || stewards }
    }

    let seed: Int
    let fault: SimulatedFault?
    let weather: Weather
    var generator: SeededGenerator
    var history: RandomHistory
    let network: SimulatedNetwork
    let folder: TemporaryFolder
    /// Whether the files lie on the disk, and commits wait for it.
    let isDurable: Bool
    var nodes: [SimulatedNode] = []
    private var forger: SimulatedForger?
    /// Who was given what, and lost it.
    var trust: SimulatedTrust
    /// The time that a clock shows which is right.
    let truth = VirtualClock()
    /// The latest that any clock ever showed.
    private(set) var latest = Milliseconds(unchecked: 0)
    private(set) var step = 0
    /// Every change that a copy acknowledged and that was not lost with a disk.
    var acknowledged: Set<Change> = []
    /// Those that were lost with a disk; another backup may bring them back.
    private var lost: Set<Change> = []
    /// What each changeset said, as it was before any of it was erased.
    var memory: [ChangesetID: SimulatedNode.Noted] = [:]
    /// What pairs of caller and called both had when they last met and were equal.
    private(set) var common: [[String]: Set<ChangesetID>] = [:]
    /// How much one message may hold; little in some worlds, so that a sync takes many.
    let limits: SyncLimits

    /// Runs a seed to its end.
    ///
    /// - Throws: `SimulationFailure` for a promise that was not kept.
    package static func run(seed: Int, fault: SimulatedFault? = nil, steps: Int = 60) throws {
        let simulation = try Simulation(seed: seed, fault: fault)
        do {
            for step in 0..<steps {
                simulation.step = step
                try simulation.advance()
            }
            simulation.step = steps
            try simulation.conclude()
        } catch let failure as SimulationFailure {
            throw failure
        } catch {
            var failure = simulation.failure("\(error)")
            failure.isPromise = false
            throw failure
        }
    }

    private init(seed: Int, fault: SimulatedFault?) throws {
        self.seed = seed
        self.fault = fault
        var generator = SeededGenerator(seed: UInt64(seed) &* 1_000_003 &+ 17)
        weather = Weather(
            restores: generator.below(3) == 0, twins: generator.below(5) == 0,
            roles: generator.below(4) == 0, badClocks: generator.below(3) == 0,
            hostile: generator.below(4) == 0, badDisks: generator.below(4) == 0,
            smallPages: generator.below(3) == 0, stewards: generator.below(3) == 0,
            forges: generator.below(3) == 0)
        var limits = SyncLimits()
        if weather.smallPages {
            limits.pageBytes = 2_000
            limits.ids = 3
            limits.difference = 7
            limits.reconciliationFrame = 4_096
        }
        self.limits = limits
        network = SimulatedNetwork(seed: generator.next(), isHostile: weather.hostile)
        let isDurable = seed.isMultiple(of: 10)
        self.isDurable = isDurable
        folder = try TemporaryFolder(isInMemory: !isDurable)
        let clock = VirtualClock(truth.now)
        let founder = try SimulatedNode("founder", folder, clock: clock, isDurable: isDurable) {
            try Board.found(
                at: $0, name: "Test", ballot: .agree, environment: $1,
                key: TestBoards.key(UInt64(seed), 0))
        }
        nodes = [founder]
        trust = SimulatedTrust(founder: founder.board.node)
        // Few ideas and members at few moments: what can collide does.
        history = RandomHistory(
            seed: generator.next(), board: founder.board.id, ideas: 4, members: 4,
            nodes: [founder.board.node],
            start: clock.now, span: 1)
        self.generator = generator
        if weather.forges { try admitForger() }
    }

    private func admitForger() throws {
        let key = TestBoards.key(UInt64(seed), 999)
        let founder = nodes[0]
        try acknowledge(at: founder) {
            try founder.board.setRole(of: key.node, to: .contributor)
        }
        trust.note(.contributor, of: key.node, by: founder.board.node, before: .none)
        forger = SimulatedForger(
            key, board: founder.board.id, generator: SeededGenerator(seed: generator.next()))
    }

    // MARK: - Steps

    private func advance() throws {
        if weather.stewards && generator.below(3) == 0 {
            try govern()
        } else {
            try act()
        }
        if generator.below(3) == 0 {
            for clock in nodes.map(\.clock) + [truth] { clock.advance(by: .milliseconds(1)) }
        }
    }

    private func act() throws {
        let node = nodes[generator.below(nodes.count)]
        if var speaker = forger, generator.below(5) == 0 {
            defer { forger = speaker }
            // What it said so far may lose its effect, or what it says from now on.
            return weather.judges && generator.below(6) == 0
                ? try judge(speaker.node, by: nodes[0]) : try forge(&speaker)
        }
        switch generator.below(24) {
        case 0 where nodes.count < 5: try clone()
        case 1 where step < 20 && nodes.count < 5: try clone()
        case 2: generator.below(2) == 0 ? try node.reopen() : try node.die()
        case 3: try node.board.sealPending()
        case 4 where weather.restores: try node.backup()
        case 5 where weather.restores: try restore(node)
        case 6 where weather.twins && nodes.count < 5 && node !== nodes[0]:
            nodes.append(try node.twin("twin\(step)"))
        case 7 where weather.badClocks: wind(node.clock)
        case 8 where weather.roles && node !== nodes[0]:
            try judge(node.board.node, by: nodes[0])
        case 9...16: try meet(node, nodes[generator.below(nodes.count)])
        default: try write(node, history.next(generator.below(3) > 0 ? .vote : nil))
        }
    }

    /// Writes at a copy, if it may.
    func write(_ node: SimulatedNode, _ change: Change) throws {
        guard try node.board.role() >= change.content.requiredRole(of: node.board.node) else {
            return
        }
        let draft = RandomHistory.draft(change)
        do {
            if change.content.kind.isNeverParked {
                try acknowledge(at: node) { try node.board.write([draft]) }
            } else {
                let before = try node.pending()
                try node.board.write([draft])
                acknowledged.formUnion(try node.pending().subtracting(before))
            }
        } catch let error as BoardError where error.code == .notPermitted {
            // Its votes may be disavowed.
        }
    }

    private func restore(_ node: SimulatedNode) throws {
        try expectNothingMissing()
        guard try node.restore(&generator) else { return }
        // What is there again was acknowledged once, and is no other change with another time.
        let found = try lost.intersection(changes(of: node))
        lost.subtract(found)
        acknowledged.formUnion(found)
        // What was on the lost disk only is lost; a backup cannot help that.
        let missing = try missing()
        lost.formUnion(missing)
        acknowledged.subtract(missing)
        trust.noteLost(missing)
        if node === nodes[0] { trust.forgetSecured() }
        common = common.filter { !$0.key.contains(node.name) }
    }

    private func wind(_ clock: VirtualClock) {
        switch generator.below(5) {
        case 0: clock.now = Milliseconds(unchecked: 1_000)
        case 1: clock.advance(by: .seconds(3 * 86_400))
        case 2: clock.now = Milliseconds(unchecked: clock.now.sinceEpoch / 2)
        case 3: clock.now = Milliseconds(unchecked: 2_147_483_647_000)  // 2038
        default: clock.now = truth.now
        }
        latest = max(latest, clock.now)
    }

    // MARK: - Meetings

    private func meet(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        guard caller !== peer else { return }
        let before = try standing(caller, peer)
        let isBroken = weather.badDisks && generator.below(3) == 0
        if isBroken { try SimulatedDisk.allCases[generator.below(4)].break(caller, peer) }
        let (report, traffic): (SyncReport, SimulatedTraffic)
        do throws(BoardError) {
            (report, traffic) = try sync(caller, peer)
        } catch {
            if isBroken { return try SimulatedDisk.mend(caller, peer) }
            guard error.code == .unavailable else { throw error }
            return
        }
        if isBroken { try SimulatedDisk.mend(caller, peer) }
        try expectReport(report, traffic)
        let pair = [caller.name, peer.name]
        try expectNoRepair(report, pair)
        if weather.isQuiet && !report.isEqual { throw failure("\(pair) did not become equal") }
        guard report.isEqual else { return }
        let log = try expectNoDifference(caller, peer)
        try expectSameView(caller, peer)
        if (seed + step).isMultiple(of: Self.oracleShare) {
            try expectOracle(caller, "after it met \(peer.name)")
        }
        try expectCost(report, traffic, from: before, to: log)
        common[pair] = log
    }

    func sync(_ caller: SimulatedNode, _ peer: SimulatedNode) throws(BoardError)
        -> (SyncReport, SimulatedTraffic)
    {
        let transport = SimulatedTransport(
            network: network, caller: caller, peer: peer, fault: fault, limits: limits)
        let report = try SyncDriver.run(
            caller.board, over: transport, address: peer.name, now: caller.clock.now,
            limits: limits)
        return (report, transport.traffic)
    }

    func failure(_ what: String) -> SimulationFailure {
        SimulationFailure(seed: seed, step: step, what: what)
    }
}
