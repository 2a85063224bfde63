import CommunisCore
import CommunisStore
import CommunisSync
import CommunisTransport
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// A copy of the board that others reach over HTTP.
package struct Hub: Sendable {
    package struct Configuration: Sendable {
        package var host: String
        /// 0 for any that is free.
        package var port: Int
        /// Files in PEM; `nil` to serve without TLS.
        package var certificate: (chain: String, key: String)?
        package var logsJSON = false
        /// `nil` not to sync with own peers.
        package var syncEvery: Duration?
        package var limits = HubLimits()

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    private let board: Board
    private let configuration: Configuration
    private let transport: @Sendable (String) throws -> any SyncTransport
    private let metrics = HubMetrics()

    /// - Parameter transport: what asks a peer of this copy, by its address.
    package init(
        _ board: Board, _ configuration: Configuration,
        transport: @escaping @Sendable (String) throws -> any SyncTransport
    ) {
        self.board = board
        self.configuration = configuration
        self.transport = transport
    }

    /// Serves until SIGTERM or SIGINT; requests that run are answered first.
    ///
    /// - Parameter started: told the port.
    package func run(started: @escaping @Sendable (Int) -> Void) async throws(BoardError) {
        let key = try board.nodeKey()
        let logger = makeLogger()
        let pool = WorkPool(threads: 4, waiting: configuration.limits.waiting)
        let peers = WorkPool(threads: 1, waiting: 1)
        let endpoint = SyncEndpoint(
            board, key: key, method: "POST", path: HTTPAddress.path, now: { [board] in board.now })
        let route = SyncRoute(endpoint, pool, metrics, configuration.limits)
        var services: [any Service] = []
        if let every = configuration.syncEvery {
            services.append(
                PeerSyncService(
                    board: board, pool: peers, metrics: metrics, logger: logger, every: every,
                    transport: transport))
        }
        do {
            let application = Application(
                router: router(route, pool, logger), server: try server(),
                configuration: ApplicationConfiguration(
                    address: .hostname(configuration.host, port: configuration.port),
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        configuration.limits.connections)),
                services: services,
                onServerRunning: { channel in started(channel.localAddress?.port ?? 0) },
                logger: logger)
            try await application.runService()
        } catch {
            throw failure(error)
        }
        await peers.shutDown()
        await pool.shutDown()
    }

    private func router(_ route: SyncRoute, _ pool: WorkPool, _ logger: Logger)
        -> Router<BasicRequestContext>
    {
        let (board, metrics) = (board, metrics)
        let router = Router(context: BasicRequestContext.self)
        router.add(
            middleware: RequestLog(
                metrics: metrics, logger: logger,
                paths: ["/", "/health", "/metrics", HTTPAddress.path]))
        router.get("/") { _, _ in
            Response.plain(
                .ok, "A hub of Communis, a board of ideas. Sync with it: communis sync ADDRESS\n")
        }
        router.get("/health") { _, _ in
            // Reads the file, so that a disk that is gone is no health.
            let snapshot = try await pool.run { try board.snapshot() }
            return Response.plain(
                .ok, "{\"status\":\"ok\",\"changesets\":\(snapshot.check.count)}\n",
                type: "application/json")
        }
        router.get("/metrics") { _, _ in
            let count = try await pool.run { try board.snapshot().check.count }
            return Response.plain(
                .ok, PrometheusText(metrics.current, changesets: count).text,
                type: PrometheusText.contentType)
        }
        router.post("\(HTTPAddress.path)") { request, _ in try await route.respond(to: request) }
        return router
    }

    private func server() throws -> HTTPServerBuilder {
        let (limits, metrics) = (configuration.limits, metrics)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits, metrics)],
                idleTimeout: limits.idleTime,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: 100)))
        guard let certificate = configuration.certificate else { return http }
        do {
            return try .tls(
                http,
                tlsConfiguration: TLSConfiguration.makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.chain)
                        .map { .certificate($0) },
                    privateKey: .privateKey(
                        try NIOSSLPrivateKey(file: certificate.key, format: .pem))))
        } catch {
            throw BoardError(
                .notUnderstood,
                "\(certificate.chain) and \(certificate.key) are no certificate and its key",
                "name two files in PEM, readable by you")
        }
    }

    private func makeLogger() -> Logger {
        let isJSON = configuration.logsJSON
        return Logger(label: "communis") { label -> any LogHandler in
            if isJSON { JSONLogHandler() } else { StreamLogHandler.standardError(label: label) }
        }
    }

    private func failure(_ error: any Error) -> BoardError {
        if let error = error as? BoardError { return error }
        if let error = error as? IOError, error.errnoCode == EADDRINUSE {
            return BoardError(
                .inputOutput, "port \(configuration.port) is in use",
                "choose another with --port, or 0 for any that is free")
        }
        return BoardError(
            .inputOutput,
            "\(configuration.host) port \(configuration.port) cannot be served on (\("\(error)"))",
            "check --host and --port")
    }
}
