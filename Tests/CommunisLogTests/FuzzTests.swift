import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

/// Inputs that no node would send. They must be refused or opened; nothing may trap.
struct FuzzTests {
    private let originals: [SealedChangeset] = [
        Samples.seal(Samples.contents.map { Samples.slot($0) }),
        Samples.seal([Samples.slot(.vote(Samples.idea, Vote(.agree)))]),
        Samples.seal([
            Samples.slot(.comment(Samples.comment, .text(idea: Samples.idea, "a"))).erased,
            Slot(
                kind: 77, timestamp: Samples.stamp, changeCount: 4,
                content: .salted([1, 2], salt: Samples.salt)),
        ]),
        SealedChangeset.seal(
            [Samples.slot(.board(setting: "name", value: "Ideas"))], board: nil, after: .start,
            with: Samples.key),
    ]

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !bytes.isEmpty else { return bytes.append(UInt8(generator.next() & 255)) }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let edges: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0xFF, UInt8(generator.next() & 255)]
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = edges.randomElement(using: &generator)!
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.insert(edges.randomElement(using: &generator)!, at: place)
            case 3:
                bytes.removeSubrange(place..<min(bytes.count, place + Int(generator.next() % 9)))
            default:
                let end = min(bytes.count, place + Int(generator.next() % 40))
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
    }

    /// What was read must be written and read again as it is.
    private func checkReading(_ opened: OpenedChangeset) {
        _ = opened.judgement()
        _ = opened.judgement(erased: [0, 5])
        for slot in opened.slots {
            switch slot.content {
            case .change(let change):
                let again = change.slot(salt: Samples.salt).singleChange(on: Samples.board)
                // What it makes has another id, since it may have been written otherwise.
                let content = change.content.identified(
                    on: Samples.board, by: change.member, key: Samples.creationKey)
                #expect(again == Change(change.timestamp, by: change.member, content))
                #expect(change.register != nil)
            case .votes(let block):
                #expect(VoteBlock(bytes: block.bytes) == block)
                #expect(VoteBlock(block.votes) == block)
            case .erased, .unknown, .invalid: break
            }
        }
    }

    @Test("70,000 changed or random changesets are refused, or opened, without a trap")
    func frames() {
        var generator = SeededGenerator(seed: 24)
        for round in 0..<70_000 {
            var sealed = originals[1 + round % 3]
            switch round % 5 {
            case 0: mutate(&sealed.header, &generator)
            case 1: mutate(&sealed.payload, &generator)
            case 2: mutate(&sealed.signature, &generator)
            case 3:
                mutate(&sealed.header, &generator)
                mutate(&sealed.payload, &generator)
            default:
                sealed.header = generator.bytes(round % 10 == 0 ? 153 : Int(generator.next() % 200))
                sealed.payload = generator.bytes(Int(generator.next() % 100))
                sealed.signature = generator.bytes(64)
            }
            let board: BoardID? = round % 2 == 0 ? Samples.board : nil
            if sealed != originals[1 + round % 3] {
                #expect(refusal(of: sealed, board: board) != nil)
            }
        }
    }

    @Test("65,000 changed payloads with the right root are judged without a trap")
    func payloads() throws {
        var generator = SeededGenerator(seed: 25)
        let whole = try #require([Slot](payload: originals[0].payload))
        var opened = 0
        for _ in 0..<65_000 {
            let first = Int.random(in: 0..<whole.count - 3, using: &generator)
            var payload = Array(whole[first..<first + 3]).payload
            mutate(&payload, &generator)
            guard let slots = [Slot](payload: payload) else { continue }
            var header = try #require(ChangesetHeader(originals[0].header))
            header.root = slots.root
            // Sometimes not the true size.
            header.payloadSize = UInt32(payload.count) + (first % 5 == 0 ? 1 : 0)
            header.timestamp = slots.map(\.timestamp).max() ?? .zero
            header.changeCount = slots.reduce(0) { $0 &+ $1.changeCount }
            let sealed = SealedChangeset(
                header: header.bytes, payload: payload, signature: originals[0].signature)
            guard let changeset = try? sealed.open(board: Samples.board, verifyingSignature: false)
            else { continue }
            opened += 1
            checkReading(changeset)
            checkErasing(changeset, slots)
        }
        #expect(opened > 10_000)
    }

    /// Whoever never saw what is erased must come to the same verdict as who did.
    private func checkErasing(_ opened: OpenedChangeset, _ slots: [Slot]) {
        var sealed = opened.sealed
        sealed.payload = slots.map { $0.isClosed ? $0 : $0.erased }.payload
        let gone = try? sealed.open(board: Samples.board, verifyingSignature: false)
        let erased = Set(zip(UInt32(0)..., slots).filter { !$0.1.isClosed }.map(\.0))
        #expect(gone?.judgement(erased: erased) == opened.judgement(erased: erased))
    }

    @Test("65,000 changed messages are judged without a trap")
    func messages() throws {
        var generator = SeededGenerator(seed: 26)
        let whole = try #require([Slot](payload: originals[0].payload))
        var outcomes: [Int] = [0, 0, 0]
        var refused = 0
        for round in 0..<65_000 {
            var slot = whole[round % whole.count]
            switch slot.content {
            case .plain(var bytes):
                mutate(&bytes, &generator)
                slot.content = .plain(bytes)
            case .salted(var bytes, let salt):
                mutate(&bytes, &generator)
                slot.content = .salted(bytes, salt: salt)
            case .erased: continue
            }
            var header = try #require(ChangesetHeader(originals[0].header))
            header.root = [slot].root
            header.payloadSize = UInt32(slot.bytes.count)
            header.timestamp = slot.timestamp
            header.changeCount = slot.changeCount
            let sealed = SealedChangeset(
                header: header.bytes, payload: slot.bytes, signature: originals[0].signature)
            guard let changeset = try? sealed.open(board: Samples.board, verifyingSignature: false)
            else {
                // Only what has one form is refused for another.
                #expect(slot.isClosed)
                refused += 1
                continue
            }
            checkReading(changeset)
            switch changeset.judgement() {
            case .meaningful: outcomes[0] += 1
            case .void: outcomes[1] += 1
            case .unknown: outcomes[2] += 1
            }
        }
        // The mutations reach every verdict.
        #expect(outcomes.allSatisfy { $0 > 100 } && refused > 100, "\(outcomes) \(refused)")
    }
}
