/// What hangs together by pairs that go both ways.
package enum ConnectedComponent {
    /// Everything that can be reached from a start, the start included.
    ///
    /// - Parameter neighbours: what a pair joins with a node.
    package static func of<Node: Hashable>(
        _ start: Node, neighbours: (Node) throws -> [Node]
    ) rethrows -> Set<Node> {
        var found: Set<Node> = [start]
        var open = [start]
        while let node = open.popLast() {
            for next in try neighbours(node) where found.insert(next).inserted {
                open.append(next)
            }
        }
        return found
    }
}
