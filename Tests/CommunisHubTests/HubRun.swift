import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation

@testable import CommunisHub
@testable import CommunisSync

/// A hub that is served in this process, with limits of the test's choice, and callers by hand.
final class HubRun: Sendable {
    let port: Int
    let founder: Board
    private let metrics: HubMetrics

    private init(_ founder: Board, _ port: Int, _ metrics: HubMetrics) {
        self.founder = founder
        self.port = port
        self.metrics = metrics
    }

    /// Serves a board while the body runs, both on threads of their own.
    static func with<Value: Sendable>(
        _ board: Board, _ limits: HubLimits, certificate: (chain: String, key: String)? = nil,
        _ body: @escaping @Sendable (HubRun) throws -> Value
    ) async throws -> Value {
        var configuration = Hub.Configuration(host: "127.0.0.1", port: 0)
        configuration.limits = limits
        configuration.logs = false
        configuration.certificate = certificate
        let hub = Hub(board, configuration) { _, _ in throw CancellationError() }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let task = Task(executorPreference: OwnThreads()) {
            defer { found.finish() }
            try await hub.run { found.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await task.value
            throw Socket.Failed(code: 0)
        }
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await OwnThreads.run { try body(HubRun(board, port, hub.metrics)) })
        } catch {
            result = .failure(error)
        }
        task.cancel()
        _ = await task.result
        return try result.get()
    }

    func connect(
        timeout: Duration = .seconds(20), receiving bytes: Int32? = nil
    ) throws -> Socket {
        try Socket(port: port, timeout: timeout, receiving: bytes)
    }

    /// The head of a request that is signed for a body.
    func head(
        _ body: [UInt8], by key: NodeKey, store: [UInt8]? = nil, more: String = ""
    ) throws -> String {
        let signed = SignedRequest(
            "POST", "/sync/v1", body: body, board: founder.id,
            store: try store ?? founder.snapshot().store, time: founder.now, key: key)
        return "POST /sync/v1 HTTP/1.1\r\nHost: x\r\n"
            + "\(SignatureHeader.name): \(signed.header)\r\n\(more)"
            + "Content-Length: \(body.count)\r\n\r\n"
    }

    /// A request for everything.
    func exchange(_ key: NodeKey) throws -> [UInt8] {
        SyncWire.encode(
            SyncRequest(
                board: founder.id, node: key.node,
                body: .exchange(
                    .init(changesets: [], store: try founder.snapshot().store, cursor: 0))))
    }

    /// Asks for everything on a connection of its own.
    func ask(_ key: NodeKey, receiving bytes: Int32? = nil, more: String = "") throws -> Socket {
        let socket = try connect(receiving: bytes)
        let body = try exchange(key)
        socket.write(Array(try head(body, by: key, more: more).utf8) + body)
        return socket
    }

    /// The answer to a request for everything, without its body.
    func answer(_ key: NodeKey, more: String = "") throws -> HTTPBytes {
        var rest: [UInt8] = []
        guard let answer = HTTPBytes(try ask(key, more: more), &rest) else {
            throw Socket.Failed(code: 0)
        }
        return answer
    }

    /// Waits until so many connections are open.
    ///
    /// - Returns: how many are, when it was waited for long enough.
    func connections(until count: Int) -> Int {
        let end = ContinuousClock.now + .seconds(20)
        while metrics.current.connections != count, ContinuousClock.now < end { usleep(5_000) }
        return metrics.current.connections
    }
}

extension TestBoards {
    /// Writes so many comments of 32 KB.
    func fill(comments: Int) throws {
        let idea = IdeaID(truncating: [UInt8](repeating: 1, count: IdeaID.byteCount))
        try founder.write(
            (0..<comments).map { number in
                Draft.comment(
                    on: idea, String(repeating: "x", count: Limits.textBytes), on: founder.id,
                    by: nil, key: .numbered(number)
                ).draft
            })
        try founder.sealPending()
    }
}
