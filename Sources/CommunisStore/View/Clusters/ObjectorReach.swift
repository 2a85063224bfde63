/// That the votes of a member shall not count across a pair of ideas.
struct Objection {
    var member: Int64
    var pair: JoinGraph.Pair
}

/// How far the votes of members reach who object to joins.
///
/// Each member has a graph of their own: all pairs but those they object to. To walk through each of
/// them costs members times pairs, and both are for one node to say. Here the members stand in a row
/// that is halved again and again: whoever goes into a half unites the pairs to which the other half
/// objects and this one does not, and takes that back when coming out. At a single member exactly the
/// pairs are united to which that one does not object (offline dynamic connectivity; see "Deleting
/// from a data structure in O(T(n) log n)", https://cp-algorithms.com/data_structures). An objection
/// is looked at once in each halving, wherever in the graph it is: n objections to a graph of m pairs
/// cost m + n log n unions, and memory for n + m numbers.
struct ObjectorReach {
    private let graph: JoinGraph
    private let sets: UndoableSets
    private let members: [Int64]
    /// The places of the pairs that members object to, a member after the other.
    private let objected: [Int32]
    /// Where those of each member begin, and behind them all where the last end.
    private let starts: [Int]
    /// Of each pair the number of the last half that objects to it.
    private var marks: [Int32]
    private var halfNumber: Int32 = 0

    /// - Parameter objections: to pairs of the graph; others are passed over.
    init(_ graph: JoinGraph, _ objections: [Objection]) {
        self.graph = graph
        var members: [Int64] = []
        var objected: [Int32] = []
        var starts: [Int] = []
        for objection in objections.sorted(by: { $0.member < $1.member }) {
            if members.last != objection.member {
                members.append(objection.member)
                starts.append(objected.count)
            }
            if let place = graph.place(of: objection.pair) { objected.append(Int32(place)) }
        }
        starts.append(objected.count)
        self.members = members
        self.objected = objected
        self.starts = starts
        marks = Array(repeating: 0, count: graph.pairs.count)
        sets = UndoableSets(count: graph.ideas.count)
    }

    /// Calls `body` with each objector and how their ideas hang together: with a test for whether
    /// two ideas, by their places in the graph, are one for that member.
    mutating func forEachMember(
        _ body: (_ member: Int64, _ sets: UndoableSets) throws -> Void
    ) rethrows {
        guard !members.isEmpty else { return }
        mark(members.indices)
        for place in graph.pairs.indices where marks[place] != halfNumber { unite(place) }
        try visit(members.indices, body)
        sets.undo(to: 0)
    }

    /// - Parameter row: members; the pairs are united to which none of them objects.
    private mutating func visit(
        _ row: Range<Int>, _ body: (Int64, UndoableSets) throws -> Void
    ) rethrows {
        guard row.count > 1 else { return try body(members[row.lowerBound], sets) }
        let middle = row.lowerBound + row.count / 2
        let low = row.lowerBound..<middle
        let high = middle..<row.upperBound
        for (half, other) in [(low, high), (high, low)] {
            let count = sets.unionCount
            mark(half)
            for objection in objections(of: other) {
                let place = Int(objected[objection])
                if marks[place] != halfNumber { unite(place) }
            }
            try visit(half, body)
            sets.undo(to: count)
        }
    }

    private func objections(of row: Range<Int>) -> Range<Int> {
        starts[row.lowerBound]..<starts[row.upperBound]
    }

    private mutating func mark(_ row: Range<Int>) {
        halfNumber += 1
        for objection in objections(of: row) { marks[Int(objected[objection])] = halfNumber }
    }

    private func unite(_ place: Int) {
        sets.unite(graph.ends[place].first, graph.ends[place].second)
    }
}
