import AsyncHTTPClient
import CommunisSync
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers an answer of at most a message's length, and tells how much of it is here.
final class AnswerReceiver: HTTPClientResponseDelegate {
    typealias Response = HTTPClient.Response

    private let accumulator: ResponseAccumulator
    private let bytes = Mutex(0)

    init(_ request: HTTPClient.Request) {
        accumulator = ResponseAccumulator(request: request, maxBodySize: SyncWire.messageBytes)
    }

    /// How much of the body came. What HTTP puts around it does not count.
    var byteCount: Int { bytes.withLock { $0 } }

    func didReceiveHead(task: HTTPClient.Task<Response>, _ head: HTTPResponseHead)
        -> EventLoopFuture<Void>
    {
        accumulator.didReceiveHead(task: task, head)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Response>, _ buffer: ByteBuffer)
        -> EventLoopFuture<Void>
    {
        bytes.withLock { $0 += buffer.readableBytes }
        return accumulator.didReceiveBodyPart(task: task, buffer)
    }

    func didReceiveError(task: HTTPClient.Task<Response>, _ error: any Error) {
        accumulator.didReceiveError(task: task, error)
    }

    func didFinishRequest(task: HTTPClient.Task<Response>) throws -> Response {
        try accumulator.didFinishRequest(task: task)
    }
}
