/// Where a change stands in the one order that decides every register: the greatest wins.
package struct Precedence: Hashable, Comparable, Sendable {
    package var timestamp: HybridTimestamp
    package var node: NodeID
    package var changeset: ChangesetID
    /// The change's place in its changeset, each vote of a block counted.
    package var index: Int

    package init(timestamp: HybridTimestamp, node: NodeID, changeset: ChangesetID, index: Int) {
        self.timestamp = timestamp
        self.node = node
        self.changeset = changeset
        self.index = index
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
        if left.node != right.node { return left.node < right.node }
        if left.changeset != right.changeset { return left.changeset < right.changeset }
        return left.index < right.index
    }
}

/// The same order among votes, in which what a member proved is not undone by someone who types
/// the member's address.
package struct VotePrecedence: Hashable, Comparable, Sendable {
    package var proof: Proof
    package var precedence: Precedence

    package init(_ proof: Proof, _ precedence: Precedence) {
        self.proof = proof
        self.precedence = precedence
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.proof != right.proof
            ? left.proof < right.proof : left.precedence < right.precedence
    }
}
