import CommunisCore
import CommunisLog
import CommunisSync

/// A peer that answers wrongly, in every field that the caller acts by.
struct SimulatedLiar {
    var generator: SeededGenerator

    mutating func distort(_ answer: inout SyncAnswer) {
        switch generator.below(7) {
        case 0: answer.snapshot.digest = generator.bytes(32)
        case 1: answer.snapshot.store = generator.bytes(16)
        case 2: answer.snapshot.lastArrival = Int64(generator.below(40))
        case 3: answer.snapshot.count = generator.next()
        default: distort(&answer.body)
        }
    }

    private mutating func distort(_ body: inout SyncAnswer.Body) {
        switch body {
        case .exchanged(var exchanged):
            switch generator.below(4) {
            case 0: exchanged.cursor = Int64(generator.below(40))
            case 1: exchanged.isComplete.toggle()
            default: distort(&exchanged.changesets)
            }
            body = generator.below(8) == 0 ? .unknownCursor : .exchanged(exchanged)
        case .moved(var moved):
            if generator.below(3) == 0 { moved.taken = generator.below(20) }
            distort(&moved.changesets)
            body = .moved(moved)
        case .reconciled(var message):
            for _ in 0...generator.below(3) where !message.isEmpty {
                message[generator.below(message.count)] = UInt8(generator.below(256))
            }
            body = .reconciled(message)
        case .hello: body = .hello(last: nil)
        case .unknownCursor, .joined, .failed: break
        }
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
