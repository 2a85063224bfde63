extension ChangeContent {
    /// The least role a node needs to make this change on its own behalf or a member's.
    ///
    /// The founder names stewards; stewards name contributors and readers.
    package func requiredRole(of author: NodeID) -> Role {
        switch self {
        case .vote, .idea, .revision, .ideaField, .label, .comment, .sameAs, .carry: .contributor
        case .member(_, .name): .contributor
        case .nodeName(let node, _) where node == author: .contributor
        case .node(_, .role(let role, _)) where role >= .steward: .founder
        case .member(_, .rights), .status, .hidden, .board, .erase, .node, .nodeName: .steward
        }
    }
}

/// What the changes of one changeset may do to the view.
package struct Rights: Hashable, Sendable {
    /// What its node was when it sealed it.
    package var role: Role
    /// Whether the node's votes count; not where a steward disavowed them.
    package var countsVotes: Bool
    /// Whether the node's word that a member is proven is believed.
    package var proves: Bool

    package init(role: Role, countsVotes: Bool = true, proves: Bool = false) {
        self.role = role
        self.countsVotes = countsVotes
        self.proves = proves
    }

    /// Whether a change of this node is one that it may make.
    package func allow(_ content: ChangeContent, by author: NodeID) -> Bool {
        if case .vote = content { return role >= .contributor && countsVotes }
        // A key of small order would let anyone sign for it.
        if case .node(let node, .role) = content, node.isSmallOrder { return false }
        return role >= content.requiredRole(of: author)
    }

    /// A vote as this node's word makes it: proven only where that is believed.
    package func believed(_ vote: Vote) -> Vote {
        proves || vote.proof == .typed ? vote : Vote(vote.ballot)
    }
}
