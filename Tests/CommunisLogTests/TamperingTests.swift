import CommunisCore
import CommunisLog
import Testing

struct TamperingTests {
    private let sealed = Samples.seal([
        Samples.slot(.comment(Samples.comment, .text(idea: Samples.idea, "a"))),
        Samples.slot(.vote(Samples.idea, Vote(.agree))),
    ])

    private let parts: [WritableKeyPath<SealedChangeset, [UInt8]> & Sendable] = [
        \.header, \.payload, \.signature,
    ]

    @Test("Every flipped bit of header, payload and signature is refused")
    func everyBit() {
        #expect(refusal(of: sealed) == nil)
        for part in parts {
            for bit in 0..<sealed[keyPath: part].count * 8 {
                var flipped = sealed
                flipped[keyPath: part][bit / 8] ^= 1 << (bit % 8)
                #expect(refusal(of: flipped) != nil, "bit \(bit)")
            }
        }
    }

    @Test("A part that is cut short at any length is refused")
    func truncation() {
        for part in parts {
            for count in 0..<sealed[keyPath: part].count {
                var short = sealed
                short[keyPath: part] = Array(sealed[keyPath: part].prefix(count))
                #expect(refusal(of: short) != nil, "\(count) bytes")
            }
        }
    }

    @Test("A part with bytes behind its end is refused")
    func trailingBytes() {
        for part in parts {
            for count in 1...80 {
                var long = sealed
                long[keyPath: part] += [UInt8](repeating: 0, count: count)
                #expect(refusal(of: long) != nil, "\(count) bytes")
            }
        }
    }
}

struct ErasureTests {
    private func erase(_ slots: [Slot], _ numbers: Set<Int>) -> SealedChangeset {
        let sealed = Samples.seal(slots)
        let erased = slots.enumerated().map { numbers.contains($0) ? $1.erased : $1 }
        return SealedChangeset(
            header: sealed.header, payload: erased.payload, signature: sealed.signature)
    }

    @Test("All can be erased but what is of a closed kind, and then everything verifies")
    func everyKind() throws {
        let slots = Samples.contents.map { Samples.slot($0) }
        for number in slots.indices {
            let erased = erase(slots, [number])
            guard !Samples.contents[number].kind.isClosed else {
                #expect(refusal(of: erased) == .malformed)
                continue
            }
            let opened = try erased.open(board: Samples.board)
            #expect(opened.id == Samples.seal(slots).id)
            #expect(opened.judgement() == .meaningful)
            #expect(Outcome(opened.slots[number].content) == .erased)
            #expect(opened.slots.filter { Outcome($0.content) == .erased }.count == 1)
        }
    }

    @Test("Slots of kinds unknown can be erased, whatever they hold, and stay unknown")
    func unknownKinds() throws {
        for kind: UInt16 in [0, 16, 99, .max] {
            for changes: UInt32 in [0, 1, 7] {
                let slot = Slot(
                    kind: kind, timestamp: Samples.stamp, changeCount: changes,
                    content: .salted([0xFF], salt: Samples.salt))
                let opened = try erase([slot], [0]).open(board: Samples.board)
                #expect(opened.slots[0].isErasable)
                #expect(opened.judgement() == .unknown)
                #expect(opened.judgement(erased: [0]) == .meaningful)
            }
        }
    }

    @Test("A changed digest of an erased slot is refused")
    func changedDigest() {
        var erased = erase([Samples.slot(.status(Samples.idea, .open, note: "a"))], [0])
        erased.payload[erased.payload.count - 1] ^= 1
        #expect(refusal(of: erased) == .wrongRoot)
    }

    @Test("An erased slot of a known kind stands for one change")
    func changes() throws {
        for changes: UInt32 in [0, 1, 2] {
            let slot = Samples.slot(.comment, [1, 2, 3], changes: changes).erased
            #expect(try Outcome(of: slot) == (changes == 1 ? .erased : .invalid))
        }
    }

    private static let erasable = Register.Kind.allCases.filter { !$0.isClosed }

    @Test(
        "What is erased is not judged, whether or not its bytes are still here",
        arguments: erasable)
    func judgement(_ kind: Register.Kind) throws {
        let good = Samples.slot(.sameAs(Samples.pair, isOn: true))
        for void in [
            Samples.slot(kind, [0xFF]), Samples.slot(kind, [0x0A, 0x01, 0x01]),
            Samples.slot(kind, MessageCase.valid(kind).bytes, changes: 2),
        ] {
            let here = try Samples.open([good, void])
            #expect(here.judgement() == .void)
            #expect(here.judgement(erased: [1]) == .meaningful)
            #expect(here.judgement(erased: [0]) == .void)
            let gone = try erase([good, void], [1]).open(board: Samples.board)
            #expect(gone.id == here.id)
            #expect(gone.judgement(erased: [1]) == .meaningful)
        }
    }

    @Test("An erasure of a slot of a closed kind changes no verdict")
    func closedKinds() throws {
        let votes = Samples.slot(.vote(Samples.idea, Vote(.agree)))
        let opened = try Samples.open([votes, Samples.slot(.comment, [0xFF])])
        #expect(!opened.slots[0].isErasable && opened.slots[1].isErasable)
        #expect(opened.judgement(erased: [0]) == .void)
        #expect(opened.judgement(erased: [0, 1]) == .meaningful)
    }
}
