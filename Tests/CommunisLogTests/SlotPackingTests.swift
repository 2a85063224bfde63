import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

struct SlotPackingTests {
    private func content(_ number: Int, _ generator: inout SeededGenerator) -> ChangeContent {
        let idea: IdeaID = filled(UInt8(number % 200))
        if number % 89 == 5 { return .node(generator.identifier(), .proves(true)) }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1: return .vote(idea, Vote(.agree))
        case 2: return .label(idea, Label(.tag, "tag \(number)"), isOn: true)
        case 3:
            let text = String(repeating: "x", count: .random(in: 1...32_768, using: &generator))
            return .comment(generator.identifier(), .text(idea: idea, text))
        default: return .status(idea, .open, note: "")
        }
    }

    /// Single changes with increasing times; few of them are long texts where `isDense`.
    private func slots(_ count: Int, isDense: Bool, _ generator: inout SeededGenerator) -> [Slot] {
        (0..<count).map { number in
            var content = content(number, &generator)
            if isDense, content.kind == .comment, number % 50 != 0 {
                content = .vote(filled(1), Vote(.pass))
            }
            let stamp = HybridTimestamp(rawValue: Samples.stamp.rawValue + UInt64(number))
            return Samples.slot(content, at: stamp)
        }
    }

    private func check(_ slots: [Slot]) throws {
        let packed = Slot.pack(slots)
        let sources = packed.map { $0.flatMap(\.sources) }
        // Nothing is lost or doubled, and each changeset takes up where the one before ended.
        #expect(sources.map { $0.sorted() }.flatMap { $0 } == Array(slots.indices))
        for changeset in packed {
            #expect(!changeset.isEmpty)
            let opened = try Samples.open(changeset.map(\.slot))
            #expect(opened.judgement() == .meaningful)
            #expect(opened.header.changeCount <= 1_000)
            #expect(opened.sealed.payload.count <= 262_144)
            #expect(changeset.filter { $0.slot.kind == 1 }.count <= 1)
            for (place, part) in changeset.enumerated() {
                if part.slot.kind == 1 {
                    #expect(place == changeset.count - 1)
                    guard case .votes(let block) = opened.slots[place].content else {
                        Issue.record("no votes")
                        continue
                    }
                    #expect(
                        block.votes.map(\.change)
                            == part.sources.map { slots[$0].singleChange(on: Samples.board) })
                } else {
                    #expect(part.sources.count == 1)
                    #expect(part.slot == slots[part.sources[0]])
                }
            }
            let kinds = changeset.compactMap { Register.Kind(rawValue: $0.slot.kind) }
            #expect(
                kinds.allSatisfy(\.isClosed) || !kinds.contains(where: \.isNeverParked))
            let others = changeset.filter { $0.slot.kind != 1 }.flatMap(\.sources)
            #expect(others == others.sorted())
        }
    }

    @Test("Random changes fill changesets within the limits, in their order")
    func random() throws {
        for seed in UInt64(0)..<6 {
            var generator = SeededGenerator(seed: seed)
            try check(slots(600, isDense: false, &generator))
            try check(slots(3_500, isDense: true, &generator))
        }
        #expect(Slot.pack([]).isEmpty)
    }

    @Test("A thousand votes are one changeset, one more is the next")
    func votes() throws {
        let votes = (0..<1_001).map { number in
            Samples.slot(
                .vote(filled(UInt8(number % 256)), Vote(.agree)),
                at: HybridTimestamp(rawValue: UInt64(number) + 1))
        }
        #expect(Slot.pack(Array(votes.prefix(1_000))).count == 1)
        #expect(Slot.pack(votes).map { $0.map(\.sources.count) } == [[1_000], [1]])
        try check(votes)
    }

    @Test("A vote that is there twice begins the next changeset, wherever it stands")
    func repeated() throws {
        for seed in UInt64(0)..<20 {
            var generator = SeededGenerator(seed: seed)
            var slots = slots(300, isDense: true, &generator).filter { $0.kind == 1 }
            for _ in 0..<3 {
                let source = Int.random(in: slots.indices, using: &generator)
                let place = Int.random(in: source + 1...slots.count, using: &generator)
                slots.insert(slots[source], at: place)
            }
            try check(slots)
            #expect((2...4).contains(Slot.pack(slots).count))
        }
        let vote = Samples.slot(.vote(filled(1), Vote(.agree)))
        #expect(Slot.pack([vote, vote, vote]).count == 3)
    }

    @Test("The worst votes there are fit as well")
    func worstVotes() throws {
        var generator = SeededGenerator(seed: 23)
        let votes = (0..<1_000).map { number in
            Change(
                HybridTimestamp(
                    Milliseconds(sinceEpoch: UInt64(number) << 37)!, counter: 65_535),
                by: generator.identifier(),
                .vote(generator.identifier(), Vote(.disagree, proof: .proven))
            ).slot(salt: Samples.salt)
        }
        try check(votes)
        let long = String(repeating: "x", count: 30_000)
        let texts = (0..<8).map { _ in
            Samples.slot(.comment(generator.identifier(), .text(idea: Samples.idea, long)))
        }
        try check(texts + votes)
    }
}
