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
    private let strangers: FairPlaces<CallerAddress>

    init(_ endpoint: SyncEndpoint, _ pool: WorkPool, _ metrics: HubMetrics, _ limits: HubLimits) {
        self.endpoint = endpoint
        self.pool = pool
        self.metrics = metrics
        bodies = Shares(all: limits.bodyBytes, each: limits.nodeBytes)
        answers = Shares(all: limits.answerBytes, each: limits.nodeBytes)
        strangers = FairPlaces(limits.strangers)
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
        // By address, since nothing proves yet who asks.
        switch try await pool.run(for: .address(context.address), { try endpoint.judge(signed) }) {
        case .unsigned(let answer): return .signed(answer, on: loop)
        case .refused(let answer):
            context.caller.note(signed.node, isAdmitted: false)
            return .signed(answer, on: loop)
        case .proceed(let bytes):
            limit = bytes
            context.caller.note(signed.node, isAdmitted: limit > SyncEndpoint.strangerBytes)
        }
        // A small body that is packed may be a large one.
        guard headers[.contentEncoding] == nil else {
            return .signed(
                try await pool.run(for: context.sharer) { try endpoint.refuseEncoded(signed) },
                on: loop)
        }
        let announced = headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw HTTPError(.contentTooLarge) }
        let answer =
            try await context.caller.admitted == nil
            ? answerStranger(signed, request, context, upTo: limit)
            : answerNode(signed, request, context, upTo: limit, announced: announced)
        metrics.count(answer.traffic)
        let share = try answers.take(answer.body.count, for: context.caller.admitted)
        return .signed(answer, on: loop, holding: share)
    }

    /// Takes memory as the body comes, not as it is announced: what only drips takes next to none.
    private func answerNode(
        _ signed: SignedRequest, _ request: Request, _ context: HubRequestContext,
        upTo limit: Int, announced: Int?
    ) async throws -> SyncEndpoint.Answer {
        context.tell(.node(signed.node))
        let share = try bodies.begin(with: announced ?? 0, for: signed.node)
        defer { withExtendedLifetime(share) {} }
        var body: [UInt8] = []
        for try await part in request.body {
            guard body.count + part.readableBytes <= limit else {
                throw HTTPError(.contentTooLarge)
            }
            try share.grow(by: part.readableBytes)
            body += part.readableBytesView
        }
        metrics.received(bytes: body.count)
        let (endpoint, whole) = (endpoint, body)
        return try await pool.run(for: .node(signed.node)) { try endpoint.answer(signed, whole) }
    }

    /// There is always a place for one more, who asks to be admitted: at the cost of whoever holds most.
    private func answerStranger(
        _ signed: SignedRequest, _ request: Request, _ context: HubRequestContext, upTo limit: Int
    ) async throws -> SyncEndpoint.Answer {
        let body = StrangerBody()
        let place = strangers.enter(context.address) {
            body.lose()
            context.tell(.evicted)
        }
        defer { strangers.leave(place) }
        context.tell(.stranger)
        let buffer = try await request.body.collect(upTo: limit)
        metrics.received(bytes: buffer.readableBytes)
        body.put(Array(buffer.readableBytesView))
        let endpoint = endpoint
        return try await pool.run(for: .address(context.address)) {
            try endpoint.answer(signed, body.take())
        }
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
