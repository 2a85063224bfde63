extension ChangeContent {
    /// The least role a node needs to make this change on its own behalf or a member's.
    package func requiredRole(of author: NodeID) -> Role {
        switch self {
        case .vote, .revision, .ideaField, .label, .comment, .sameAs, .carry: .contributor
        case .member(_, .name): .contributor
        case .node(let node, .name) where node == author: .contributor
        case .member(_, .rights), .status, .hidden, .board, .erase, .node: .steward
        }
    }
}
