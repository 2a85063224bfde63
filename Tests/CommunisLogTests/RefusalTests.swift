import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

struct RefusalTests {
    private let slots = [Samples.slot(.status(Samples.idea, .open, note: "a"))]

    private func header(_ change: (inout ChangesetHeader) -> Void) throws -> ChangesetHeader {
        var header = try #require(ChangesetHeader(Samples.seal(slots).header))
        change(&header)
        return header
    }

    /// What a salted slot takes besides its contents.
    private let overhead = Slot.headByteCount + Slot.saltByteCount

    private func slot(_ bytes: Int, changes: UInt32 = 1) -> Slot {
        Slot(
            kind: 99, timestamp: Samples.stamp, changeCount: changes,
            content: .salted([UInt8](repeating: 0, count: bytes), salt: Samples.salt))
    }

    @Test("A changeset opens on its own board and on no other")
    func wrongBoard() {
        let sealed = Samples.seal(slots)
        #expect(refusal(of: sealed) == nil)
        #expect(refusal(of: sealed, board: filled(0xB1)) == .wrongBoard)
        #expect(refusal(of: sealed, board: sealed.id) == .wrongBoard)
        #expect(refusal(of: sealed, board: nil) == .wrongBoard)
    }

    @Test("A founding changeset opens where no board is demanded and on the board it founds")
    func founding() {
        let sealed = SealedChangeset.seal(slots, board: nil, after: .start, with: Samples.key)
        #expect(refusal(of: sealed, board: nil) == nil)
        #expect(refusal(of: sealed, board: sealed.id) == nil)
        #expect(refusal(of: sealed, board: filled(0xB1)) == .wrongBoard)
        #expect(refusal(of: sealed, board: .zero) == .wrongBoard)
    }

    @Test("Only a node's first changeset can found a board")
    func laterFounding() {
        let sealed = SealedChangeset.seal(
            slots, board: nil, after: ChainPosition(sequence: 1, last: filled(1)),
            with: Samples.key)
        #expect(refusal(of: sealed, board: nil) == .wrongBoard)
        #expect(refusal(of: sealed, board: sealed.id) == .wrongBoard)
    }

    @Test("The signature is the node's over this changeset")
    func badSignature() throws {
        let sealed = Samples.seal(slots)
        var other = sealed
        other.signature = Samples.seal([slots[0], slots[0]]).signature
        #expect(refusal(of: other) == .badSignature)
        let position = ChainPosition(sequence: 1, last: filled(0xCC))
        other.signature =
            SealedChangeset.seal(
                slots, board: Samples.board, after: position, with: NodeKey(Array(1...32))!
            ).signature
        #expect(refusal(of: other) == .badSignature)
        let stranger = try signed(header { $0.node = filled(0xA0) }, payload: slots.payload)
        #expect(refusal(of: stranger) == .badSignature)
        // What was verified when it was stored need not be verified again.
        #expect(refusal(of: stranger, verifyingSignature: false) == nil)
    }

    @Test("The payload is the one that was sealed")
    func wrongRoot() throws {
        var sealed = Samples.seal(slots)
        sealed.payload = [Samples.slot(.status(Samples.idea, .open, note: "b"))].payload
        #expect(refusal(of: sealed) == .wrongRoot)
        let other = try signed(
            header { $0.root = [UInt8](repeating: 0, count: 32) }, payload: slots.payload)
        #expect(refusal(of: other) == .wrongRoot)
        let one = Samples.slot(.sameAs(Samples.pair, isOn: true))
        var pair = Samples.seal([one] + slots)
        pair.payload = (slots + [one]).payload
        #expect(refusal(of: pair) == .wrongRoot)
    }

    @Test("A changeset has at most 1,000 changes")
    func changes() throws {
        let allowed = [slot(1, changes: 1_000)]
        #expect(refusal(of: Samples.seal(allowed)) == nil)
        #expect(refusal(of: Samples.seal([slot(1, changes: 1_001)])) == .overLimits)
        #expect(refusal(of: Samples.seal([slot(1, changes: .max)])) == .overLimits)
        let many = Array(repeating: slot(1), count: 1_000)
        #expect(refusal(of: Samples.seal(many)) == nil)
        #expect(refusal(of: Samples.seal(many + [slot(1)])) == .overLimits)
        // The header's word is not trusted: too many slots are not read to their end.
        let lying = many + [slot(1, changes: 0)]
        #expect(refusal(of: Samples.seal(lying)) == .malformed)
    }

    @Test("Changes that overflow 32 bits do not wrap around to a number that is allowed")
    func changesOverflow() throws {
        let slots = [slot(1, changes: .max), slot(1, changes: 2)]
        let header = try header {
            $0.changeCount = 1
            $0.payloadSize = UInt32(slots.payload.count)
            $0.root = slots.root
            $0.timestamp = Samples.stamp
        }
        let opened = try signed(header, payload: slots.payload).open(board: Samples.board)
        #expect(opened.judgement() == .void)
    }

    @Test("A payload has at most 262,144 bytes")
    func payload() throws {
        let full = [slot(262_144 - overhead)]
        #expect(full.payload.count == 262_144)
        #expect(refusal(of: Samples.seal(full)) == nil)
        #expect(refusal(of: Samples.seal([slot(262_145 - overhead)])) == .overLimits)
        // Whatever the header says of it.
        let long = [slot(262_145 - overhead)]
        let lying = try header {
            $0.payloadSize = 100
            $0.root = long.root
        }
        #expect(refusal(of: try signed(lying, payload: long.payload)) == .overLimits)
        let boasting = try header { $0.payloadSize = 262_145 }
        #expect(refusal(of: try signed(boasting, payload: slots.payload)) == .overLimits)
    }

    @Test("Digests of erased slots may take a payload over the limit by what they add")
    func erasedPayload() throws {
        let texts = (0..<UInt64(999)).map { number in
            // Of the node itself and without a note, so short that its digest is longer.
            Change(
                HybridTimestamp(rawValue: number + 1), by: nil,
                .status(Samples.idea, .open, note: "")
            ).slot(salt: Samples.salt)
        }
        let rest = 262_144 - texts.payload.count - overhead
        let whole = texts + [slot(rest)]
        let sealed = Samples.seal(whole)
        #expect(sealed.payload.count == 262_144)
        let erased = SealedChangeset(
            header: sealed.header, payload: (texts.map(\.erased) + [slot(rest)]).payload,
            signature: sealed.signature)
        #expect(erased.payload.count > 262_144)
        #expect(try sealed.open(board: Samples.board).judgement() == .unknown)
        #expect(try erased.open(board: Samples.board).judgement() == .unknown)
        let long = [texts[0].erased, slot(294_144)]
        let lying = try header { $0.root = long.root }
        #expect(refusal(of: try signed(lying, payload: long.payload)) == .overLimits)
    }

    @Test("Milliseconds lie below 2^47, in the header and in every slot")
    func milliseconds() throws {
        let beyond = HybridTimestamp(rawValue: 1 << 63)
        let last = HybridTimestamp(rawValue: (1 << 63) - 1)
        let content = ChangeContent.status(Samples.idea, .open, note: "")
        #expect(refusal(of: Samples.seal([Samples.slot(content, at: last)])) == nil)
        let late = [Samples.slot(content, at: beyond)]
        #expect(refusal(of: Samples.seal(late)) == .overLimits)
        let lying = try header {
            $0.root = late.root
            $0.timestamp = Samples.stamp
        }
        #expect(refusal(of: try signed(lying, payload: late.payload)) == .overLimits)
    }

    @Test("Header and signature have their lengths, and the payload is slots and nothing else")
    func malformed() throws {
        let sealed = Samples.seal(slots)
        var long = sealed
        long.header.append(0)
        #expect(refusal(of: long) == .malformed)
        long = sealed
        long.signature.append(0)
        #expect(refusal(of: long) == .malformed)
        long = sealed
        long.payload.append(0)
        #expect(refusal(of: long) == .malformed)
        #expect(
            refusal(of: SealedChangeset(header: [], payload: [], signature: [])) == .malformed)
    }
}
