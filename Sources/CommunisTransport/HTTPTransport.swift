import AsyncHTTPClient
import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// A hub, asked over HTTP. Every request is signed by this copy's key; only answers that the hub's
/// node signed are believed.
///
/// Every request of sync may be made twice, so what a broken connection leaves in doubt is asked
/// again. `ask` waits; it must not be called on an event loop.
package final class HTTPTransport: SyncTransport {
    private let address: HTTPAddress
    private let key: NodeKey
    private let now: @Sendable () -> Milliseconds
    private let times: Times
    private let client: HTTPClient
    private let pause: (Duration) -> Void
    private var expectation: PeerExpectation
    /// By how much the hub's clock is ahead of this one; only the times of signatures follow it.
    private var offset = Duration.zero
    package let authenticates = true
    package private(set) var repeats = 0

    /// How long a hub is waited for.
    package struct Times: Sendable {
        package var connect = TimeAmount.seconds(10)
        /// Without a byte, in either direction.
        package var silence = TimeAmount.seconds(60)
        /// For a request and its answer together, as long as something moves.
        package var rate = LeastRate()

        package init() {}
    }

    /// - Parameters:
    ///   - authority: a file of certificates to trust instead of the system's.
    ///   - pause: waits before a request is repeated.
    package init(
        _ address: HTTPAddress, key: NodeKey, expecting expectation: PeerExpectation,
        authority: String? = nil, times: Times = Times(),
        now: @escaping @Sendable () -> Milliseconds,
        pause: @escaping (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    ) throws(BoardError) {
        self.address = address
        self.key = key
        self.expectation = expectation
        self.times = times
        self.now = now
        self.pause = pause
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try Self.tls(authority: authority),
            redirectConfiguration: .disallow,
            timeout: .init(connect: times.connect, read: times.silence, write: times.silence))
        configuration.httpVersion = .http1Only
        // A hub that is not there is told at once, not after ten seconds of trying.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// What is asked of a hub's certificate.
    static func tls(authority: String?) throws(BoardError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        guard let authority else { return tls }
        guard FileManager.default.isReadableFile(atPath: authority) else {
            throw BoardError(
                .notFound, "the certificates to trust, \(authority), cannot be read",
                "name another file with --authority")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(authority),
            !certificates.isEmpty
        else {
            throw BoardError(
                .notUnderstood, "there is no certificate in PEM in \(authority)",
                "name another file with --authority")
        }
        tls.trustRoots = .certificates(certificates)
        return tls
    }

    deinit { try? client.syncShutdown() }

    /// How often a hub may be another store than it was a moment ago.
    private static let storeChanges = 3

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        let body = SyncWire.encode(request)
        var (mayBeTold, changes) = (true, 0)
        while true {
            let signed = SignedRequest(
                "POST", HTTPAddress.path, body: body, board: request.board,
                store: expectation.store ?? SignedRequest.unknownStore,
                time: now().advanced(by: offset), key: key)
            let response = try send(signed, body)
            let status = Int(response.status.code)
            let bytes = response.body.map { Array($0.readableBytesView) } ?? []
            guard
                let answer = SignedAnswer(
                    header: response.headers.first(name: SignatureHeader.name)),
                answer.isSigned(status: status, body: bytes, to: signed)
            else { throw unsigned(status, response.headers.first(name: "Location")) }
            try expectation.check(answer.node, at: address.text)
            let isOtherStore = expectation.store != answer.store
            expectation.store = answer.store
            if response.status == .conflict {
                // Another copy is there now, perhaps one more since; or the clocks differ by more than
                // the window.
                if isOtherStore { changes += 1 }
                guard isOtherStore ? changes <= Self.storeChanges : mayBeTold else {
                    throw SyncFault.unexpectedAnswer.boardError(address.text)
                }
                mayBeTold = mayBeTold && isOtherStore
                repeats += 1
                offset = answer.time.since(now())
                continue
            }
            do throws(SyncWireError) {
                let decoded = try SyncWire.decodeAnswer(bytes)
                guard decoded.node == answer.node else { throw .malformed }
                return decoded
            } catch {
                throw BoardError.wire(error)
            }
        }
    }

    // MARK: - One request

    private static let tries = 4
    /// How often it is looked how far an answer has come.
    private static let look = Duration.seconds(1)

    private func send(_ signed: SignedRequest, _ body: [UInt8]) throws(BoardError)
        -> HTTPClient.Response
    {
        // The time is for all tries together.
        let begun = ContinuousClock.now
        for attempt in 1... {
            do {
                let response = try post(signed, body, since: begun)
                guard response.status == .serviceUnavailable, attempt < Self.tries else {
                    return response
                }
                let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 1
                pause(.seconds(min(max(seconds, 1), 10)))
            } catch {
                guard Self.isCut(error), attempt < Self.tries else { throw unreachable(error) }
                pause(.milliseconds(100 << attempt))
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    private func post(
        _ signed: SignedRequest, _ body: [UInt8], since begun: ContinuousClock.Instant
    ) throws -> HTTPClient.Response {
        var request = try HTTPClient.Request(
            url: address.endpoint, method: .POST, body: .bytes(body))
        request.headers.add(name: "Content-Type", value: SyncWire.contentType)
        request.headers.add(name: SignatureHeader.name, value: signed.header)
        var pace = Pace(times.rate, after: body.count)
        let answer = AnswerReceiver(request)
        var seen = 0
        let task = client.execute(request: request, delegate: answer)
        let isDone = DispatchSemaphore(value: 0)
        task.futureResult.whenComplete { _ in isDone.signal() }
        while true {
            // Whatever drips, be it names of headers, lengths of chunks, words beside the answer or the
            // beginning of TLS, counts for nothing.
            let time = ContinuousClock.now - begun
            let bytes = answer.byteCount
            pace.note(bytes - seen, at: time)
            seen = bytes
            let rest = max(.zero, min(pace.due - time, Self.look))
            let milliseconds = Int((rest / .milliseconds(1)).rounded(.up))
            if isDone.wait(timeout: .now() + .milliseconds(milliseconds)) == .success { break }
            if rest == .zero {
                task.fail(reason: HTTPClientError.deadlineExceeded)
                break
            }
        }
        return try task.futureResult.wait()
    }

    /// Whether a connection broke that had been made.
    private static func isCut(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError {
            return error == .remoteConnectionClosed || error == .uncleanShutdown
        }
        if let error = error as? IOError {
            return error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        }
        return error is HTTPParserError || error is ChannelError
    }

    private func unreachable(_ error: any Error) -> BoardError {
        if error is ResponseAccumulator.ResponseTooBigError {
            return SyncFault.overLimits.boardError(address.text)
        }
        if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
            return BoardError(
                .unavailable, "\(address.text) has no certificate that is trusted here",
                "check the address, or name who signed it with --authority")
        }
        return BoardError(
            .unavailable, "\(address.text) cannot be reached, or broke the connection",
            "check the address and the network, and sync again; what came before is kept")
    }

    private func unsigned(_ status: Int, _ location: String?) -> BoardError {
        switch status {
        case 301, 302, 307, 308:
            // A signed request is not sent to where a stranger points; a person decides that.
            redirected(location)
        case 503, 429:
            BoardError(
                .busy, "\(address.text) has too much to do", "sync again in a moment")
        case 413:
            BoardError(
                .notUnderstood, "\(address.text) takes no message of that size",
                "check the limits of what stands before it")
        default:
            BoardError(
                .unavailable,
                "\(address.text) does not speak as a copy of a board does (\(status))",
                "check the address; what came before is kept")
        }
    }
    private func redirected(_ location: String?) -> BoardError {
        let base = location.flatMap {
            $0.hasSuffix(HTTPAddress.path) ? String($0.dropLast(HTTPAddress.path.count)) : $0
        }
        guard let target = base.flatMap({ HTTPAddress($0) }), target.token == nil else {
            return BoardError(
                .unavailable, "\(address.text) points to another address",
                "ask whoever keeps it for the address to use")
        }
        return BoardError(
            .unavailable, "\(address.text) points to another address: \(target.text)",
            "if you trust that one, name it: communis sync ADDRESS")
    }
}
