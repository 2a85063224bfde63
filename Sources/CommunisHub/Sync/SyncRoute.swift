import CommunisStore
import CommunisSync
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// `POST /sync/v1`: reads the body no sooner than who asks is known, and no further than it may be.
final class SyncRoute: Sendable {
    private let endpoint: SyncEndpoint
    private let pool: WorkPool
    private let metrics: HubMetrics
    private let limits: HubLimits
    private let large = Mutex(0)

    init(_ endpoint: SyncEndpoint, _ pool: WorkPool, _ metrics: HubMetrics, _ limits: HubLimits) {
        self.endpoint = endpoint
        self.pool = pool
        self.metrics = metrics
        self.limits = limits
    }

    func respond(to request: Request) async throws -> Response {
        let headers = request.headers
        guard
            let signed = SignedRequest(headers: { name in
                HTTPField.Name(name).flatMap { headers[$0] }
            })
        else {
            return .plain(
                .unauthorized, "This is the endpoint of `communis sync`: its requests are signed.\n"
            )
        }
        let endpoint = endpoint
        let limit: Int
        switch try await pool.run({ try endpoint.judge(signed) }) {
        case .refused(let answer): return .signed(answer)
        case .proceed(let bytes): limit = bytes
        }
        let announced = headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw HTTPError(.contentTooLarge) }
        // Without an announced length it may be as long as any.
        guard announced ?? limit > SyncEndpoint.strangerBytes else {
            return try await answer(signed, request, limit)
        }
        try enter(large, limit: limits.largeRequests)
        defer { large.withLock { $0 -= 1 } }
        return try await answer(signed, request, limit)
    }

    private func answer(_ signed: SignedRequest, _ request: Request, _ limit: Int) async throws
        -> Response
    {
        let buffer = try await request.body.collect(upTo: limit)
        metrics.received(bytes: buffer.readableBytes)
        let endpoint = endpoint
        let answer = try await pool.run {
            try endpoint.answer(signed, Array(buffer.readableBytesView))
        }
        metrics.count(answer.traffic)
        return .signed(answer)
    }
}

extension Response {
    static func signed(_ answer: SyncEndpoint.Answer) -> Response {
        // Nobody stores the answer to a POST unless it says so (RFC 9110, 9.3.3).
        var headers: HTTPFields = [.contentType: SyncWire.contentType]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    static func plain(
        _ status: HTTPResponse.Status, _ text: String,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type, .cacheControl: "no-store", .contentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPField.Name {
    fileprivate static let contentTypeOptions = Self("X-Content-Type-Options")!
}
