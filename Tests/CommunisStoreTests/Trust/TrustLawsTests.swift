import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import GRDB
import Testing

/// Rights are a function of the set: whatever is said of nodes, in whatever order it comes, every
/// copy keeps the same changesets in its log and comes to the same view.
@Suite struct TrustLawsTests {
    @Test("Admitting, promoting, demoting, revoking, disavowing in any order", arguments: 0..<40)
    func anyOrder(_ seed: Int) throws {
        let boards = try TestBoards(seed: UInt64(seed))
        var generator = SeededGenerator(seed: UInt64(seed) &+ 9_000)
        let history = TrustHistory(seed: UInt64(seed), boards: boards)
        let founding = try boards.founding()
        let changesets = history.changesets
        let expected = NaiveView(
            founding + changesets, horizon: Horizon(now: boards.clock.now).moment)
        var views: Set<String> = []
        var fingerprints: Set<String> = []
        for _ in 0..<3 {
            let board = try boards.emptyCopy()
            try board.merge(founding, from: nil)
            var pile = (changesets + changesets.prefix(10)).shuffled(using: &generator)
            while !pile.isEmpty {
                let batch = Array(pile.prefix(1 + generator.below(9)))
                pile.removeFirst(batch.count)
                try board.merge(batch, from: nil)
            }
            // An erasure that counted for a while took a text away; a peer that has it sends it, as
            // the sets differ until then.
            try board.merge(changesets, from: nil)
            #expect(try Self.log(board) == expected.members)
            #expect(try Difference(StoredView.facts(board.path), expected.facts) == nil)
            let report = try board.verify()
            #expect(report.differences == [])
            #expect(report.held == Set(founding + changesets).count - expected.members.count)
            views.insert(report.view)
            fingerprints.insert(report.fingerprint)
        }
        #expect(views.count == 1)
        #expect(fingerprints.count == 1)
    }

    @Test("The random histories hold what they are to try")
    func coverage() throws {
        var outside = 0
        var vouched = 0
        for seed in 0..<40 {
            let boards = try TestBoards(seed: UInt64(seed))
            let history = TrustHistory(seed: UInt64(seed), boards: boards)
            let all = try boards.founding() + history.changesets
            let view = NaiveView(all, horizon: Horizon(now: boards.clock.now).moment)
            outside += Set(all).count - view.members.count
            vouched += view.members.filter { view.role(of: $0) < .contributor }.count
        }
        #expect(outside > 200)
        #expect(vouched > 20)
    }

    private static func log(_ board: Board) throws -> Set<ChangesetID> {
        Set(try board.reconciling { log, _ in try log.positions(0..<log.count) }.map(\.id))
    }
}

/// Some 60 changesets of the founder and five other nodes: votes, texts and erasures, and words
/// about the nodes with heads from anywhere, right and wrong ones.
struct TrustHistory {
    private(set) var changesets: [SealedChangeset] = []

    init(seed: UInt64, boards: TestBoards) {
        var generator = SeededGenerator(seed: seed &+ 500)
        let keys = (1...5).map { TestBoards.key(seed &+ 31, $0) }
        var chains = keys.map { NodeChain(key: $0, board: boards.founder.id) }
        // The founder goes on by hand after the founding changeset.
        var founder = NodeChain(
            key: boards.founderKey, board: boards.founder.id,
            position: (try? boards.founderPosition()) ?? .start)
        var history = RandomHistory(
            seed: seed, board: boards.founder.id, ideas: 3, members: 4, nodes: keys.map(\.node),
            start: Milliseconds(unchecked: 1_767_225_000_000), span: 60)
        var sealed: [NodeID: [ChangesetID]] = [:]
        for step in 0..<60 {
            let author = step < 3 ? 0 : generator.below(chains.count + 1)
            var changes: [Change] = (0...generator.below(3)).map { _ in history.next() }
            if step < 3 || generator.below(3) == 0 {
                let node = keys[generator.below(keys.count)].node
                let own = sealed[node] ?? []
                let heads = (0..<generator.below(3)).compactMap { _ in
                    own.randomElement(using: &generator)
                }
                let role = step < 3 ? .steward : Role.allCases[generator.below(4)]
                changes.append(
                    Change(
                        changes[0].timestamp, by: nil,
                        .node(node, .role(role, heads: Set(heads).sorted()))))
            }
            if generator.below(8) == 0, let target = changesets.randomElement(using: &generator) {
                changes.append(
                    Change(
                        changes[0].timestamp, by: nil,
                        .erase(target.id, slot: UInt32(generator.below(3)))))
            }
            let slots = changes.map(RandomHistory.slot)
            if author == 0 {
                changesets.append(founder.seal(slots))
            } else {
                var chain = chains[author - 1]
                // Two copies of one key: now and then one goes on from an older place.
                let changeset = chain.seal(slots)
                if generator.below(12) != 0 { chains[author - 1] = chain }
                changesets.append(changeset)
                sealed[chain.key.node, default: []].append(changeset.id)
            }
        }
    }
}
