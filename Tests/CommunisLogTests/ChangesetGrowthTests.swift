import CommunisCore
import CommunisLog
import Testing

/// What a newer version may add, and what this one makes of it.
struct ChangesetGrowthTests {
    private func foreign(
        _ kind: UInt16, changes: UInt32 = 1,
        _ content: Slot.Content = .salted([9], salt: Samples.salt)
    ) -> Slot {
        Slot(kind: kind, timestamp: Samples.stamp, changeCount: changes, content: content)
    }

    @Test("A kind that this version lacks is unknown, whatever its slot holds")
    func unknownKinds() throws {
        for kind: UInt16 in [0, 16, 255, 256, 257, .max] {
            let contents: [Slot.Content] = [
                .salted([], salt: Samples.salt), .salted([0xFF], salt: Samples.salt),
                .erased([UInt8](repeating: 3, count: 32)),
            ]
            for content in contents {
                for changes: UInt32 in [0, 1, 2, 1_000] {
                    let slot = foreign(kind, changes: changes, content)
                    #expect(try Outcome(of: slot) == .unknown, "\(kind) \(changes)")
                }
            }
            // It may hold words, and these have to be erasable.
            for bytes: [UInt8] in [[], [0xFF]] {
                #expect(try Outcome(of: foreign(kind, .plain(bytes))) == .refused)
            }
        }
    }

    @Test("The known slots beside an unknown one are still there, with their places")
    func knownBesideUnknown() throws {
        let opened = try Samples.open([
            Samples.slot(.status(Samples.idea, .shipped, note: "")), foreign(99, changes: 5),
            Samples.slot(.vote(Samples.idea, Vote(.agree))),
        ])
        #expect(opened.judgement() == .unknown)
        #expect(opened.slots.map { Outcome($0.content) } == [.change, .unknown, .votes])
        #expect(opened.slots.map(\.firstIndex) == [0, 1, 6])
        #expect(opened.header.changeCount == 7)
    }

    @Test("Void weighs more than unknown, in either order")
    func voidBesideUnknown() throws {
        let void = Samples.slot(.status, [0xFF])
        #expect(try Samples.open([void, foreign(99)]).judgement() == .void)
        #expect(try Samples.open([foreign(99), void]).judgement() == .void)
    }

    @Test("A newer format keeps the frame: it is verified, and unknown")
    func newerFormat() throws {
        let slots = [Samples.slot(.status(Samples.idea, .open, note: "")), foreign(99)]
        var header = try #require(ChangesetHeader(Samples.seal(slots).header))
        for format: UInt8 in [2, 3, 255] {
            header.format = format
            let opened = try signed(header, payload: slots.payload).open(board: Samples.board)
            #expect(opened.judgement() == .unknown)
            #expect(opened.isNewerFormat)
            #expect(opened.slots.isEmpty)
            // Contents that this version would call void are the newer version's to judge.
            let void = [Samples.slot(.status, [0xFF])]
            header.root = void.root
            let sealed = try signed(header, payload: void.payload)
            #expect(try sealed.open(board: Samples.board).judgement() == .unknown)
            var broken = sealed
            broken.payload[broken.payload.count - 1] ^= 1
            #expect(refusal(of: broken) == .wrongRoot)
            header.root = slots.root
        }
        header.format = 0
        #expect(refusal(of: try signed(header, payload: slots.payload)) == .malformed)
    }
}
