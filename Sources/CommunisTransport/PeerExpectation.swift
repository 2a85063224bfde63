import CommunisCore
import CommunisStore

/// Whom this copy expects at an address, and whom it accepts instead.
package struct PeerExpectation: Sendable {
    /// Who answered there before, or whom an invitation names; `nil` at first contact.
    package var node: NodeID?
    /// The copy that answered there before.
    package var store: [UInt8]?
    /// What a node may do by this copy's log; nothing, for a copy that is yet to be made.
    private let role: @Sendable (NodeID) -> Role
    /// Whether this copy's log took a node's role away.
    private let isRevoked: @Sendable (NodeID) -> Bool
    /// Told of another node than before that answers, and is believed.
    private let changed: @Sendable (NodeID) -> Void

    package init(
        node: NodeID? = nil, store: [UInt8]? = nil,
        role: @escaping @Sendable (NodeID) -> Role = { _ in .none },
        isRevoked: @escaping @Sendable (NodeID) -> Bool = { _ in false },
        changed: @escaping @Sendable (NodeID) -> Void = { _ in }
    ) {
        self.node = node
        self.store = store
        self.role = role
        self.isRevoked = isRevoked
        self.changed = changed
    }

    /// Judges who answers, before anything of the log is told to them.
    ///
    /// At first contact a node is believed that has a role by this copy's log. Where one answered
    /// before, another may do so that could have written all that it sends. One whose role was taken
    /// away is sent nothing, whether it answered before or not; of one that answered before, or that
    /// an invitation names, this log may have heard nothing yet.
    mutating func check(_ answering: NodeID, at address: String) throws(BoardError) {
        guard !isRevoked(answering) else {
            throw BoardError(
                .notPermitted, "the copy that answers at \(address) has no role any more",
                "sync with another copy, or ask a steward to admit that one again")
        }
        guard answering != node else { return }
        let role = role(answering)
        if node == nil {
            guard role > .none else {
                throw BoardError(
                    .notPermitted, "this copy does not know the one that answers at \(address)",
                    """
                    sync first with a copy that knows it, or give the address with an invitation \
                    from there
                    """)
            }
        } else {
            guard role >= .contributor else {
                throw BoardError(
                    .notPermitted,
                    """
                    another copy than before answers at \(address), and may not write on this \
                    board
                    """,
                    "if that is meant, run `communis peer forget` with this address and sync again")
            }
            changed(answering)
        }
        node = answering
    }
}
