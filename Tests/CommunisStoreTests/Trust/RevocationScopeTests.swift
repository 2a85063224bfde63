import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// What a word that takes a role away keeps and what not: the chains are made by hand, as an honest
/// copy would not make them, and each changeset is the vote of another member.
@Suite("The scope of a revocation")
struct RevocationScopeTests {
    private let boards: TestBoards
    private let workload = VoteWorkload(ideas: 1, members: 12)
    private let key = TestBoards.key(5, 1)
    private var founder: Board { boards.founder }
    private var node: NodeID { key.node }
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400

    init() throws { boards = try TestBoards() }

    /// A moment so many seconds from now.
    private func moment(_ seconds: Int64) -> Milliseconds {
        boards.clock.now.advanced(by: .seconds(seconds))
    }

    private func slot(_ seconds: Int64, _ content: ChangeContent, by member: Int? = nil) -> Slot {
        RandomHistory.slot(
            Change(
                HybridTimestamp(moment(seconds)), by: member.map { workload.members[$0] }, content))
    }

    private func vote(_ member: Int, at seconds: Int64) -> Slot {
        slot(seconds, .vote(workload.ideas[0], Vote(.agree)), by: member)
    }

    /// A comment on the idea.
    private func comment(_ text: String) -> (id: CommentID, draft: Draft) {
        Draft.comment(
            on: workload.ideas[0], text, on: founder.id, by: workload.members[0], key: .numbered(3))
    }

    /// The members whose votes count, by their places.
    private func counting(_ board: Board) throws -> [Int] {
        try board.votes(on: workload.ideas[0]).compactMap {
            workload.members.firstIndex(of: $0.member)
        }.sorted()
    }

    /// A copy that gets all that the founder's has and these, in another order.
    private func other(_ changesets: [SealedChangeset]) throws -> Board {
        let copy = try boards.emptyCopy()
        try copy.merge(changesets.reversed(), from: nil)
        try copy.merge(try founder.page(after: 0, excluding: nil).changesets, from: nil)
        return copy
    }

    /// Both hold the same log and come to the same.
    private func expectAlike(_ one: Board, _ other: Board) throws {
        let (first, second) = (try one.verify(), try other.verify())
        #expect(first.differences == [] && second.differences == [])
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.view == second.view)
    }

    @Test("A back-dated changeset at the end of a chain keeps nothing that lies before it")
    func backDatedEnd() throws {
        var chain = try boards.chain(key)
        let all = [
            chain.seal([vote(0, at: -30 * Self.day)]), chain.seal([vote(1, at: -3)]),
            chain.seal([vote(2, at: -40 * Self.day)]), chain.seal([vote(3, at: -29 * Self.day)]),
        ]
        try founder.merge(all, from: nil)
        #expect(try counting(founder) == [0, 1, 2, 3])
        let copy = try other(all)
        try founder.setRole(of: node, to: .none, cut: moment(-7 * Self.day))
        #expect(try counting(founder) == [0])
        try copy.merge(try founder.page(after: 0, excluding: nil).changesets, from: nil)
        for board in [copy, try other(all)] { try expectAlike(founder, board) }
    }

    @Test("Of a chain with two ends the good one stays, up to where the other leaves it")
    func twoEnds() throws {
        var chain = try boards.chain(key)
        let first = chain.seal([vote(0, at: -30 * Self.day)])
        var twin = chain
        let all = [
            first, chain.seal([vote(1, at: -20 * Self.day)]),
            twin.seal([vote(2, at: -Self.hour)]), twin.seal([vote(3, at: -25 * Self.day)]),
        ]
        try founder.merge(all, from: nil)
        try founder.setRole(of: node, to: .none, cut: moment(-7 * Self.day))
        #expect(try counting(founder) == [0, 1])
        try expectAlike(founder, try other(all))
    }

    @Test("What lies in a gap is not vouched for, nor what is behind it", arguments: [true, false])
    func gap(_ isCut: Bool) throws {
        var chain = try boards.chain(key)
        let first = chain.seal([vote(0, at: -30 * Self.day)])
        let missing = chain.seal([vote(1, at: -60)])
        let last = chain.seal([vote(2, at: -28 * Self.day)])
        try founder.merge([first, last], from: nil)
        let change = try founder.roleChange(
            of: node, to: .none, cut: isCut ? moment(-7 * Self.day) : nil)
        #expect(change.unseenCount == 1 && change.lostCount == 1)
        try founder.make(change, isTrial: false)
        #expect(try counting(founder) == [0])
        try founder.merge([missing], from: nil)
        #expect(try counting(founder) == [0])
        try expectAlike(founder, try other([last, missing, first]))
    }

    @Test("What is held since it lacks a text is not vouched for, nor what is behind it")
    func withheldText() throws {
        var chain = try boards.chain(key)
        let first = chain.seal([vote(0, at: -5 * Self.day)])
        let whole = chain.seal([
            slot(-4 * Self.day, comment("Later").draft.content, by: 1),
            vote(1, at: -4 * Self.day),
        ])
        var stripped = whole
        stripped.payload =
            ([Slot](payload: whole.payload) ?? []).map { $0.kind == 5 ? $0.erased : $0 }.payload
        let last = chain.seal([vote(2, at: -3 * Self.day)])
        try founder.merge([first, stripped, last], from: nil)
        #expect(try counting(founder) == [0, 2])
        try founder.setRole(of: node, to: .none)
        try founder.merge([whole], from: nil)
        #expect(try counting(founder) == [0])
        try expectAlike(founder, try other([last, whole, first]))
    }

    @Test("What waits for its time never counts after a demotion", arguments: [Role.none, .reader])
    func ahead(_ role: Role) throws {
        var chain = try boards.chain(key)
        let all = [
            chain.seal([vote(0, at: -Self.hour)]), chain.seal([vote(1, at: 2 * Self.day)]),
            chain.seal([vote(2, at: -60)]),
        ]
        try founder.merge(all, from: nil)
        let change = try founder.roleChange(of: node, to: role)
        let effect = try founder.make(change, isTrial: false)
        #expect(effect.kept.votes == 1 && effect.lost.votes == 1)
        #expect(effect.lostWaiting.votes == 1 && effect.lostWaiting.people == 1)
        #expect(effect.othersLost.isEmpty && effect.othersGained.isEmpty)
        let copy = try other(all)
        boards.clock.advance(by: .seconds(3 * Self.day))
        for board in [founder, copy] {
            try board.admitDue()
            #expect(try counting(board) == [0])
        }
        try expectAlike(founder, copy)
        // A role given later does not bring it back.
        try founder.setRole(of: node, to: .contributor)
        let next = chain.seal([vote(3, at: -1)])
        for board in [founder, try other(all + [next])] {
            try board.merge(
                try founder.page(after: 0, excluding: nil).changesets + [next], from: nil)
            #expect(try counting(board) == [0, 3])
        }
    }

    @Test("What a steward dated ahead counts as far as the lesser role allows")
    func stewardAhead() throws {
        var chain = try boards.chain(key, as: .steward)
        let all = [
            chain.seal([slot(-60, .board(setting: "one", value: "kept"))]),
            chain.seal([
                slot(Self.day, .board(setting: "two", value: "planted")),
                vote(1, at: Self.day),
            ]),
        ]
        try founder.merge(all, from: nil)
        let effect = try founder.make(
            founder.roleChange(of: node, to: .contributor), isTrial: false)
        #expect(effect.lostWaiting.others == 1 && effect.lostWaiting.votes == 0)
        boards.clock.advance(by: .seconds(2 * Self.day))
        try founder.admitDue()
        #expect(try counting(founder) == [1])
        let values = try StoredView.facts(founder.path).joined()
        #expect(values.contains("kept") && !values.contains("planted"))
        try expectAlike(founder, try other(all))
    }

    @Test("A demotion lets nothing in that was written without a role")
    func demotionLegalisesNothing() throws {
        try boards.admit([key], as: .contributor)
        var chain = NodeChain(key: key, board: founder.id)
        try founder.merge([chain.seal([vote(0, at: -60)])], from: nil)
        try founder.setRole(of: node, to: .none)
        let without = [chain.seal([vote(1, at: 2 * Self.day)]), chain.seal([vote(2, at: -50)])]
        try founder.merge(without, from: nil)
        try founder.setRole(of: node, to: .steward)
        try founder.merge([chain.seal([vote(3, at: -40)])], from: nil)
        try founder.setRole(of: node, to: .contributor)
        boards.clock.advance(by: .seconds(3 * Self.day))
        try founder.admitDue()
        #expect(try counting(founder) == [0, 3])
        #expect(try founder.verify().isSound)
    }

    @Test("What a steward erased ahead of time stays erased, and whom it admitted is told")
    func neverParked() throws {
        let third = TestBoards.key(5, 2)
        var (steward, kiosk) = (
            try boards.chain(key, as: .steward), NodeChain(key: third, board: founder.id)
        )
        let comment = comment("A secret")
        try founder.write([comment.draft])
        try founder.sealPending()
        let target = try #require(
            try founder.page(after: 0, excluding: nil).changesets.last { changeset in
                ([Slot](payload: changeset.payload) ?? []).contains { $0.kind == 5 }
            }?.id)
        let ahead = steward.seal([
            slot(Self.day, .erase(target, slot: 0)),
            slot(Self.day, .node(third.node, .role(.contributor, heads: []))),
        ])
        let own = kiosk.seal([vote(1, at: -5)])
        try founder.merge([ahead, own], from: nil)
        #expect(try counting(founder) == [1])
        #expect(try founder.textCount(of: .comment(comment.id)) == 0)
        let effect = try founder.make(
            founder.roleChange(of: node, to: .none), isTrial: false)
        #expect(effect.changedRoles == 1 && effect.othersLost.votes == 1)
        #expect(try counting(founder) == [])
        let report = try founder.verify()
        #expect(report.isSound && report.held == 2)
        #expect(try founder.textCount(of: .comment(comment.id)) == 0)
        try expectAlike(founder, try other([own, ahead]))
    }

    @Test("A second revocation takes out what the first kept, and a third gives nothing back")
    func again() throws {
        var chain = try boards.chain(key)
        let all = (0..<4).map { chain.seal([vote(Int($0), at: (-40 + 10 * $0) * Self.day)]) }
        try founder.merge(all, from: nil)
        try founder.setRole(of: node, to: .none)
        #expect(try counting(founder) == [0, 1, 2, 3])
        try founder.setRole(of: node, to: .none, cut: moment(-15 * Self.day))
        #expect(try counting(founder) == [0, 1, 2])
        try founder.setRole(of: node, to: .none, cut: moment(-25 * Self.day))
        #expect(try counting(founder) == [0, 1])
        for role in [Role.none, .contributor, .steward, .none] {
            boards.clock.advance(by: .seconds(1))
            try founder.setRole(of: node, to: role)
            #expect(try counting(founder) == [0, 1])
        }
        try founder.setRole(of: node, to: .none, cut: moment(Self.day))
        #expect(try counting(founder) == [0, 1])
        try founder.setRole(of: node, to: .none, cut: Milliseconds(unchecked: 0))
        #expect(try counting(founder) == [])
        try expectAlike(founder, try other(all))
    }

    @Test("What has not come when the role is taken stays outside when it comes")
    func unseen() throws {
        var chain = try boards.chain(key)
        let first = chain.seal([vote(0, at: -Self.day)])
        let late = chain.seal([vote(1, at: -Self.day + 1)])
        try founder.merge([first], from: nil)
        let copy = try other([first, late])
        #expect(try counting(copy) == [0, 1])
        try founder.setRole(of: node, to: .none)
        try copy.merge(try founder.page(after: 0, excluding: nil).changesets, from: nil)
        try founder.merge([late], from: nil)
        for board in [founder, copy] { #expect(try counting(board) == [0]) }
        try expectAlike(founder, copy)
    }

    @Test("What is of a newer version is kept with what follows, and told")
    func newerVersion() throws {
        var chain = try boards.chain(key)
        let unknown = Slot(
            kind: 999, timestamp: HybridTimestamp(moment(-50)), changeCount: 1,
            content: .salted([1], salt: Array(repeating: 2, count: Slot.saltByteCount)))
        try founder.merge(
            [
                chain.seal([vote(0, at: -60)]), chain.seal([unknown]),
                chain.seal([vote(1, at: -40)]),
            ], from: nil)
        let effect = try founder.make(
            founder.roleChange(of: node, to: .none), isTrial: false)
        #expect(effect.unread == 1 && effect.lost.isEmpty)
        #expect(try counting(founder) == [0, 1])
    }

    /// Chains with forks, gaps, and times before, after and ahead in any order, of which a part is
    /// known: what is known, good and whole counts, and nothing else ever does.
    @Test(
        "Whatever the chain, what counts is what is known and good to its beginning",
        arguments: 0..<60)
    func anyChain(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) &+ 400)
        let start = try boards.chain(key)
        var ends = [start]
        var all: [(changeset: SealedChangeset, before: Int?, at: Int64, isKnown: Bool)] = []
        var places: [ChangesetID: Int] = [:]
        for member in 0..<12 {
            var chain =
                generator.below(5) == 0 ? ends[generator.below(ends.count)] : ends[ends.count - 1]
            let before = chain.position.sequence == 0 ? nil : places[chain.position.last]
            let at = [-20, -15, -15, -15, -1, 30][generator.below(6)] * Self.day + Int64(member)
            let changeset = chain.seal([vote(member, at: at)])
            places[changeset.id] = member
            all.append((changeset, before, at, generator.below(10) != 0))
            ends.append(chain)
        }
        let cut: Int64? = generator.below(2) == 0 ? -10 * Self.day : nil
        var good: [Bool] = []
        for entry in all {
            good.append(
                entry.isKnown && entry.at <= 300 && cut.map { entry.at < $0 } ?? true
                    && entry.before.map { good[$0] } ?? true)
        }
        let expected = good.indices.filter { good[$0] }
        try founder.merge(all.filter(\.isKnown).map(\.changeset), from: nil)
        try founder.setRole(of: node, to: .none, cut: cut.map(moment))
        #expect(try counting(founder) == expected)
        // The rest comes, and all times pass.
        let everything = all.map(\.changeset).shuffled(using: &generator)
        try founder.merge(everything, from: nil)
        let copy = try other(everything)
        boards.clock.advance(by: .seconds(60 * Self.day))
        for board in [founder, copy] {
            try board.admitDue()
            #expect(try counting(board) == expected)
        }
        try expectAlike(founder, copy)
    }
}
