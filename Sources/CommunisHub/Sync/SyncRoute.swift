import CommunisStore
import CommunisSync
import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /sync/v1`: reads the body no sooner than who asks is known, and no further than it may be.
final class SyncRoute: Sendable {
    private let endpoint: SyncEndpoint
    private let pool: WorkPool
    private let metrics: HubMetrics
    private let bodies: Shares
    private let answers: Shares

    init(_ endpoint: SyncEndpoint, _ pool: WorkPool, _ metrics: HubMetrics, _ limits: HubLimits) {
        self.endpoint = endpoint
        self.pool = pool
        self.metrics = metrics
        bodies = Shares(all: limits.bodyBytes, each: limits.nodeBytes)
        answers = Shares(all: limits.answerBytes, each: limits.nodeBytes)
    }

    func respond(to request: Request, _ context: HubRequestContext) async throws -> Response {
        let (headers, loop) = (request.headers, context.loop)
        guard let signed = SignedRequest(header: headers[.communisSignature]) else {
            return .plain(
                .unauthorized, "This is the endpoint of `communis sync`: its requests are signed.\n"
            )
        }
        let endpoint = endpoint
        let limit: Int
        switch try await pool.run({ try endpoint.judge(signed) }) {
        case .unsigned(let answer): return .signed(answer, on: loop)
        case .refused(let answer):
            context.caller.note(signed.node)
            return .signed(answer, on: loop)
        case .proceed(let bytes):
            context.caller.note(signed.node)
            limit = bytes
        }
        // A small body that is packed may be a large one.
        guard headers[.contentEncoding] == nil else {
            return .signed(try await pool.run { try endpoint.refuseEncoded(signed) }, on: loop)
        }
        let announced = headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw HTTPError(.contentTooLarge) }
        // Without an announced length it may be as long as any.
        let place = try bodies.take(
            announced ?? limit, for: limit > SyncEndpoint.strangerBytes ? signed.node : nil)
        defer { withExtendedLifetime(place) {} }
        let buffer = try await request.body.collect(upTo: limit)
        metrics.received(bytes: buffer.readableBytes)
        let answer = try await pool.run {
            try endpoint.answer(signed, Array(buffer.readableBytesView))
        }
        metrics.count(answer.traffic)
        return .signed(
            answer, on: loop, holding: try answers.take(answer.body.count, for: signed.node))
    }
}

extension Response {
    /// What is written at once: a slow reader is known by the pieces that it takes.
    private static let pieceBytes = 65_536

    /// - Parameter share: what the answer takes of the memory for answers, until it is read.
    static func signed(
        _ answer: SyncEndpoint.Answer, on loop: any EventLoop, holding share: Shares.Share? = nil
    ) -> Response {
        // Nobody stores the answer to a POST unless it says so (RFC 9110, 9.3.3).
        let headers: HTTPFields = [
            .contentType: SyncWire.contentType, .communisSignature: answer.signature,
        ]
        let body = ByteBuffer(bytes: answer.body)
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(contentLength: body.readableBytes) { writer in
                var rest = body
                while let piece = rest.readSlice(length: min(pieceBytes, rest.readableBytes)),
                    piece.readableBytes > 0
                {
                    // Waits until the caller took most of the piece before it.
                    try await writer.write(piece)
                    // The loop learns of a piece by a task of its own. Until that ran the channel
                    // seems writable, and all pieces would be taken at once, read or not.
                    try await loop.submit {}.get()
                }
                try await writer.finish(nil)
                withExtendedLifetime(share) {}
            })
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
    fileprivate static let communisSignature = Self(SignatureHeader.name)!
}
