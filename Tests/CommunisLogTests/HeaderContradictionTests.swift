import CommunisCore
import CommunisLog
import Testing

/// Validly signed headers that contradict their slots or themselves: void, not refused.
struct HeaderContradictionTests {
    private let slots = [
        Samples.slot(.sameAs(Samples.pair, isOn: true), at: HybridTimestamp(rawValue: 1_000)),
        Samples.slot(.status(Samples.idea, .open, note: "n"), at: HybridTimestamp(rawValue: 2_000)),
    ]

    private func judgement(
        _ slots: [Slot]? = nil, erased: Set<UInt32> = [], _ change: (inout ChangesetHeader) -> Void
    ) throws -> OpenedChangeset.Judgement {
        let slots = slots ?? self.slots
        var header = try #require(ChangesetHeader(Samples.seal(slots).header))
        change(&header)
        return try signed(header, payload: slots.payload).open(board: Samples.board).judgement(
            erased: erased)
    }

    @Test("A header that says what its slots say is not void")
    func truthful() throws {
        #expect(try judgement { _ in } == .meaningful)
    }

    @Test("The timestamp is the greatest of the slots'")
    func timestamp() throws {
        for value: UInt64 in [0, 1_000, 1_999, 2_001] {
            #expect(try judgement { $0.timestamp = HybridTimestamp(rawValue: value) } == .void)
        }
    }

    @Test("The number of changes is the sum of the slots'")
    func changeCount() throws {
        for value: UInt32 in [0, 1, 3, 1_000] {
            #expect(try judgement { $0.changeCount = value } == .void)
        }
    }

    @Test("The payload size is that of the payload, where no slot is erased")
    func payloadSize() throws {
        let size = UInt32(slots.payload.count)
        for value in [0, size - 1, size + 1] {
            #expect(try judgement { $0.payloadSize = value } == .void)
        }
        let erased = [slots[0], slots[1].erased]
        #expect(try judgement(erased) { $0.payloadSize = size } == .meaningful)
    }

    @Test("A payload of which the board erases something has no size that could be wrong")
    func erasedPayloadSize() throws {
        var header = try #require(ChangesetHeader(Samples.seal(slots).header))
        header.payloadSize += 1
        // With the bytes and without them it comes to the same.
        for payload in [slots.payload, [slots[0], slots[1].erased].payload] {
            let opened = try signed(header, payload: payload).open(board: Samples.board)
            #expect(opened.judgement(erased: [1]) == .meaningful)
        }
        let whole = try signed(header, payload: slots.payload).open(board: Samples.board)
        #expect(whole.judgement() == .void)
        // A slot that is not there, and one that cannot be erased, change nothing.
        #expect(whole.judgement(erased: [2]) == .void)
        let votes = [Samples.slot(.vote(Samples.idea, Vote(.agree)))] + slots
        let judged = try judgement(votes, erased: [0]) { $0.payloadSize += 1 }
        #expect(judged == .void)
    }

    @Test("A first changeset has no predecessor and every later one has")
    func chain() throws {
        #expect(
            try judgement {
                $0.sequence = 1
                $0.previous = .zero
            } == .meaningful)
        #expect(try judgement { $0.sequence = 1 } == .void)
        #expect(try judgement { $0.previous = .zero } == .void)
        #expect(try judgement { $0.sequence = .max } == .meaningful)
    }

    @Test("Sequences count from 1")
    func sequenceZero() throws {
        #expect(try judgement { $0.sequence = 0 } == .void)
        #expect(
            try judgement {
                $0.sequence = 0
                $0.previous = .zero
            } == .void)
    }

    @Test("A changeset without slots is void")
    func empty() throws {
        #expect(try judgement([]) { _ in } == .void)
    }
}
