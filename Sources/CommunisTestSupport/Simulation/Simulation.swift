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
    private struct Weather {
        var restores, twins, roles, badClocks, hostile: Bool
    }

    private let seed: Int
    private let fault: SimulatedFault?
    private let weather: Weather
    private var generator: SeededGenerator
    private var history: RandomHistory
    private let network: SimulatedNetwork
    private let folder: TemporaryFolder
    private var nodes: [SimulatedNode] = []
    private var step = 0
    /// Every change that a copy acknowledged and that was not lost with a disk.
    private var acknowledged: Set<Change> = []
    private var memory: [ChangesetID: [Change]] = [:]
    /// Pairs that met and were equal.
    private var acquainted: Set<[String]> = []

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
            throw simulation.failure("\(error)")
        }
    }

    private init(seed: Int, fault: SimulatedFault?) throws {
        self.seed = seed
        self.fault = fault
        var generator = SeededGenerator(seed: UInt64(seed) &* 1_000_003 &+ 17)
        weather = Weather(
            restores: generator.below(3) == 0, twins: generator.below(5) == 0,
            roles: generator.below(4) == 0, badClocks: generator.below(3) == 0,
            hostile: generator.below(4) == 0)
        network = SimulatedNetwork(seed: generator.next(), isHostile: weather.hostile)
        let isDurable = seed.isMultiple(of: 10)
        folder = try TemporaryFolder(isInMemory: !isDurable)
        let clock = VirtualClock()
        let founder = try SimulatedNode("founder", folder, clock: clock, isDurable: isDurable) {
            try Board.found(
                at: $0, name: "Test", ballot: .agree, environment: $1,
                key: TestBoards.key(UInt64(seed), 0))
        }
        nodes = [founder]
        // Few ideas and members at few moments: what can collide does.
        history = RandomHistory(
            seed: generator.next(), ideas: 4, members: 4, nodes: [founder.board.node],
            start: clock.now, span: 1)
        self.generator = generator
    }

    // MARK: - Steps

    private func advance() throws {
        let node = nodes[generator.below(nodes.count)]
        switch generator.below(24) {
        case 0 where nodes.count < 5: try clone()
        case 1 where step < 20 && nodes.count < 5: try clone()
        case 2: try node.reopen()
        case 3: try node.board.sealPending()
        case 4 where weather.restores: try node.backup()
        case 5 where weather.restores: try restore(node)
        case 6 where weather.twins && nodes.count < 5 && node !== nodes[0]:
            nodes.append(try node.twin("twin\(step)"))
        case 7 where weather.badClocks: wind(node.clock)
        case 8 where weather.roles && node !== nodes[0]:
            let role = [Role.contributor, .reader, .none][generator.below(3)]
            try nodes[0].board.setRole(of: node.board.node, to: role)
        case 9...16: try meet(node, nodes[generator.below(nodes.count)])
        default: try write(node)
        }
        if generator.below(3) == 0 {
            for node in nodes { node.clock.advance(by: .milliseconds(1)) }
        }
    }

    private func clone() throws {
        let source = nodes[0]
        let node = try SimulatedNode(
            "node\(step)", folder, clock: VirtualClock(source.clock.now),
            isDurable: seed.isMultiple(of: 10)
        ) {
            try PathClone.run(
                from: source.board, address: source.name, to: $0, name: "node", environment: $1
            ).board
        }
        if fault == .tieBreakSkipped {
            try node.tamper(
                """
                CREATE TRIGGER first_stays BEFORE UPDATE ON vote
                WHEN NEW.timestamp = OLD.timestamp AND NEW.vote <> OLD.vote
                BEGIN SELECT RAISE(IGNORE); END
                """)
        }
        nodes.append(node)
    }

    private func write(_ node: SimulatedNode) throws {
        let change = history.next(generator.below(3) > 0 ? .vote : nil)
        guard try node.board.role() >= change.content.requiredRole(of: node.board.node) else {
            return
        }
        let before = try node.pending()
        do throws(BoardError) {
            try node.board.write([Draft(by: change.member, change.content)])
        } catch {
            // Its votes may be disavowed.
            guard error.code == .notPermitted else { throw error }
            return
        }
        acknowledged.formUnion(try node.pending().subtracting(before))
    }

    private func restore(_ node: SimulatedNode) throws {
        try expectNothingMissing()
        guard try node.restore(&generator) else { return }
        // What was on the lost disk only is lost; a backup cannot help that.
        acknowledged.formIntersection(try everything())
        acquainted = acquainted.filter { !$0.contains(node.name) }
    }

    private func wind(_ clock: VirtualClock) {
        switch generator.below(4) {
        case 0: clock.now = Milliseconds(unchecked: 1_000)
        case 1: clock.advance(by: .seconds(3 * 86_400))
        case 2: clock.now = Milliseconds(unchecked: clock.now.sinceEpoch / 2)
        default: clock.now = nodes[0].clock.now
        }
    }

    // MARK: - Meetings

    private func meet(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        guard caller !== peer else { return }
        let report: SyncReport
        do throws(BoardError) {
            report = try sync(caller, peer)
        } catch {
            guard error.code == .unavailable else { throw error }
            return
        }
        if report.isEqual {
            try expectNoDifference(caller, peer)
            if report.mode == .cursor && report.roundTrips != 1 && !weather.restores {
                throw failure("news took \(report.roundTrips) round trips")
            }
            if report.mode == .repair && report.roundTrips > 6 {
                throw failure("a repair took \(report.roundTrips) round trips")
            }
        }
        let pair = [caller.name, peer.name]
        let isQuiet = !weather.restores && !weather.twins && !weather.roles && !weather.hostile
        if isQuiet && acquainted.contains(pair) && report.mode != .cursor {
            throw failure("\(pair) had met, and needed a repair")
        }
        if isQuiet && !report.isEqual { throw failure("\(pair) did not become equal") }
        if report.isEqual { acquainted.insert(pair) }
    }

    private func sync(_ caller: SimulatedNode, _ peer: SimulatedNode) throws(BoardError)
        -> SyncReport
    {
        try SyncDriver.run(
            caller.board,
            over: SimulatedTransport(network: network, caller: caller, peer: peer, fault: fault),
            address: peer.name, now: caller.clock.now)
    }

    // MARK: - Promises

    /// Two copies that were told that they are equal have nothing that the other lacks.
    private func expectNoDifference(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        let logs = try [caller, peer].map { node in
            try node.board.reconciling { log, _ in Set(try log.positions(0..<log.count)) }
        }
        guard logs[0] == logs[1] else {
            let difference = logs[0].symmetricDifference(logs[1]).count
            throw failure(
                "\(caller.name) and \(peer.name) are said to be equal and differ by \(difference)")
        }
    }

    private func everything() throws -> Set<Change> {
        try nodes.reduce(into: []) { $0.formUnion(try $1.changes(&memory)) }
    }

    private func expectNothingMissing() throws {
        let missing = acknowledged.subtracting(try everything())
        guard missing.isEmpty else {
            throw failure(
                "\(missing.count) acknowledged changes are gone, such as \(missing.first!)")
        }
    }

    /// Everybody comes home: with a good network and clocks set right, all end equal.
    private func conclude() throws {
        try expectNothingMissing()
        network.isCalm = true
        let times = nodes.map(\.clock.now) + [VirtualClock().now]
        let latest = times.max()!.advanced(by: .seconds(10 * 86_400))
        for node in nodes {
            node.clock.now = latest
            try node.reopen()
        }
        for round in 0..<4 {
            for node in nodes.dropFirst() {
                let report = try sync(node, nodes[0])
                if round == 3 && !report.isEqual {
                    throw failure("\(node.name) and the founder do not become equal")
                }
            }
        }
        try expectNothingMissing()
        try compareViews()
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
        let log = try nodes[0].board.page(after: 0, excluding: nil, byteLimit: .max).changesets
        let oracle = NaiveView(log, horizon: reports[0].horizon)
        if let difference = Difference(try StoredView.facts(nodes[0].path), oracle.facts) {
            throw failure("the view is not that of the oracle: \(difference)")
        }
    }

    private func failure(_ what: String) -> SimulationFailure {
        SimulationFailure(seed: seed, step: step, what: what)
    }
}
