import CommunisCore
import CommunisLog
import CommunisSync

/// A peer that answers wrongly, in every field that the caller acts by but for two: another board's id
/// only ends a sync, and of the secret that a clone is given nothing at hand could tell that it is
/// false.
struct SimulatedLiar {
    var generator: SeededGenerator
    /// What passed by: the best lies are true elsewhere.
    private var nodes: [NodeID] = []
    private var changesets: [SealedChangeset] = []

    init(generator: SeededGenerator) { self.generator = generator }

    mutating func see(_ request: SyncRequest, _ answer: SyncAnswer) {
        for node in [request.node, answer.node] where !nodes.contains(node) { nodes.append(node) }
        if case .exchange(let news) = request.body { changesets += news.changesets.prefix(3) }
        if case .exchanged(let news) = answer.body { changesets += news.changesets.prefix(3) }
    }

    mutating func distort(_ answer: inout SyncAnswer, to request: SyncRequest) {
        switch generator.below(10) {
        case 0: answer.snapshot.digest = generator.bytes(32)
        case 1: answer.snapshot.store = generator.bytes(16)
        case 2: answer.snapshot.lastArrival = Int64(generator.below(40))
        case 3: answer.snapshot.count = generator.next()
        case 4: answer.time = time()
        case 5: answer.node = node()
        case 6: answer.founder = node()
        default: distort(&answer.body, to: request, of: answer.board)
        }
    }

    /// 1970, 2038, any time of the century, or none.
    private mutating func time() -> Milliseconds? {
        switch generator.below(4) {
        case 0: nil
        case 1: Milliseconds(unchecked: 1_000)
        case 2: Milliseconds(unchecked: 2_147_483_647_000)
        default: Milliseconds(unchecked: UInt64(1 + generator.below(4_000_000_000_000)))
        }
    }

    /// One of the board's, or nobody.
    private mutating func node() -> NodeID {
        let isNobody = generator.below(3) == 0
        return isNobody
            ? generator.identifier()
            : nodes.randomElement(using: &generator) ?? generator.identifier()
    }

    private mutating func distort(
        _ body: inout SyncAnswer.Body, to request: SyncRequest, of board: BoardID
    ) {
        switch body {
        case .exchanged(var exchanged):
            switch generator.below(5) {
            case 0: exchanged.cursor = Int64(generator.below(40))
            case 1: exchanged.isComplete.toggle()
            case 2: distort(&exchanged.merged)
            default: distort(&exchanged.changesets)
            }
            body = generator.below(8) == 0 ? .unknownCursor : .exchanged(exchanged)
        case .moved(var moved):
            if generator.below(3) == 0 { moved.taken = generator.below(20) }
            if generator.below(3) == 0 { distort(&moved.merged) }
            distort(&moved.changesets)
            body = .moved(moved)
        case .reconciled(var message):
            for _ in 0...generator.below(3) where !message.isEmpty {
                message[generator.below(message.count)] = UInt8(generator.below(256))
            }
            body = .reconciled(message)
        case .hello:
            // Nothing, another node's changeset, an old one of the caller's, or none of anybody's.
            var last = changesets.randomElement(using: &generator).map { [$0] } ?? []
            if generator.below(2) == 0 { distort(&last) }
            body = .hello(last: generator.below(3) == 0 ? nil : last.first)
        case .joined(var joined):
            joined.role = Role.allCases[generator.below(Role.allCases.count)]
            joined.secret = secret(joined.secret, to: request, of: board)
            body = .joined(joined)
        case .unknownCursor, .failed: break
        }
    }

    /// None, a damaged one, or a well-made false one.
    private mutating func secret(
        _ sealed: SealedSecret?, to request: SyncRequest, of board: BoardID
    ) -> SealedSecret? {
        switch generator.below(3) {
        case 0: return nil
        case 1:
            var sealed = sealed
            sealed?.ciphertext[generator.below(SealedSecret.ciphertextByteCount)] ^= 1
            return sealed
        default:
            guard request.board != .zero, case .join(let join) = request.body,
                let secret = BoardSecret(generator.bytes(BoardSecret.byteCount))
            else { return nil }
            return .seal(secret, of: board, to: join.encryptionKey)
        }
    }

    private mutating func distort(_ merged: inout MergedThere) {
        merged.held = generator.below(9)
        merged.refused[Refusal.allCases[generator.below(Refusal.allCases.count)]] =
            generator.below(9)
    }

    /// One is left out, comes twice, or is not what was signed.
    private mutating func distort(_ changesets: inout [SealedChangeset]) {
        guard !changesets.isEmpty else { return }
        let place = generator.below(changesets.count)
        switch generator.below(3) {
        case 0: changesets.remove(at: place)
        case 1: changesets.append(changesets[place])
        default:
            var payload = changesets[place].payload
            guard !payload.isEmpty else { return }
            payload[generator.below(payload.count)] ^= UInt8(1 + generator.below(255))
            changesets[place] = SealedChangeset(
                header: changesets[place].header, payload: payload,
                signature: changesets[place].signature)
        }
    }
}
