import CommunisCore
import CommunisStore

/// Answers requests from a stream until it ends.
package enum StreamServer {
    package static func run(
        _ board: Board, over stream: MessageStream, now: @escaping @Sendable () -> Milliseconds
    ) throws {
        let responder = WireResponder(SyncResponder(board, now: now))
        while let request = try stream.read() { try stream.write(try responder.answer(request)) }
    }
}
