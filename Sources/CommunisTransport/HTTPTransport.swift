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
    /// Whom this copy expects at an address.
    package struct Expectation: Sendable {
        /// Who answered there before, or whom an invitation names; `nil` to believe the first.
        package var node: NodeID?
        /// The copy that answered there before.
        package var store: [UInt8]?
        /// Whether another node may answer in its place: one that has a role in this copy's log.
        package var isAdmitted: @Sendable (NodeID) -> Bool

        package init(
            node: NodeID? = nil, store: [UInt8]? = nil,
            isAdmitted: @escaping @Sendable (NodeID) -> Bool = { _ in false }
        ) {
            self.node = node
            self.store = store
            self.isAdmitted = isAdmitted
        }
    }

    private let address: HTTPAddress
    private let key: NodeKey
    private let now: @Sendable () -> Milliseconds
    private let client: HTTPClient
    private let pause: (Duration) -> Void
    private var expectation: Expectation
    /// By how much the hub's clock is ahead of this one; only the times of signatures follow it.
    private var offset = Duration.zero

    /// - Parameters:
    ///   - authority: a file of certificates to trust instead of the system's.
    ///   - pause: waits before a request is repeated.
    package init(
        _ address: HTTPAddress, key: NodeKey, expecting expectation: Expectation,
        authority: String? = nil, now: @escaping @Sendable () -> Milliseconds,
        pause: @escaping (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    ) {
        self.address = address
        self.key = key
        self.expectation = expectation
        self.now = now
        self.pause = pause
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(60), write: .seconds(60)))
        configuration.httpVersion = .http1Only
        // A hub that is not there is told at once, not after ten seconds of trying.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authority)
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { try? client.syncShutdown() }

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        let body = SyncWire.encode(request)
        var mayRepeat = true
        while true {
            let signed = SignedRequest(
                "POST", HTTPAddress.path, body: body, board: request.board,
                store: expectation.store ?? SignedRequest.unknownStore,
                time: now().advanced(by: offset), key: key)
            let response = try send(signed, body)
            let status = Int(response.status.code)
            let bytes = response.body.map { Array($0.readableBytesView) } ?? []
            guard let answer = SignedAnswer(headers: { response.headers.first(name: $0) }),
                answer.isSigned(status: status, body: bytes, to: signed)
            else { throw unsigned(status) }
            try check(answer.node)
            expectation.store = answer.store
            if response.status == .conflict {
                // The clocks differ by more than the window, or another copy is there now.
                guard mayRepeat else { throw SyncFault.unexpectedAnswer.boardError(address.text) }
                mayRepeat = false
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

    /// The same node as before answers, or another that this board knows.
    private func check(_ node: NodeID) throws(BoardError) {
        guard let known = expectation.node, known != node else {
            expectation.node = node
            return
        }
        guard expectation.isAdmitted(node) else {
            throw BoardError(
                .notPermitted,
                "another copy than before answers at \(address.text), and this board does not know it",
                "if that is meant, run `communis peer forget` with this address and sync again")
        }
        expectation.node = node
    }

    // MARK: - One request

    private static let tries = 4

    private func send(_ signed: SignedRequest, _ body: [UInt8]) throws(BoardError)
        -> HTTPClient.Response
    {
        for attempt in 1... {
            do {
                let response = try post(signed, body)
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

    private func post(_ signed: SignedRequest, _ body: [UInt8]) throws -> HTTPClient.Response {
        var request = try HTTPClient.Request(
            url: address.endpoint, method: .POST, body: .bytes(body))
        request.headers.add(name: "Content-Type", value: SyncWire.contentType)
        for (name, value) in signed.headers { request.headers.add(name: name, value: value) }
        return try client.execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: SyncWire.messageBytes)
        ).futureResult.wait()
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

    private func unsigned(_ status: Int) -> BoardError {
        switch status {
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
}
