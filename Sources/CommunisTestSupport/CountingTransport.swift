import CommunisStore
import CommunisSync

/// Another board file, asked in the bytes of the wire, which are counted.
package final class CountingTransport: SyncTransport {
    private let responder: WireResponder
    /// Of all requests and answers so far.
    package private(set) var bytes = 0

    package let authenticates = true

    package init(_ other: Board) { responder = WireResponder(SyncResponder(other)) }

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        let sent = SyncWire.encode(request)
        let answer = try responder.answer(sent)
        bytes += sent.count + answer.count
        return try SyncWire.decodeAnswer(answer)
    }
}
