import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

struct VoteBlockTests {
    static let valid = Message([
        1: .bytes(Samples.idea.bytes + Samples.other.bytes),
        2: .bytes(Samples.acting.bytes + Samples.subject.bytes),
        3: .packed([0, 0, 1]),
        4: .packed([0, 1, 0]),
        5: .packed([Samples.now.sinceEpoch, 0, 5]),
        6: .packed([1, 3]),
        7: .bytes([0x01, 0x12, 0x00]),
    ])
    static let greatest = HybridTimestamp(Samples.now.advanced(by: .milliseconds(5)))
    private let valid = Self.valid
    private let greatest = Self.greatest

    private func slot(
        _ message: Message, changes: UInt32 = 3, at stamp: HybridTimestamp? = nil
    ) -> Slot {
        Slot(
            kind: 1, timestamp: stamp ?? greatest, changeCount: changes,
            content: .plain(message.bytes))
    }

    /// Random votes of which no two are of one member on one idea at one time.
    private func votes(_ count: Int, _ generator: inout SeededGenerator) -> [CastVote] {
        let ideas: [IdeaID] = (0..<max(1, count / 3)).map { _ in generator.identifier() }
        let members: [MemberID] = (0..<max(1, count / 2)).map { _ in generator.identifier() }
        var votes: [[UInt8]: CastVote] = [:]
        let origin = generator.next() >> 18
        for _ in 0..<count {
            let moment = Milliseconds(
                sinceEpoch: origin + UInt64.random(in: 0...9, using: &generator))!
            let counter: UInt16 =
                Bool.random(using: &generator) ? 0 : .random(in: .min ... .max, using: &generator)
            let vote = CastVote(
                timestamp: HybridTimestamp(moment, counter: counter),
                idea: ideas.randomElement(using: &generator)!,
                member: members.randomElement(using: &generator)!,
                vote: Vote(
                    Ballot.allCases.randomElement(using: &generator)!,
                    proof: Proof.allCases.randomElement(using: &generator)!))
            var key = vote.idea.bytes + vote.member.bytes
            key.append(bigEndian: vote.timestamp.rawValue)
            votes[key] = vote
        }
        return votes.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { votes[$0]! }
    }

    @Test("Random votes come back from a block, whatever the order in which they went in")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 22)
        for count in [1, 2, 3, 5, 40, 300, 1_000] {
            for _ in 0..<5 {
                let votes = votes(count, &generator)
                let block = VoteBlock(votes)
                #expect(block == VoteBlock(votes.shuffled(using: &generator)))
                let read = try #require(VoteBlock(bytes: block.bytes))
                #expect(read == block)
                #expect(read.bytes == block.bytes)
                #expect(Set(read.votes) == Set(votes))
                #expect(read.votes.count == votes.count)
                let sorted = votes.sorted {
                    if $0.timestamp != $1.timestamp { return $0.timestamp < $1.timestamp }
                    return $0.idea == $1.idea ? $0.member < $1.member : $0.idea < $1.idea
                }
                #expect(read.votes == sorted)
                #expect(read.greatestTimestamp == votes.map(\.timestamp).max())
            }
        }
    }

    @Test("A block that keeps the rules is read as it says")
    func reading() throws {
        let opened = try Samples.open([slot(valid)])
        #expect(opened.judgement() == .meaningful)
        guard case .votes(let block) = opened.slots[0].content else {
            Issue.record("no votes")
            return
        }
        let start = Samples.now
        #expect(
            block.votes == [
                CastVote(
                    timestamp: HybridTimestamp(start), idea: Samples.idea, member: Samples.acting,
                    vote: Vote(.agree)),
                CastVote(
                    timestamp: HybridTimestamp(start, counter: 3), idea: Samples.idea,
                    member: Samples.subject, vote: Vote(.disagree, proof: .proven)),
                CastVote(
                    timestamp: greatest, idea: Samples.other, member: Samples.acting,
                    vote: Vote(.withdrawn)),
            ])
        #expect(block.bytes == valid.bytes)
    }

    @Test("The same votes in any other encoding are refused")
    func otherEncodings() throws {
        let others: [[UInt8]] = [
            valid.with(15, .text("newer")).bytes, valid.with(99, .number(0)).bytes,
            valid.reversed.bytes, valid.bytes + valid.bytes.prefix(22),
            valid.with(3, nil).bytes + [0x18, 0, 0x18, 0, 0x18, 1],
            valid.with(3, .bytes([0, 0, 0x81, 0])).bytes,
        ]
        for bytes in others {
            // It reads as the same votes, and so would be taken if only these mattered.
            #expect(VoteBlock(bytes: bytes) == VoteBlock(bytes: valid.bytes))
            let slot = Slot(
                kind: 1, timestamp: greatest, changeCount: 3, content: .plain(bytes))
            #expect(try Outcome(of: slot) == .refused)
        }
    }

    private static let twoIdeas = Samples.idea.bytes + Samples.other.bytes
    private static let twoMembers = Samples.acting.bytes + Samples.subject.bytes

    private static let broken: [(rule: String, field: UInt64, value: Message.Value?)] = [
        ("ideas descending", 1, .bytes(Samples.other.bytes + Samples.idea.bytes)),
        ("an idea twice", 1, .bytes(Samples.idea.bytes + Samples.idea.bytes)),
        ("an idea cut short", 1, .bytes(Array(twoIdeas.dropLast()))),
        ("an idea that no vote uses", 1, .bytes(twoIdeas + [UInt8](repeating: 9, count: 10))),
        ("no ideas", 1, nil),
        ("an idea too few", 1, .bytes(Samples.idea.bytes)),
        ("members descending", 2, .bytes(Samples.subject.bytes + Samples.acting.bytes)),
        ("a member twice", 2, .bytes(Samples.acting.bytes + Samples.acting.bytes)),
        ("a member cut short", 2, .bytes(Array(twoMembers.dropLast()))),
        ("a member no vote uses", 2, .bytes(twoMembers + [UInt8](repeating: 99, count: 12))),
        ("no members", 2, nil),
        ("an idea's place out of range", 3, .packed([0, 0, 2])),
        ("an idea's place far out of range", 3, .packed([0, 0, 0xFFFF_FFFF])),
        ("too few ideas' places", 3, .packed([0, 0])),
        ("too many ideas' places", 3, .packed([0, 0, 1, 1])),
        ("no ideas' places", 3, nil),
        ("a member's place out of range", 4, .packed([0, 1, 2])),
        ("too few members' places", 4, .packed([0, 1])),
        ("too many members' places", 4, .packed([0, 1, 0, 0])),
        ("too few times", 5, .packed([Samples.now.sinceEpoch, 5])),
        ("too many times", 5, .packed([Samples.now.sinceEpoch, 0, 5, 0])),
        ("no times", 5, nil),
        ("milliseconds from 2^47 on", 5, .packed([(1 << 47) - 5, 0, 5])),
        ("milliseconds that overflow", 5, .packed([Samples.now.sinceEpoch, 0, .max])),
        ("milliseconds beyond at once", 5, .packed([1 << 47, 0, 5])),
        ("a counter of zero", 6, .packed([1, 3, 2, 0])),
        ("counters descending", 6, .packed([2, 1, 1, 3])),
        ("a place with two counters", 6, .packed([1, 3, 1, 4])),
        ("a counter's place out of range", 6, .packed([1, 3, 3, 1])),
        ("a counter of more than 16 bits", 6, .packed([1, 65_536])),
        ("a place without its counter", 6, .packed([1, 3, 2])),
        ("timestamps descending", 6, .packed([0, 4, 1, 3])),
        ("no ballots", 7, nil),
        ("too few ballots", 7, .bytes([1, 1])),
        ("too many ballots", 7, .bytes([1, 1, 1, 1])),
        ("a ballot of 4", 7, .bytes([0x01, 0x12, 0x04])),
        ("a ballot of 8", 7, .bytes([0x01, 0x12, 0x08])),
        ("a ballot of 15", 7, .bytes([0x01, 0x12, 0x0F])),
        ("a high bit", 7, .bytes([0x01, 0x12, 0x21])),
        ("another high bit", 7, .bytes([0x01, 0x12, 0x41])),
        ("the highest bit", 7, .bytes([0x01, 0x12, 0x80])),
        ("ideas that are no bytes", 1, .number(1)),
    ]

    @Test("A block that breaks one rule is refused", arguments: broken.indices)
    func brokenRule(number: Int) throws {
        let (rule, field, value) = Self.broken[number]
        #expect(try Outcome(of: slot(valid.with(field, value))) == .refused, "\(rule)")
    }

    @Test("Votes of one time are in the order of idea, then member, and none is there twice")
    func order() throws {
        let same = valid.with(5, .packed([Samples.now.sinceEpoch, 0, 0])).with(6, nil)
        let stamp = HybridTimestamp(Samples.now)
        #expect(try Outcome(of: slot(same, at: stamp)) == .votes)
        let places: [([UInt64], [UInt64], Outcome)] = [
            ([0, 1, 1], [0, 0, 1], .votes), ([0, 0, 1], [1, 0, 0], .refused),
            ([0, 1, 0], [0, 0, 1], .refused), ([0, 1, 1], [1, 0, 0], .refused),
            ([0, 0, 1], [0, 0, 1], .refused),
        ]
        for (ideas, members, outcome) in places {
            let message = same.with(3, .packed(ideas)).with(4, .packed(members))
            #expect(try Outcome(of: slot(message, at: stamp)) == outcome, "\(ideas) \(members)")
        }
    }

    @Test("The slot's number of changes and time are those of the votes, and it has no salt")
    func slotHead() throws {
        #expect(try Outcome(of: slot(valid)) == .votes)
        for changes: UInt32 in [0, 1, 2, 4] {
            #expect(try Outcome(of: slot(valid, changes: changes)) == .refused)
        }
        for raw in [greatest.rawValue - 1, greatest.rawValue + 1, 0] {
            let stamp = HybridTimestamp(rawValue: raw)
            #expect(try Outcome(of: slot(valid, at: stamp)) == .refused)
        }
        var salted = slot(valid)
        salted.content = .salted(valid.bytes, salt: Samples.salt)
        #expect(try Outcome(of: salted) == .refused)
        #expect(try Outcome(of: slot(valid).erased) == .refused)
    }

    @Test("A block has at most 1,000 votes")
    func count() {
        func block(_ count: Int) -> VoteBlock? {
            let start: [UInt64] = [1]
            return VoteBlock(
                bytes: Message([
                    1: .bytes(Samples.idea.bytes), 2: .bytes(Samples.acting.bytes),
                    3: .packed(Array(repeating: 0, count: count)),
                    4: .packed(Array(repeating: 0, count: count)),
                    5: .packed(start + Array(repeating: 1, count: count - 1)),
                    7: .bytes([UInt8](repeating: 1, count: count)),
                ]).bytes)
        }
        #expect(block(1_000)?.rows.count == 1_000)
        #expect(block(1_001) == nil)
    }

    @Test("Bytes that are no message, and none at all, are no block")
    func noMessage() throws {
        let bytes = valid.bytes
        #expect(VoteBlock(bytes: []) == nil)
        #expect(VoteBlock(bytes: bytes + [0xFF]) == nil)
        for count in 0..<bytes.count {
            #expect(VoteBlock(bytes: Array(bytes.prefix(count))) == nil, "\(count)")
        }
    }
}
