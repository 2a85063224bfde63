import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import GRDB

/// What the network of a simulation does to messages.
final class SimulatedNetwork {
    struct Cut: Error {}

    var generator: SeededGenerator
    /// Whether a third party sends changed copies of what it has seen.
    let isHostile: Bool
    /// Whether nothing is lost any more.
    var isCalm = false
    /// Whether who answers is who the answer names, and says what was said.
    var isHonest: Bool { !isHostile || isCalm }
    private(set) var hasDisturbed = false
    private var seen: [[UInt8]] = []
    private var liar: SimulatedLiar

    init(seed: UInt64, isHostile: Bool) {
        generator = SeededGenerator(seed: seed)
        liar = SimulatedLiar(generator: SeededGenerator(seed: seed &+ 1))
        self.isHostile = isHostile
    }

    /// Carries a request there and the answer back; each may be lost, the request may come twice,
    /// and older ones may come again before it.
    ///
    /// - Returns: the answer, and how many bytes both messages had.
    func carry(_ request: SyncRequest, to responder: SyncResponder) throws
        -> (answer: SyncAnswer, wire: Int)
    {
        let wire = WireResponder(responder)
        let bytes = SyncWire.encode(request)
        let chance = isCalm ? 99 : generator.below(24)
        if chance < 2 { throw cut() }
        if !isHonest { try harass(wire) }
        if !isCalm, chance < 5, let old = seen.randomElement(using: &generator) {
            _ = try wire.answer(old)
        }
        // Whoever is asked to admit by the account that it runs as is not asked over a network.
        if seen.count < 50, !request.isJoin { seen.append(bytes) }
        if chance == 5 { _ = try wire.answer(bytes) }
        let answer = try wire.answer(bytes)
        if chance > 5, chance < 8 { throw cut() }
        var decoded = try SyncWire.decodeAnswer(answer)
        if !isHonest {
            liar.see(request, decoded)
            if generator.below(6) == 0 { liar.distort(&decoded, to: request) }
        }
        return (decoded, bytes.count + answer.count)
    }

    private func cut() -> Cut {
        hasDisturbed = true
        return Cut()
    }

    private func harass(_ wire: WireResponder) throws {
        guard generator.below(3) == 0, var bytes = seen.randomElement(using: &generator) else {
            return
        }
        for _ in 0...generator.below(3) {
            bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
        }
        _ = try wire.answer(bytes)
    }
}

extension SyncRequest {
    fileprivate var isJoin: Bool {
        if case .join = body { true } else { false }
    }
}

/// A peer of a simulation, with the faults that are brought about at the caller.
struct SimulatedTransport: SyncTransport {
    let network: SimulatedNetwork
    /// `nil` for a copy that is yet to be cloned.
    let caller: SimulatedNode?
    let peer: SimulatedNode
    let fault: SimulatedFault?
    let limits: SyncLimits
    let traffic = SimulatedTraffic()

    /// Whether an answer is proven to be the node's that it names: a liar's is not.
    var authenticates: Bool { network.isHonest }

    func ask(_ request: SyncRequest) throws -> SyncAnswer {
        do {
            var (answer, wire) = try network.carry(
                request, to: SyncResponder(peer.board, limits: limits))
            if let caller, case .exchanged(let exchanged) = answer.body {
                try disturb(&answer, exchanged, to: caller)
            }
            traffic.note(request, answer, wire: wire)
            return answer
        } catch is SimulatedNetwork.Cut {
            throw BoardError(.unavailable, "the connection was cut", "sync again")
        }
    }

    private func disturb(
        _ answer: inout SyncAnswer, _ exchanged: SyncAnswer.Exchanged, to caller: SimulatedNode
    ) throws {
        switch fault {
        case .checkTrusted:
            // As if the caller had taken the peer's word for its own set.
            let (known, snapshot) = try caller.board.reconciling { log, snapshot in
                (Set(try log.positions(0..<log.count).map(\.id)), snapshot)
            }
            var check = snapshot.check
            for id in Set(exchanged.changesets.map(\.id)).subtracting(known) { check.insert(id) }
            answer.snapshot.digest = check.digest
        case .cursorBeforeCommit:
            try caller.tamper(
                "UPDATE peer SET received = ?, sent = ? WHERE address = ?",
                [exchanged.cursor, try caller.board.snapshot().lastArrival, peer.name])
            if !network.isCalm && network.generator.below(3) == 0 { throw SimulatedNetwork.Cut() }
        case .tieBreakSkipped, nil: break
        }
    }
}
