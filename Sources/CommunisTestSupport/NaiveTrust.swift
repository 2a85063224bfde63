import CommunisCore
import CommunisLog

/// Who might say what, straight from the definition and as slow as that: an oracle that shares no
/// code with the store's judgement.
package struct NaiveTrust: Sendable {
    private struct Statement: Sendable {
        var isFounders: Bool
        var precedence: Precedence
        var role: Role
        var heads: [ChangesetID]
    }

    private let known: [ChangesetID: ChangesetHeader]
    private let founder: NodeID?
    private var statements: [NodeID: [Statement]] = [:]

    /// - Parameters:
    ///   - meaningful: those of the changesets that are not void.
    ///   - told: the founder, where the founding changeset is not among them.
    init(_ changesets: [OpenedChangeset], meaningful: [OpenedChangeset], founder told: NodeID?) {
        known = Dictionary(
            changesets.map { ($0.id, $0.header) }, uniquingKeysWith: { first, _ in first })
        founder = changesets.first { $0.header.isFounding }?.header.node ?? told
        for changeset in meaningful where changeset.header.node == founder {
            add(changeset, isFounders: true, below: .founder)
        }
        // Only the founder makes stewards, so no steward's word is needed to know who is one.
        let stewards = meaningful.filter {
            $0.header.node != founder && role(of: $0.id) >= .steward
        }
        for changeset in stewards { add(changeset, isFounders: false, below: .steward) }
    }

    private mutating func add(_ changeset: OpenedChangeset, isFounders: Bool, below limit: Role) {
        for slot in changeset.slots {
            guard case .change(let change) = slot.content,
                case .node(let node, .role(let role, let heads)) = change.content, role < limit
            else { continue }
            let precedence = Precedence(
                timestamp: change.timestamp, node: changeset.header.node,
                changeset: changeset.id, index: slot.firstIndex)
            statements[node, default: []].append(
                Statement(
                    isFounders: isFounders, precedence: precedence, role: role, heads: heads))
        }
    }

    package func isFounder(_ node: NodeID) -> Bool { node == founder }

    /// The role in which a changeset was sealed.
    package func role(of id: ChangesetID) -> Role {
        guard let node = known[id]?.node else { return .none }
        if node == founder { return .founder }
        let falling = (statements[node] ?? []).sorted { left, right in
            left.isFounders != right.isFounders
                ? left.isFounders : left.precedence > right.precedence
        }
        return falling.first { !lies(id, of: node, before: $0.heads) }?.role ?? .none
    }

    /// Whether a changeset belongs to the set that copies share.
    package func isMember(_ id: ChangesetID) -> Bool {
        guard let node = known[id]?.node else { return false }
        return role(of: id) >= .contributor
            || node != founder
                && (statements[node] ?? []).contains { lies(id, of: node, before: $0.heads) }
    }

    private func lies(_ id: ChangesetID, of node: NodeID, before heads: [ChangesetID]) -> Bool {
        heads.contains { head in
            var step = head
            while let header = known[step], header.node == node {
                if step == id { return true }
                step = header.previous
            }
            return false
        }
    }
}
