import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// Revocations from a moment on, `node revoke --since`.
@Suite("A revocation from an earlier day")
struct CutRevocationTests {
    private let boards: TestBoards
    private let workload = VoteWorkload(ideas: 1, members: 5)
    private var founder: Board { boards.founder }

    init() throws { boards = try TestBoards() }

    /// Gives a copy all that another has.
    private func give(_ to: Board, from: Board) throws {
        try from.sealPending()
        try to.merge(try from.page(after: 0, excluding: nil).changesets, from: nil)
    }

    @Test("What a steward erased stays erased, and what others wrote beside it stays")
    func erasures() throws {
        let (steward, third) = (try boards.emptyCopy(), try boards.emptyCopy())
        try boards.admit([TestBoards.key(77, 1)], as: .steward)
        let idea = workload.ideas[0]
        let (comment, secret) = Draft.comment(
            on: idea, "A secret", on: founder.id, by: workload.members[0], key: .numbered(3))
        try founder.write(
            [secret]
                + workload.members.map { Draft(by: $0, .vote(idea, Vote(.agree))) })
        try give(steward, from: founder)
        boards.clock.advance(by: .seconds(60))
        #expect(try steward.erase(.comment(comment), by: nil) == 1)
        for copy in [founder, third] { try give(copy, from: steward) }
        let count = try founder.snapshot().check.count
        boards.clock.advance(by: .seconds(60))

        try founder.setRole(
            of: steward.node, to: .none, cut: boards.clock.now.advanced(by: .seconds(-90)))
        try give(third, from: founder)
        for copy in [founder, third] {
            let verified = try copy.verify()
            #expect(verified.isSound && verified.held == 1)
            // The steward's erasure went; what it judged, and the founder's word, are here.
            #expect(verified.changesets == Int(count))
            #expect(try copy.votes(on: idea).count == 5)
        }
        #expect(try founder.verify().fingerprint == third.verify().fingerprint)
        #expect(try founder.textCount(of: .comment(comment)) == 0)
    }

    @Test("A node with thousands of ends can be revoked, demoted and admitted")
    func manyEnds() throws {
        let key = TestBoards.key(9, 1)
        try boards.admit([key])
        let slot = RandomHistory.slot(
            Change(
                HybridTimestamp(boards.clock.now), by: workload.members[0],
                .vote(workload.ideas[0], Vote(.agree))))
        let ends = (0..<8_300).map { number in
            SealedChangeset.seal(
                [slot], board: founder.id,
                after: ChainPosition(sequence: UInt64(number), last: .zero), with: key)
        }
        try founder.merge(ends, from: nil)
        for role in [Role.reader, .contributor, .none] {
            try founder.setRole(of: key.node, to: role)
            #expect(try founder.role(of: key.node) == role)
        }
        #expect(try founder.verify().isSound)
    }

    @Test("An erasure ends where somebody without a role has sent a text that is gone")
    func strangersErased() throws {
        let text = Change(
            HybridTimestamp(boards.clock.now), by: workload.members[0],
            .comment(.zero, .text(idea: workload.ideas[0], "A secret")))
        var stranger = NodeChain(key: TestBoards.key(9, 2), board: founder.id)
        let whole = stranger.seal([RandomHistory.slot(text)])
        var stripped = whole
        stripped.payload = ([Slot](payload: whole.payload) ?? []).map(\.erased).payload
        try founder.merge([stripped], from: nil)
        #expect(try founder.verify().held == 1)
        // Erases the stranger's text as well as one of its own.
        try founder.write([Draft(by: nil, .erase(whole.id, slot: 0))])
        #expect(try founder.verify().isSound)
        #expect(try founder.verify().held == 1)
        // Admitted, it has written what nobody can read any more.
        try founder.setRole(of: stranger.key.node, to: .contributor)
        let verified = try founder.verify()
        #expect(verified.isSound && verified.held == 0)
    }
}
