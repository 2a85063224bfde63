import CommunisTestSupport
import Testing

@testable import CommunisStore

/// Who objects to which joins, and what it costs to tell what their votes reach.
@Suite struct ObjectorReachTests {
    /// A shape that somebody may give to joins and objections.
    enum Shape: CaseIterable {
        /// A line, and all object to its last pair.
        case lastPair
        /// A line, and each objects to another pair of it.
        case anotherPair
        /// A ladder, in which every pair is part of a ring, and each objects to another one.
        case ladder
        /// The ladder again; a few members object to a large part of it each.
        case manyEach
    }

    private static func pair(_ one: Int64, _ other: Int64) -> JoinGraph.Pair {
        JoinGraph.Pair(first: min(one, other), second: max(one, other))
    }

    private static func graph(_ shape: Shape, _ count: Int64) -> JoinGraph {
        var pairs: [JoinGraph.Pair] = []
        for idea in 1..<count { pairs.append(pair(idea, idea + 1)) }
        switch shape {
        case .lastPair, .anotherPair: break
        case .ladder, .manyEach:
            for idea in 1...count - 2 { pairs.append(pair(idea, idea + 2)) }
        }
        return JoinGraph(ideas: Array(1...count), pairs: pairs)
    }

    private static func objections(_ shape: Shape, _ graph: JoinGraph, _ count: Int64)
        -> [Objection]
    {
        (0..<count).map { number in
            let place = Int(number * 7) % graph.pairs.count
            return switch shape {
            case .lastPair: Objection(member: number, pair: pair(count - 1, count))
            case .anotherPair, .ladder: Objection(member: number, pair: graph.pairs[place])
            case .manyEach: Objection(member: number % 16, pair: graph.pairs[place])
            }
        }
    }

    @Test("16,000 objections to 16,000 joined ideas cost what they are", arguments: Shape.allCases)
    func cost(_ shape: Shape) throws {
        let count: Int64 = 16_000
        let graph = Self.graph(shape, count)
        let objections = Self.objections(shape, graph, count)
        var reach = ObjectorReach(graph, objections)
        var visited = 0
        var work = 0
        reach.forEachMember { _, sets in
            visited += 1
            work = sets.uniteCount
        }
        #expect(visited == Set(objections.map(\.member)).count)
        // Each pair once, and each objection in each of the halvings, of which there are 14.
        #expect(work <= graph.pairs.count + objections.count * 14)
    }

    @Test("What a member's votes reach is what is left without the pairs they object to")
    func reach() {
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let ideas = (0..<Int64(2 + generator.below(12))).map { $0 * 3 + 1 }
            var pairs: Set<JoinGraph.Pair> = []
            for _ in 0..<generator.below(30) {
                let (one, other) = (
                    ideas[generator.below(ideas.count)], ideas[generator.below(ideas.count)]
                )
                if one != other { pairs.insert(Self.pair(one, other)) }
            }
            let graph = JoinGraph(ideas: ideas.shuffled(using: &generator), pairs: Array(pairs))
            var objections: [Int64: Set<JoinGraph.Pair>] = [:]
            for _ in 0..<generator.below(60) where !graph.pairs.isEmpty {
                let pair = graph.pairs[generator.below(graph.pairs.count)]
                objections[Int64(generator.below(9)), default: []].insert(pair)
            }
            let list = objections.flatMap { member, pairs in
                pairs.map { Objection(member: member, pair: $0) }
            }
            var reach = ObjectorReach(graph, list)
            var members: Set<Int64> = []
            reach.forEachMember { member, sets in
                members.insert(member)
                let kept = pairs.subtracting(objections[member] ?? [])
                for one in ideas {
                    let expected = Self.joined(with: one, over: kept)
                    for other in ideas {
                        guard let place = graph.place(of: one), let next = graph.place(of: other)
                        else {
                            Issue.record("an idea is not in the graph")
                            return
                        }
                        #expect(sets.areOne(place, next) == expected.contains(other))
                    }
                }
            }
            #expect(members == Set(objections.keys))
        }
    }

    private static func joined(with idea: Int64, over pairs: Set<JoinGraph.Pair>) -> Set<Int64> {
        var found: Set<Int64> = [idea]
        while true {
            let more = pairs.filter { found.contains($0.first) || found.contains($0.second) }
                .flatMap { [$0.first, $0.second] }
            if found.isSuperset(of: more) { return found }
            found.formUnion(more)
        }
    }
}
