import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import GRDB
import Testing

/// What nodes may say, case by case, merged in every order, against what it must come to in so many
/// words: an oracle could share the store's mistakes.
@Suite struct TrustCaseTests {
    private let boards: TestBoards
    private var founder: NodeChain
    private let idea: IdeaID
    private let members: [MemberID]

    init() throws {
        boards = try TestBoards()
        founder = NodeChain(
            key: boards.founderKey, board: boards.founder.id,
            position: try boards.founderPosition())
        let workload = VoteWorkload(ideas: 1, members: 3, board: boards.founder.id)
        (idea, members) = (workload.ideas[0], workload.members)
    }

    private static func key(_ number: UInt64) -> NodeKey { TestBoards.key(12, number) }
    private func chain(_ key: NodeKey) -> NodeChain {
        NodeChain(key: key, board: boards.founder.id)
    }

    /// A change so many hours after the start, which is long past.
    private func slot(_ hours: UInt64, _ content: ChangeContent, by member: Int? = nil) -> Slot {
        let moment = Milliseconds(unchecked: 1_767_000_000_000 + hours * 3_600_000)
        return RandomHistory.slot(
            Change(HybridTimestamp(moment), by: member.map { members[$0] }, content))
    }

    private func role(
        _ hours: UInt64, of key: NodeKey, _ role: Role, heads: [SealedChangeset] = []
    ) -> Slot {
        slot(hours, .node(key.node, .role(role, heads: heads.map(\.id).sorted())))
    }

    private func vote(_ hours: UInt64, _ ballot: Ballot, _ proof: Proof = .typed, by member: Int)
        -> Slot
    {
        slot(hours, .vote(idea, Vote(ballot, proof: proof)), by: member)
    }

    /// Merges the founding changeset and these, one by one, in every order.
    private func inEveryOrder(_ changesets: [SealedChangeset], _ check: (Board) throws -> Void)
        throws
    {
        let all = try boards.founding() + changesets
        let board = try boards.emptyCopy()
        let blank = try BlankBoard(board)
        for order in Permutations.of(all.indices, taking: all.count) {
            try blank.restore()
            for place in order { try board.merge([all[place]], from: nil) }
            try check(board)
        }
        #expect(try board.verify().isSound)
    }

    /// The first column of what a query gives.
    private func values(_ board: Board, _ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: board.path)
        defer { try? queue.close() }
        return try queue.read { try String.fetchAll($0, sql: sql) }
    }

    private static let registers = "SELECT kind || ':' || count(*) FROM register GROUP BY kind"
    private static let votes = "SELECT vote FROM vote ORDER BY member"

    @Test("What only stewards may say, a contributor says in vain, though the log takes it")
    mutating func contributorsWords() throws {
        let (kiosk, other) = (Self.key(1), Self.key(2))
        let bench = MadeIdea(
            1, [.title: "A bench"], on: boards.founder.id, by: members[0],
            at: HybridTimestamp(Milliseconds(unchecked: 1_767_003_600_000)))
        let idea = bench.id
        let admission = founder.seal([role(0, of: kiosk, .contributor)] + bench.slots)
        var chain = chain(kiosk)
        let words = chain.seal([
            slot(2, .status(idea, .declined, note: "no")),
            slot(2, .hidden(.idea(idea), isOn: true, reason: "so")),
            slot(2, .board(setting: "name", value: "Mine")),
            slot(2, .member(members[1], .rights(manage: true))),
            slot(2, .node(kiosk.node, .proves(true))),
            slot(2, .node(other.node, .disavowed(true))),
            slot(2, .erase(admission.id, slot: 1)),
        ])
        try inEveryOrder([admission, words]) { (board) throws in
            #expect(try board.snapshot().check.count == 3)
            // A title and its idea, two settings of the board, the kiosk's role, the founder's name.
            #expect(
                try values(board, Self.registers) == ["2:1", "11:2", "12:1", "14:1", "15:1"])
            let ideas = try board.ideas(IdeaQuery())
            #expect(ideas.map(\.title) == ["A bench"] && ideas.map(\.status) == [.open])
            #expect(try board.name() == "Test")
        }
    }

    @Test("Only the founder makes stewards")
    mutating func stewardsOfStewards() throws {
        let (kiosk, steward, third) = (Self.key(1), Self.key(2), Self.key(3))
        let admission = founder.seal([
            role(0, of: kiosk, .contributor), role(0, of: steward, .steward),
        ])
        var (own, others) = (chain(kiosk), chain(steward))
        let self1 = own.seal([role(1, of: kiosk, .steward)])
        let friend = others.seal([role(1, of: third, .steward)])
        try inEveryOrder([admission, self1, friend]) { (board) throws in
            #expect(try board.role(of: kiosk.node) == .contributor)
            #expect(try board.role(of: third.node) == .none)
            #expect(try board.role(of: steward.node) == .steward)
        }
    }

    @Test("A revocation that names what counts holds back what is back-dated")
    mutating func backDated() throws {
        let kiosk = Self.key(1)
        var chain = chain(kiosk)
        let admission = founder.seal([role(0, of: kiosk, .contributor)])
        let before = chain.seal([vote(5, .agree, by: 0)])
        let revocation = founder.seal([role(6, of: kiosk, .none, heads: [before])])
        let after = chain.seal([vote(4, .agree, by: 1)])
        try inEveryOrder([admission, before, revocation, after]) { (board) throws in
            #expect(try board.snapshot().check.count == 4)
            #expect(try board.nodes().first { $0.id == kiosk.node }?.held == 1)
            #expect(try values(board, Self.votes) == ["1"])
            #expect(try board.role(of: kiosk.node) == .none)
        }
    }

    @Test("What one merge takes out of the log and lets in again is in it once, and waits no more")
    mutating func outAndIn() throws {
        let (steward, kiosk) = (Self.key(1), Self.key(2))
        var (stewards, kiosks) = (chain(steward), chain(kiosk))
        let makes = founder.seal([role(0, of: steward, .steward)])
        let grant = stewards.seal([role(1, of: kiosk, .contributor)])
        let counted = kiosks.seal([vote(2, .agree, by: 0)])
        // Without effect as long as its text, which breaks the format's rules, is there.
        var nonsense = slot(3, .comment(.zero, .text(idea: idea, "x")), by: 0)
        nonsense.content = .salted([0xFF], salt: Array(repeating: 0, count: Slot.saltByteCount))
        let void = founder.seal([nonsense, role(3, of: kiosk, .contributor)])
        let board = try boards.emptyCopy()
        try board.merge(try boards.founding() + [makes, grant, counted, void], from: nil)
        // The steward's word goes, and with it the kiosk's role, until the founder's word counts.
        let report = try board.merge(
            [
                founder.seal([role(4, of: steward, .none)]),
                founder.seal([slot(5, .erase(void.id, slot: 0))]),
            ], from: nil)
        #expect(report.removed.contains(counted.id))
        #expect(try board.role(of: kiosk.node) == .contributor)
        #expect(try values(board, Self.votes) == ["1"])
        let held = try board.nodes().filter { $0.held > 0 }
        #expect(held.map(\.id) == [steward.node])
        let verified = try board.verify()
        #expect(verified.isSound && verified.held == 1 && verified.changesets == 6)
    }

    @Test("Of two stewards the later has it; the founder's earlier word stands above both")
    mutating func contradiction() throws {
        let (one, two, kiosk) = (Self.key(1), Self.key(2), Self.key(3))
        var (first, second) = (chain(one), chain(two))
        let stewards = founder.seal([role(0, of: one, .steward), role(0, of: two, .steward)])
        let yes = first.seal([role(2, of: kiosk, .contributor)])
        let no = second.seal([role(3, of: kiosk, .reader)])
        try inEveryOrder([stewards, yes, no]) { (board) throws in
            #expect(try board.role(of: kiosk.node) == .reader)
        }
        let word = founder.seal([role(1, of: kiosk, .contributor)])
        try inEveryOrder([stewards, yes, no, word]) { (board) throws in
            #expect(try board.role(of: kiosk.node) == .contributor)
        }
    }

    @Test("A proof is believed of nodes that may prove, as long as they may")
    mutating func proofs() throws {
        let (desk, kiosk) = (Self.key(1), Self.key(2))
        let admission = founder.seal([
            role(0, of: desk, .contributor), role(0, of: kiosk, .contributor),
            slot(0, .node(desk.node, .proves(true))),
        ])
        var (proving, typing) = (chain(desk), chain(kiosk))
        // The kiosk's word that its vote is proven counts as nothing; the desk's stands though it
        // is older.
        let proven = proving.seal([vote(2, .agree, .proven, by: 0)])
        let typed = typing.seal([
            vote(3, .disagree, .proven, by: 0), vote(3, .pass, .proven, by: 1),
        ])
        try inEveryOrder([admission, proven, typed]) { (board) throws in
            #expect(try Set(values(board, Self.votes)) == ["17", "3"])
        }
        let withdrawal = founder.seal([slot(4, .node(desk.node, .proves(false)))])
        try inEveryOrder([admission, proven, typed, withdrawal]) { (board) throws in
            #expect(try Set(values(board, Self.votes)) == ["2", "3"])
        }
    }

    /// RFC 8032's points of small order, and the same by numbers of p and above.
    private static let smallOrders: [[UInt8]] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].flatMap { text -> [[UInt8]] in
        let bytes = Hexadecimal.decode(text) ?? []
        return [bytes, bytes.dropLast() + [bytes[31] | 0x80]]
    }

    @Test("A key of small order gets no role: refused here, without effect from elsewhere")
    mutating func smallOrders() throws {
        let nodes = Self.smallOrders.compactMap { NodeID($0) }
        #expect(Set(nodes).count == 14)
        for node in nodes {
            let error = #expect(throws: BoardError.self) {
                try boards.founder.setRole(of: node, to: .contributor)
            }
            #expect(error?.code == .notUnderstood)
        }
        let word = founder.seal(
            nodes.map { slot(1, .node($0, .role(.contributor, heads: []))) })
        try inEveryOrder([word]) { (board) throws in
            for node in nodes { #expect(try board.role(of: node) == .none) }
            #expect(try values(board, "SELECT role FROM role_statement") == [])
        }
    }

    @Test(
        "A chain of 20,000 changesets that a revocation names keeps counting, and is judged at once"
    )
    mutating func longChain() throws {
        let kiosk = Self.key(1)
        var chain = chain(kiosk)
        var workload = VoteWorkload(ideas: 1, members: 3)
        let votes = workload.voteChangesets(20_000, perChangeset: 1, &chain)
        let board = try boards.emptyCopy()
        try board.merge(boards.founding(), from: nil)
        try board.merge([founder.seal([role(0, of: kiosk, .contributor)])], from: nil)
        try board.merge(votes, from: nil)
        let start = ContinuousClock.now
        try board.merge(
            [founder.seal([role(1, of: kiosk, .none, heads: [votes[19_999]])])], from: nil)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(try board.snapshot().check.count == 20_003)
        #expect(try board.nodes().first { $0.id == kiosk.node }?.held == 0)
    }
}
