import CommunisCore
import CommunisStore

/// Answers requests from a stream until it ends.
package enum StreamServer {
    package static func run(_ board: Board, over stream: MessageStream) throws {
        let responder = WireResponder(SyncResponder(board))
        while let request = try stream.read() { try stream.write(try responder.answer(request)) }
    }
}
