import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What was said of a node, for those who judge by it.
struct NodeSubject: Hashable {
    enum Matter: Hashable {
        case role(hasHeads: Bool)
        /// Whether its votes count, or its word that a member is proven.
        case votes
    }

    var node: NodeID
    var matter: Matter
}

extension ViewWriter {
    /// Notes a change of a node's role. All are kept, whichever won: an earlier one may still judge
    /// what lies before a later one's heads.
    func noteStatement(
        _ node: NodeID, _ role: Role, _ heads: [ChangesetID], _ timestamp: HybridTimestamp,
        index: Int, arrival: Int64
    ) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO role_statement(node, changeset, position, timestamp, role, heads)
            VALUES(?, ?, ?, ?, ?, ?)
            """,
            try Self.nodeKey(node, database), arrival, index, timestamp.column,
            Int64(role.rawValue), Data(heads.flatMap(\.bytes)))
        nodeSubjects.append(NodeSubject(node: node, matter: .role(hasHeads: !heads.isEmpty)))
    }

    /// Notes all that a changeset says, and may say, by which other changesets are judged; the rest
    /// of the view has it already, or will be computed anew.
    func noteJudging(of changeset: OpenedChangeset, arrival: Int64, as role: Role) throws {
        let author = changeset.header.node
        for slot in changeset.slots {
            guard case .change(let change) = slot.content, change.content.kind.isNeverParked,
                Rights(role: role).allow(change.content, by: author)
            else { continue }
            switch change.content {
            case .node(let node, .role(let given, let heads)):
                try noteStatement(
                    node, given, heads, change.timestamp, index: slot.firstIndex, arrival: arrival)
            case .node(let node, .proves), .node(let node, .disavowed):
                nodeSubjects.append(NodeSubject(node: node, matter: .votes))
            case .erase:
                isErasing = true
            default:
                continue
            }
        }
    }

    /// - Returns: the keys of the nodes that the changeset spoke of.
    func forgetStatements(of arrival: Int64) throws -> Set<Int64> {
        let nodes = try database.rows(
            "SELECT DISTINCT node FROM role_statement WHERE changeset = ?", arrival)
        try database.run("DELETE FROM role_statement WHERE changeset = ?", arrival)
        return Set(try nodes.map { try $0[0] })
    }

    /// The nodes that were spoken of since the last call.
    func takeNodeSubjects() -> [NodeSubject] {
        guard !nodeSubjects.isEmpty else { return [] }
        defer { nodeSubjects = [] }
        return nodeSubjects
    }
}

extension Database {
    /// What is said of each node's role, to see whether it is still the same.
    func statements() throws -> [Int64: [String]] {
        let rows = try rows(
            """
            SELECT node, changeset || ' ' || position FROM role_statement
            ORDER BY node, changeset, position
            """)
        return try Dictionary(grouping: rows) { try $0[0] as Int64 }.mapValues {
            try $0.map { try $0[1] }
        }
    }
}
