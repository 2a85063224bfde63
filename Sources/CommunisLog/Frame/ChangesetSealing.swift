import CommunisCore

/// Where a node's chain of changesets stands.
package struct ChainPosition: Hashable, Sendable {
    /// The sequence of the last changeset; 0 before the first.
    package var sequence: UInt64
    /// The id of the last changeset; zero before the first.
    package var last: ChangesetID

    package init(sequence: UInt64, last: ChangesetID) {
        self.sequence = sequence
        self.last = last
    }

    /// Before the first changeset.
    package static let start = ChainPosition(sequence: 0, last: .zero)
}

extension SealedChangeset {
    /// Seals slots, which must be within the limits, as the next changeset of a node.
    ///
    /// - Parameter board: `nil` founds a board: the changeset's id becomes the board's.
    package static func seal(
        _ slots: [Slot], board: BoardID?, after position: ChainPosition, with key: NodeKey
    ) -> SealedChangeset {
        let payload = slots.payload
        let header = ChangesetHeader(
            board: board ?? .zero, node: key.node, sequence: position.sequence + 1,
            previous: position.last, timestamp: slots.map(\.timestamp).max() ?? .zero,
            changeCount: slots.reduce(0) { $0 + $1.changeCount },
            payloadSize: UInt32(payload.count), root: slots.root
        ).bytes
        let signature = key.sign(signedMessage(ChangesetID(ofHeader: header)))
        return SealedChangeset(header: header, payload: payload, signature: signature)
    }
}
