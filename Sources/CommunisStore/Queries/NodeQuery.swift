import CommunisCore
import Foundation
import GRDB

/// A node as `node list` shows it.
package struct NodeRow: Sendable {
    package var id: NodeID
    package var name: String?
    package var role: Role
    /// Whether its role was taken away. What it writes since has no effect, and a role that is given
    /// later does not change that.
    package var hasLostRole: Bool
    /// Whether it is this copy.
    package var isThis: Bool
    package var changesets: Int
    /// How many of its changesets wait outside the log.
    package var held: Int
    /// How many of them since it has no role, and not for the erasure of a text that they lack.
    package var heldWithoutRole: Int
    /// Whether its chain has two ends: two copies wrote with one key.
    package var isForked: Bool
    /// Whether a steward declared that none of its votes count.
    package var isDisavowed: Bool
    /// The time of its last changeset here.
    package var lastChange: Milliseconds?
}

extension Board {
    /// What is known here of this copy's own node.
    package func ownNode() throws(BoardError) -> NodeRow? { try nodes().first(where: \.isThis) }

    /// Every node that wrote here, was given a role or a name, or of which something is held, and this
    /// copy's own; the founder first, then by name.
    package func nodes() throws(BoardError) -> [NodeRow] {
        try read { database in
            let rows = try database.rows(
                """
                SELECT node.id, name, role,
                    changesets,
                    (SELECT max(timestamp) FROM changeset WHERE changeset.node = node.key),
                    (SELECT count(*) FROM held WHERE held.node = node.key),
                    (SELECT count(*) FROM held WHERE held.node = node.key AND reason = ?3),
                    changesets > sequence, coalesce(disavowed, 0)
                FROM node LEFT JOIN node_standing ON node_standing.node = node.key
                WHERE changesets > 0 OR node_standing.node IS NOT NULL OR node.id IN (?1, ?2)
                    OR EXISTS (SELECT 1 FROM held WHERE held.node = node.key)
                ORDER BY name, node.id
                """, founder.data, node.data, HeldTable.Reason.noRole.rawValue)
            let nodes = try rows.map { row in
                let id: NodeID = try row.identifier(0)
                let role = (try row[2] as Int64?).flatMap {
                    Role(rawValue: UInt8(truncatingIfNeeded: $0))
                }
                return NodeRow(
                    id: id, name: try row[1], role: id == founder ? .founder : role ?? .none,
                    hasLostRole: role.map { $0 < .contributor } ?? false, isThis: id == node,
                    changesets: try row[3], held: try row[5], heldWithoutRole: try row[6],
                    isForked: try row[7], isDisavowed: try row[8],
                    lastChange: (try row[4] as Int64?).map { HybridTimestamp(column: $0).moment })
            }
            // Of a new key the file knows nothing.
            let own =
                nodes.contains(where: \.isThis)
                ? []
                : [
                    NodeRow(
                        id: node, role: .none, hasLostRole: false, isThis: true, changesets: 0,
                        held: 0, heldWithoutRole: 0, isForked: false, isDisavowed: false)
                ]
            return nodes.filter { $0.role == .founder } + nodes.filter { $0.role != .founder } + own
        }
    }
}

extension Board {
    /// The node that a prefix of its id names, five characters or more.
    ///
    /// - Throws: `notFound`; `notUnderstood` with the candidates if it names several.
    package func node(_ reference: String) throws(BoardError) -> NodeRow {
        guard let prefix = ReferencePrefix(reference, byteCount: NodeID.byteCount) else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) is not the beginning of a copy's id",
                "give the letters and digits that `communis node list` shows")
        }
        let found = try nodes().filter {
            let id = $0.id.data
            return !id.lexicographicallyPrecedes(prefix.low)
                && !prefix.high.lexicographicallyPrecedes(id)
        }
        guard let first = found.first else {
            throw BoardError(
                .notFound, "no copy \(reference.quoted) of this board",
                "see `communis node list` for the copies")
        }
        if found.count == 1 { return first }
        throw ReferencePrefix.ambiguity(
            reference, "\(reference.quoted) names several copies",
            found.map { "\(Base32.encode($0.id.bytes))  \(($0.name ?? "").printable)" })
    }
}
