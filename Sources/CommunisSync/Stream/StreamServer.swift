import CommunisCore
import CommunisStore
import Foundation

/// Answers requests from a stream until it ends.
package enum StreamServer {
    package static func run(_ board: Board, over stream: MessageStream) throws {
        let responder = WireResponder(SyncResponder(board))
        do {
            while let request = try stream.read() {
                try stream.write(try responder.answer(request))
            }
        } catch let error as POSIXError where error.code == .EPIPE {
            // Who asked is gone, as where a connection is cut.
        }
    }
}
