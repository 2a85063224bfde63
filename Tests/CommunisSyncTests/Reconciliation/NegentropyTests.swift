import CommunisCore
import CommunisStore
import CommunisTestSupport
import Testing

@testable import CommunisSync

/// Reconciliation of sets made up from a seed: both sides learn the difference and nothing else.
@Suite struct NegentropyTests {
    /// Two sets with something in common.
    struct Sets {
        var client: [LogPosition] = []
        var server: [LogPosition] = []

        var onlyClient: Set<ChangesetID> {
            Set(client.map(\.id)).subtracting(server.map(\.id))
        }
        var onlyServer: Set<ChangesetID> {
            Set(server.map(\.id)).subtracting(client.map(\.id))
        }

        init(seed: Int) {
            var generator = SeededGenerator(seed: UInt64(seed))
            let count = [0, 1, 31, 32, 33, 500, 10_000][seed % 7]
            // From all at one moment to hardly two at one.
            let moments = [1, 3, 1_000, 1 << 40][seed % 4]
            let shared = [0, 50, 95, 100][seed / 4 % 4]
            for _ in 0..<count {
                var id = generator.bytes(32)
                // Long shared prefixes make long bounds.
                if seed.isMultiple(of: 3) {
                    id.replaceSubrange(0..<26, with: repeatElement(7, count: 26))
                }
                let item = LogPosition(
                    timestamp: HybridTimestamp(rawValue: UInt64(generator.below(moments))),
                    id: ChangesetID(truncating: id))
                let share = generator.below(100)
                if share < shared {
                    client.append(item)
                    server.append(item)
                } else if share.isMultiple(of: 2) {
                    client.append(item)
                } else {
                    server.append(item)
                }
            }
        }
    }

    struct Talk {
        var have: Set<ChangesetID> = []
        var need: Set<ChangesetID> = []
        var rounds = 0
        var bytes = 0
        var longest = 0

        init(_ sets: Sets, frameLimit: Int?) throws {
            let client = Negentropy(ReconciliationArray(sets.client), frameLimit: frameLimit)
            let server = Negentropy(ReconciliationArray(sets.server), frameLimit: frameLimit)
            var message: [UInt8]? = try client.initiate()
            while let sent = message {
                let answer = try server.answer(sent)
                rounds += 1
                bytes += sent.count + answer.count
                longest = max(longest, sent.count, answer.count)
                try #require(rounds < 10_000)
                let step = try client.reconcile(answer)
                have.formUnion(step.have.map(\.id))
                need.formUnion(step.need.flatMap(\.ids))
                message = step.message
            }
        }
    }

    @Test("Both sides learn the difference, whatever the sets", arguments: 0..<84)
    func difference(_ seed: Int) throws {
        let sets = Sets(seed: seed)
        let talk = try Talk(sets, frameLimit: nil)
        #expect(talk.have == sets.onlyClient)
        #expect(talk.need == sets.onlyServer)
        // Each round parts every range by 16; ids are written below 32.
        #expect(talk.rounds <= 5)
        let isEqual = sets.onlyClient.isEmpty && sets.onlyServer.isEmpty
        if isEqual { #expect(talk.bytes < 2_000) }
    }

    @Test("A frame limit is kept and costs rounds, not items", arguments: 0..<28)
    func frameLimit(_ seed: Int) throws {
        let sets = Sets(seed: seed)
        let talk = try Talk(sets, frameLimit: 4_096)
        #expect(talk.have == sets.onlyClient)
        #expect(talk.need == sets.onlyServer)
        #expect(talk.longest <= 4_096)
    }

    /// The sum by long addition of bytes, as an oracle for the one of words.
    @Test func sumsAgreeWithLongAddition() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let ids = (0..<generator.below(20)).map { _ in
                ChangesetID(
                    truncating: (0..<32).map { _ in
                        [0, 0xFF, UInt8.random(in: 0...255, using: &generator)][generator.below(3)]
                    })
            }
            var expected = [UInt8](repeating: 0, count: 32)
            var sum = RangeSum()
            for id in ids {
                sum.insert(id)
                var carry = 0
                for (place, byte) in id.bytes.enumerated() {
                    carry += Int(expected[place]) + Int(byte)
                    expected[place] = UInt8(carry & 0xFF)
                    carry >>= 8
                }
            }
            #expect(sum.sum == expected)
            for id in ids.shuffled(using: &generator) { sum.remove(id) }
            #expect(sum == RangeSum())
        }
    }

    @Test("200,000 changed or random messages do no more than be refused")
    func hostile() throws {
        var generator = SeededGenerator(seed: 5)
        let sets = Sets(seed: 5)
        let side = Negentropy(ReconciliationArray(sets.client), frameLimit: 8_192)
        let good = try side.initiate()
        for round in 0..<200_000 {
            var message = round.isMultiple(of: 2) ? good : [0x61] + generator.bytes(60)
            for _ in 0..<generator.below(4) {
                message[generator.below(message.count)] = UInt8(generator.below(256))
            }
            message.removeLast(generator.below(message.count + 1))
            if let answer = try? side.answer(message) { #expect(answer.count <= 8_192) }
            _ = try? side.reconcile(message)
        }
        #expect(throws: NegentropyError.empty) { try side.answer([]) }
        // A count of ids that no message has.
        #expect(throws: NegentropyError.cutShort) {
            try side.answer([0x61, 0, 0, 2, 0x8F, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        }
        #expect(throws: NegentropyError.overLimits) {
            try side.answer([0x61] + Array(repeating: 0xFF, count: 12))
        }
    }
}
