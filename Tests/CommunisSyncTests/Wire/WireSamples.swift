import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport

@testable import CommunisSync

/// Messages of every kind, made up from a seed.
struct WireSamples {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func changesets() -> [SealedChangeset] {
        (0..<generator.below(4)).map { _ in
            SealedChangeset(
                header: generator.bytes(generator.below(200)),
                payload: generator.bytes(generator.below(300)), signature: generator.bytes(64))
        }
    }

    private mutating func position() -> LogPosition {
        LogPosition(
            timestamp: HybridTimestamp(rawValue: generator.next()), id: generator.identifier())
    }

    private mutating func merged() -> MergedThere {
        var merged = MergedThere()
        merged.held = generator.below(5)
        for refusal in Refusal.allCases where generator.below(2) == 0 {
            merged.refused[refusal] = generator.below(1_000)
        }
        return merged
    }

    mutating func requests() -> [SyncRequest] {
        let wanted = (0..<generator.below(4)).map { index in
            WantedChangesets(
                start: position(), end: index == 0 ? nil : position(),
                ids: (0..<generator.below(5)).map { _ in generator.identifier() })
        }
        let bodies: [SyncRequest.Body] = [
            .hello,
            .exchange(
                .init(
                    changesets: changesets(), store: generator.bytes(16),
                    cursor: Int64(generator.below(1 << 40)))),
            .exchange(.init(changesets: [], store: nil, cursor: 0)),
            .reconcile(generator.bytes(generator.below(500))),
            .move(.init(changesets: changesets(), wanted: wanted)),
            .join(
                .init(
                    name: "Kiosk ë 3", invitation: generator.bytes(16),
                    encryptionKey: generator.bytes(32))),
        ]
        return bodies.map {
            SyncRequest(board: generator.identifier(), node: generator.identifier(), body: $0)
        }
    }

    mutating func answers() -> [SyncAnswer] {
        let bodies: [SyncAnswer.Body] = [
            .hello(last: nil), .hello(last: changesets().first),
            .exchanged(
                .init(
                    changesets: changesets(), cursor: Int64(generator.below(1 << 40)),
                    isComplete: generator.below(2) == 0, merged: merged())),
            .unknownCursor, .reconciled(generator.bytes(generator.below(500))),
            .moved(
                .init(changesets: changesets(), taken: generator.below(99), merged: merged())),
            .joined(.init(role: .reader, secret: nil)),
            .joined(
                .init(
                    role: .contributor,
                    secret: SealedSecret(
                        encapsulatedKey: generator.bytes(32), ciphertext: generator.bytes(48)))),
            .failed(.init(code: 77, problem: "no", remedy: "ask")),
        ]
        return bodies.map {
            SyncAnswer(
                board: generator.identifier(), founder: generator.identifier(),
                node: generator.identifier(),
                time: Milliseconds(unchecked: UInt64(1 + generator.below(1 << 46))),
                snapshot: SyncSnapshot(
                    store: generator.bytes(16), count: generator.next(),
                    digest: generator.bytes(32), lastArrival: Int64(generator.below(1 << 50))),
                body: $0)
        }
    }
}
