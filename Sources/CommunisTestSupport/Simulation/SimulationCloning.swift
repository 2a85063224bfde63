import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import Foundation

/// Copies are cloned over the network as it is.
extension Simulation {
    /// Clones a copy: the founder's, and where there are stewards anybody's, which makes a reader if
    /// it may not admit.
    func clone() throws {
        let source = weather.stewards ? nodes[generator.below(nodes.count)] : nodes[0]
        let key = TestBoards.key(UInt64(seed), UInt64(step + 1))
        // Whoever loses the answer is admitted all the same.
        if try source.board.role() >= .steward {
            trust.note(.contributor, of: key.node, by: source.board.node, before: .none)
        }
        var made: SimulatedNode?
        try acknowledge(at: source) { made = try clone(source, as: key) }
        guard let node = made else { return }
        if fault == .tieBreakSkipped {
            try node.beFaulty(
                """
                CREATE TEMP TRIGGER first_stays BEFORE UPDATE ON main.vote
                WHEN NEW.timestamp = OLD.timestamp AND NEW.vote <> OLD.vote
                BEGIN SELECT RAISE(IGNORE); END
                """)
        }
        nodes.append(node)
    }

    /// Clones as one node, up to three times; what was cut off before the copy is there is tried
    /// again.
    private func clone(_ source: SimulatedNode, as key: NodeKey) throws -> SimulatedNode? {
        for _ in 0..<3 {
            do {
                return try SimulatedNode(
                    "node\(step)", folder, clock: VirtualClock(source.clock.now),
                    isDurable: isDurable
                ) { try clone(source, as: key, to: $0, $1) }
            } catch let error as BoardError where mayEndClone(error) {
                continue
            }
        }
        return nil
    }

    /// A liar's words may be no clone's.
    private func mayEndClone(_ error: BoardError) -> Bool {
        error.code == .unavailable || weather.hostile && error.code == .notUnderstood
    }

    private func clone(
        _ source: SimulatedNode, as key: NodeKey, to path: String, _ environment: BoardEnvironment
    ) throws -> Board {
        let transport = SimulatedTransport(
            network: network, caller: nil, peer: source, fault: fault, limits: limits)
        do {
            let outcome = try SyncClone.run(
                over: transport, address: source.name, to: path, name: "node", key: key,
                environment: environment)
            try expectReport(outcome.report, transport.traffic)
            if outcome.board.founder != source.board.founder {
                // The founding changeset was kept back too, or the source does not have it yet itself.
                // The sync in which that comes says that this copy has to be cloned again.
                let log = try outcome.board.page(after: 0, excluding: nil).changesets
                guard weather.hostile, !log.contains(where: { $0.id == source.board.id }) else {
                    throw failure(
                        "a clone holds the founding changeset and believes a false founder")
                }
                outcome.board.remove()
                throw BoardError.otherFounder
            }
            return outcome.board
        } catch let error as BoardError {
            guard FileManager.default.fileExists(atPath: path) else { throw error }
            guard error != .otherFounder else {
                throw failure("of a clone that was told a false founder something is left")
            }
            // What is there goes on with its next sync.
            let board = try Board.open(path, environment: environment)
            if board.founder == source.board.founder { return board }
            // That sync would find out who named a false founder.
            board.remove()
            throw error
        }
    }
}
