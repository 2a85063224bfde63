/// Joins of ideas as a graph of small numbers: its ideas and its pairs are known by their places.
struct JoinGraph {
    /// Two ideas that were joined, in the order of their ids.
    struct Pair: Hashable, Comparable {
        var first, second: Int64

        static func < (left: Pair, right: Pair) -> Bool {
            left.first != right.first ? left.first < right.first : left.second < right.second
        }
    }

    /// Ascending.
    let ideas: [Int64]
    /// Ascending; only those of which both ideas are in the graph.
    let pairs: [Pair]
    /// The places of the ideas of each pair.
    let ends: [(first: Int, second: Int)]

    init(ideas: [Int64], pairs: [Pair]) {
        let ideas = ideas.sorted()
        var kept: [Pair] = []
        var ends: [(first: Int, second: Int)] = []
        for pair in pairs.sorted() {
            guard let first = ideas.place(of: pair.first), let second = ideas.place(of: pair.second)
            else { continue }
            kept.append(pair)
            ends.append((first, second))
        }
        self.ideas = ideas
        self.pairs = kept
        self.ends = ends
    }

    func place(of idea: Int64) -> Int? { ideas.place(of: idea) }

    func place(of pair: Pair) -> Int? { pairs.place(of: pair) }

    /// The ideas that hang together, each set ascending, in the order of their least.
    func components() -> [[Int64]] {
        let sets = UndoableSets(count: ideas.count)
        for end in ends { sets.unite(end.first, end.second) }
        var numbers: [Int: Int] = [:]
        var components: [[Int64]] = []
        for (place, idea) in ideas.enumerated() {
            let root = sets.root(of: place)
            if let number = numbers[root] {
                components[number].append(idea)
            } else {
                numbers[root] = components.count
                components.append([idea])
            }
        }
        return components
    }
}

extension Array where Element: Comparable {
    /// Where an element stands in an ascending array.
    func place(of element: Element) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == element ? low : nil
    }
}

/// Sets that are united and can be taken apart again in the opposite order: union by size, without
/// shortening of paths (Tarjan, "Efficiency of a good but not linear set union algorithm", 1975). A
/// root is found in as many steps as the number of elements has binary digits.
final class UndoableSets {
    private var parents: [Int32]
    private var sizes: [Int32]
    /// The roots that were put below others, in that order.
    private var united: [Int32] = []

    init(count: Int) {
        parents = (0..<Int32(count)).map { $0 }
        sizes = Array(repeating: 1, count: count)
    }

    /// How many unions there are to undo.
    var unionCount: Int { united.count }
    /// How many times it was asked to unite two: what costs are told by.
    private(set) var uniteCount = 0

    func root(of element: Int) -> Int {
        var element = element
        while Int(parents[element]) != element { element = Int(parents[element]) }
        return element
    }

    func areOne(_ element: Int, _ other: Int) -> Bool { root(of: element) == root(of: other) }

    func unite(_ element: Int, _ other: Int) {
        uniteCount += 1
        var (greater, smaller) = (root(of: element), root(of: other))
        guard greater != smaller else { return }
        if sizes[greater] < sizes[smaller] { swap(&greater, &smaller) }
        parents[smaller] = Int32(greater)
        sizes[greater] += sizes[smaller]
        united.append(Int32(smaller))
    }

    /// Takes back all unions but the first so many.
    func undo(to count: Int) {
        while united.count > count {
            let root = Int(united.removeLast())
            sizes[Int(parents[root])] -= sizes[root]
            parents[root] = Int32(root)
        }
    }
}
