import CommunisCore
import CommunisStore

/// Another board file on this machine, asked in this process.
package struct PathTransport: SyncTransport {
    private let responder: SyncResponder

    /// Whether the file's key can be read, and is its node's.
    package var authenticates: Bool { (try? responder.board.nodeKey()) != nil }

    /// Whether the file is not this account's own.
    package var isReadOnly: Bool { responder.board.objection != nil }

    package var unsealedCount: Int { get throws { try responder.board.pendingCount() } }

    package init(_ other: Board) { responder = SyncResponder(other) }

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        try responder.answer(request)
    }
}
