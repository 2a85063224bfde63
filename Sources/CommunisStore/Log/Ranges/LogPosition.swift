import CommunisCore

/// The place of a changeset in the order of reconciliation: timestamp, then id.
package struct LogPosition: Hashable, Comparable, Sendable {
    package var timestamp: HybridTimestamp
    package var id: ChangesetID

    static let zero = Self(timestamp: .zero, id: .zero)

    package init(timestamp: HybridTimestamp, id: ChangesetID) {
        self.timestamp = timestamp
        self.id = id
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.timestamp != right.timestamp
            ? left.timestamp < right.timestamp : left.id < right.id
    }
}
