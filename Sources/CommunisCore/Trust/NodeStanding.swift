/// One change of a node's role, by a node that had the right to make it.
package struct RoleStatement: Hashable, Comparable, Sendable {
    /// The founder's word about a node outranks the stewards'.
    package var isFounders: Bool
    package var precedence: Precedence
    package var role: Role
    /// The node's last good changesets: what lies in their ancestry keeps counting as before.
    package var heads: [ChangesetID]

    package init(
        isFounders: Bool, precedence: Precedence, role: Role, heads: [ChangesetID]
    ) {
        self.isFounders = isFounders
        self.precedence = precedence
        self.role = role
        self.heads = heads
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.isFounders != right.isFounders
            ? right.isFounders : left.precedence < right.precedence
    }
}

/// What one node may do and could do before: a pure function of the set of statements about it and
/// of the changesets it sealed, whatever the order in which they came.
///
/// A changeset is judged by the greatest statement whose heads do not lie after it. So a revocation
/// leaves what its heads vouch for as it was, whatever times later changesets claim, and a
/// promotion does not legalise what was sealed before it.
package struct NodeStanding: Sendable {
    /// The least first.
    package let statements: [RoleStatement]

    package init(_ statements: some Sequence<RoleStatement>) {
        self.statements = statements.sorted()
    }

    /// The role of what the node seals from now on.
    package var current: Role { statements.last?.role ?? .none }

    /// Whether every changeset of the node is judged alike.
    package var isUniform: Bool { statements.allSatisfy(\.heads.isEmpty) }

    /// What became of a node's changesets.
    package struct Judgement: Sendable {
        /// The role in which each was sealed.
        package var roles: [ChangesetID: Role] = [:]
        /// Those in the ancestry of a statement's heads.
        package var vouched: Set<ChangesetID> = []
        /// Ids that some head's ancestry needs next and that are not among the changesets.
        package var gaps: Set<ChangesetID> = []

        /// Whether a changeset belongs to the set that copies share. What a statement vouched for
        /// stays, also if it has no effect any more: whoever judges by the statement needs it.
        package func isMember(_ id: ChangesetID) -> Bool {
            roles[id, default: .none] >= .contributor || vouched.contains(id)
        }
    }

    /// - Parameter previous: every known changeset of the node, with the one before it in the
    ///   node's chain (zero for a first one).
    package func judge(_ previous: [ChangesetID: ChangesetID]) -> Judgement {
        var judgement = Judgement()
        var undecided = Set(previous.keys)
        for statement in statements.reversed() {
            let ancestry = ancestry(of: statement.heads, previous, &judgement.gaps)
            judgement.vouched.formUnion(ancestry)
            for id in undecided where !ancestry.contains(id) {
                judgement.roles[id] = statement.role
            }
            undecided.formIntersection(ancestry)
        }
        for id in undecided { judgement.roles[id] = Role.none }
        return judgement
    }

    private func ancestry(
        of heads: [ChangesetID], _ previous: [ChangesetID: ChangesetID],
        _ gaps: inout Set<ChangesetID>
    ) -> Set<ChangesetID> {
        var ancestry: Set<ChangesetID> = []
        for head in heads {
            var id = head
            while id != .zero, !ancestry.contains(id) {
                guard let before = previous[id] else {
                    gaps.insert(id)
                    break
                }
                ancestry.insert(id)
                id = before
            }
        }
        return ancestry
    }
}
