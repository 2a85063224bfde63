import CommunisCore
import CommunisLog
import CommunisStore

/// A contributor whose node seals by hand whatever the format takes: what others made under other
/// words, times and names, futures, changes beyond its role, joins and objections without end, two
/// changesets in one place. No copy may fail by it, and all must make the same of it.
struct SimulatedForger {
    private var generator: SeededGenerator
    private var chain: NodeChain
    /// Where the chain stood before, to go on from there once more.
    private var earlier: NodeChain

    init(_ key: NodeKey, board: BoardID, generator: SeededGenerator) {
        chain = NodeChain(key: key, board: board)
        earlier = chain
        self.generator = generator
    }

    var node: NodeID { chain.key.node }

    /// What it says next.
    ///
    /// - Parameter log: what others said, of which it makes use.
    mutating func forge(
        after log: [SealedChangeset], ideas: [IdeaID], members: [MemberID], now: Milliseconds
    ) -> [SealedChangeset] {
        if generator.below(6) == 0 { swap(&chain, &earlier) }
        if generator.below(6) == 0 { earlier = chain }
        let slots =
            switch generator.below(7) {
            case 0: sealedAgain(log, now)
            case 1: inOthersNames(log, members, now)
            case 2: claims(ideas, members, now)
            case 3: joins(ideas, now)
            case 4: revisions(ideas, members, now)
            case 5: beyondItsRole(log, ideas, members, now)
            default: nonsense(ideas, now)
            }
        return Slot.pack(slots).map { chain.seal($0.map(\.slot)) }
    }

    /// Of 1970, of any moment about now, or of one that is yet to come.
    private mutating func time(_ now: Milliseconds) -> HybridTimestamp {
        let moment =
            switch generator.below(4) {
            case 0: Milliseconds(unchecked: UInt64(1 + generator.below(5)))
            case 1: now.advanced(by: .seconds(Int64(301 + generator.below(20 * 86_400))))
            default: now.advanced(by: .milliseconds(Int64(generator.below(20)) - 15))
            }
        return HybridTimestamp(moment, counter: UInt16(generator.below(2)))
    }

    private func salted(_ log: [SealedChangeset]) -> [Slot] {
        log.flatMap { [Slot](payload: $0.payload) ?? [] }.filter { !$0.isClosed && !$0.isErased }
    }

    /// What others made, to the letter, at other times.
    private mutating func sealedAgain(_ log: [SealedChangeset], _ now: Milliseconds) -> [Slot] {
        salted(log).shuffled(using: &generator).prefix(6).map { slot in
            var slot = slot
            slot.timestamp = time(now)
            return slot
        }
    }

    /// What others made, with their keys, in other names and words.
    private mutating func inOthersNames(
        _ log: [SealedChangeset], _ members: [MemberID], _ now: Milliseconds
    ) -> [Slot] {
        salted(log).shuffled(using: &generator).prefix(6).compactMap { slot in
            guard case .salted(_, let salt) = slot.content,
                var change = slot.singleChange(on: chain.board ?? .zero)
            else { return nil }
            change.timestamp = time(now)
            if generator.below(2) == 0 { change.member = members.randomElement(using: &generator) }
            if case .revision(var revision) = change.content, generator.below(2) == 0 {
                revision.text = "forged"
                change.content = .revision(revision)
            }
            return change.slot(salt: salt)
        }
    }

    /// Other authors for what is there, votes that contradict each other, and withdrawals.
    private mutating func claims(_ ideas: [IdeaID], _ members: [MemberID], _ now: Milliseconds)
        -> [Slot]
    {
        (0..<8).map { _ in
            let idea = ideas[generator.below(ideas.count)]
            let member = members[generator.below(members.count)]
            let content: ChangeContent =
                switch generator.below(4) {
                case 0: .idea(idea)
                case 1: .ideaField(idea, .withdrawn(generator.below(2) == 0))
                case 2: .member(member, .name("forged"))
                default:
                    .vote(idea, Vote(Ballot.allCases[generator.below(4)], proof: .proven))
                }
            return slot(content, by: member, at: time(now))
        }
    }

    /// A line of ideas of which nobody heard, joined with one that is there, and as many members who
    /// object to one pair of it.
    private mutating func joins(_ ideas: [IdeaID], _ now: Milliseconds) -> [Slot] {
        let count = 12
        var line: [IdeaID] = [ideas[generator.below(ideas.count)]]
        for _ in 0..<count { line.append(generator.identifier()) }
        let pairs = zip(line, line.dropFirst()).compactMap { IdeaPair($0, $1) }
        let cut = pairs[generator.below(pairs.count)]
        var slots = pairs.map { slot(.sameAs($0, isOn: true), by: nil, at: time(now)) }
        for _ in 0..<count {
            let member: MemberID = generator.identifier()
            slots.append(slot(.carry(cut, .objects), by: member, at: time(now)))
            let idea = line[generator.below(line.count)]
            slots.append(slot(.vote(idea, Vote(.agree)), by: member, at: time(now)))
        }
        return slots
    }

    /// Many versions of one text at once.
    private mutating func revisions(_ ideas: [IdeaID], _ members: [MemberID], _ now: Milliseconds)
        -> [Slot]
    {
        let idea = ideas[generator.below(ideas.count)]
        return (0..<12).map { number in
            let revision = Revision(
                id: .zero, idea: idea, field: .title, text: "forged \(number)", heads: [])
            return slot(
                .revision(revision), by: members.randomElement(using: &generator), at: time(now))
        }
    }

    private mutating func beyondItsRole(
        _ log: [SealedChangeset], _ ideas: [IdeaID], _ members: [MemberID], _ now: Milliseconds
    ) -> [Slot] {
        let idea = ideas[generator.below(ideas.count)]
        switch generator.below(2) {
        case 0:
            return [
                slot(.status(idea, .declined, note: "forged"), by: nil, at: time(now)),
                slot(.hidden(.idea(idea), isOn: true, reason: ""), by: nil, at: time(now)),
                slot(.board(setting: "ballot", value: "approve"), by: nil, at: time(now)),
                slot(.member(members[0], .rights(manage: true)), by: nil, at: time(now)),
            ]
        default:
            let target = log.randomElement(using: &generator)?.id ?? .zero
            return [
                slot(.node(node, .role(.steward, heads: [])), by: nil, at: time(now)),
                slot(.node(node, .proves(true)), by: nil, at: time(now)),
                slot(
                    .erase(target, slot: UInt32(generator.below(3))), by: nil, at: time(now)),
            ]
        }
    }

    /// Void, or of a version to come.
    private mutating func nonsense(_ ideas: [IdeaID], _ now: Milliseconds) -> [Slot] {
        let kind = [UInt16](arrayLiteral: 2, 5, 14, 4_242)[generator.below(4)]
        return [
            Slot(
                kind: kind, timestamp: time(now), changeCount: 1,
                content: .salted(
                    generator.bytes(generator.below(20)),
                    salt: generator.bytes(Slot.saltByteCount)))
        ]
    }

    private mutating func slot(
        _ content: ChangeContent, by member: MemberID?, at time: HybridTimestamp
    ) -> Slot {
        Change(time, by: member, content).slot(salt: generator.bytes(Slot.saltByteCount))
    }
}

extension Simulation {
    /// The forger says something at one of the copies.
    func forge(_ forger: inout SimulatedForger) throws {
        let node = nodes[generator.below(nodes.count)]
        let forged = forger.forge(
            after: try node.log(), ideas: history.ideas, members: history.members, now: truth.now)
        let report = try node.board.merge(forged, from: nil)
        guard report.refused.isEmpty else {
            throw failure("\(node.name) refuses what the format takes: \(report.refused)")
        }
    }
}
