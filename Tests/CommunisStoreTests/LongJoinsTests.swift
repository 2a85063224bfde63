import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// Joins without end. What they cost is in `ClusterCostsTests`.
@Suite struct LongJoinsTests {
    @Test("5,000 ideas joined in a line are one, and each vote on them counts once")
    func line() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 5_000, members: 40, board: boards.founder.id)
        var chain = try boards.chain(TestBoards.key(3, 3))
        let titles = workload.ideaChangesets(&chain)
        let votes = workload.voteChangesets(2_000, &chain)
        let moment = HybridTimestamp(Milliseconds(unchecked: 1_699_500_000_000))
        let joins = zip(workload.ideas, workload.ideas.dropFirst()).compactMap { one, other in
            IdeaPair(one, other).map {
                RandomHistory.slot(Change(moment, by: nil, .sameAs($0, isOn: true)))
            }
        }
        let sealed = Slot.pack(joins).map { chain.seal($0.map(\.slot)) }
        try boards.founder.merge(titles + votes + sealed, from: nil)
        let ideas = try boards.founder.ideas(IdeaQuery())
        #expect(ideas.map(\.id) == [workload.ideas[0]])
        let tally = try #require(ideas.first?.tally)
        #expect(tally.agree + tally.disagree == 40)
    }
}
