import CommunisCore
import GRDB

/// What the nodes are called.
struct NodeNames {
    private var names: [NodeID: String] = [:]

    init(_ database: Database) throws {
        for row in try database.rows(
            """
            SELECT node.id, name FROM node_standing JOIN node ON node.key = node_standing.node
            WHERE name IS NOT NULL
            """)
        {
            names[try row.identifier(0)] = try row[1]
        }
    }

    subscript(node: NodeID) -> String? { names[node] }
}
