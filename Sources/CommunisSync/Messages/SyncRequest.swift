import CommunisCore
import CommunisLog
import CommunisStore

/// What one copy of a board asks another. It says all of itself, so that the called side keeps
/// nothing between requests.
package struct SyncRequest: Hashable, Sendable {
    package enum Body: Hashable, Sendable {
        /// Who are you, what time is it, and what is the last changeset of mine that you know?
        case hello
        /// Here is what is new here; what is new there?
        case exchange(Exchange)
        /// A message of Negentropy V1.
        case reconcile([UInt8])
        /// Here is what you lack; what I lack is there.
        case move(Move)
        /// Admit this node.
        case join(Join)
    }

    package struct Exchange: Hashable, Sendable {
        package var changesets: [SealedChangeset]
        /// The copy that the cursor speaks of; `nil` before the first answer.
        package var store: [UInt8]?
        /// The arrival number there up to which the caller has everything.
        package var cursor: Int64
    }

    package struct Move: Hashable, Sendable {
        package var changesets: [SealedChangeset]
        package var wanted: [WantedChangesets]
    }

    package struct Join: Hashable, Sendable {
        /// What the new copy is called; empty for none.
        package var name: String
        /// The secret of an invitation; empty where the account decides.
        package var invitation: [UInt8]
        /// An X25519 public key, to which the board's secret is sealed.
        package var encryptionKey: [UInt8]
    }

    /// All zeros where the caller does not know it yet.
    package var board: BoardID
    /// The caller.
    package var node: NodeID
    package var body: Body

    package init(board: BoardID, node: NodeID, body: Body) {
        self.board = board
        self.node = node
        self.body = body
    }
}
