import CommunisCore
import CommunisStore

/// Another board file on this machine, asked in this process.
package struct PathTransport: SyncTransport {
    private let responder: SyncResponder

    package init(_ other: Board) { responder = SyncResponder(other) }

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        try responder.answer(request)
    }
}
