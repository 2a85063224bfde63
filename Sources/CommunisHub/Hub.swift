import CommunisCore
import CommunisLog
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
        package var logs = true
        /// `nil` not to sync with own peers.
        package var syncEvery: Duration?
        package var limits = HubLimits()

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// What asks a peer by its address; told of another node than before that answers there.
    package typealias Transport =
        @Sendable (
            _ address: String, _ changed: @escaping @Sendable (NodeID) -> Void
        ) throws -> any SyncTransport

    private let board: Board
    private let configuration: Configuration
    private let transport: Transport
    let metrics = HubMetrics()

    package init(
        _ board: Board, _ configuration: Configuration, transport: @escaping Transport
    ) {
        self.board = board
        self.configuration = configuration
        self.transport = transport
    }

    /// Serves until SIGTERM or SIGINT; requests and syncs that run may go on for a while.
    ///
    /// - Parameter started: told the port.
    package func run(started: @escaping @Sendable (Int) -> Void) async throws(BoardError) {
        let key = try board.nodeKey()
        let pool = WorkPool(threads: 4, waiting: configuration.limits.waiting)
        let end: Result<Void, any Error>
        do {
            end = .success(try await serve(key, pool, makeLogger(), started))
        } catch is CancellationError {
            // What ran took longer than it may go on after SIGTERM.
            end = .success(())
        } catch {
            end = .failure(error)
        }
        await pool.shutDown()
        if case .failure(let error) = end { throw failure(error) }
    }

    private func serve(
        _ key: NodeKey, _ pool: WorkPool, _ logger: Logger,
        _ started: @escaping @Sendable (Int) -> Void
    ) async throws {
        let limits = configuration.limits
        let endpoint = SyncEndpoint(
            board, key: key, method: "POST", path: HTTPAddress.path, now: { [board] in board.now })
        let route = SyncRoute(endpoint, pool, metrics, limits)
        let lines = LogLines(each: limits.logLines, strangers: limits.strangersLogLines)
        let connections = min(limits.connections, OpenFiles.roomForConnections())
        var services: [any Service] = [
            KeyWatch(board: board, pool: pool), LogSeconds(lines: lines, logger: logger),
        ]
        if let every = configuration.syncEvery {
            let syncs = PeerSyncs(board, every: every, metrics, logger, transport: transport)
            services.append(
                PeerSyncService(
                    board: board, pool: pool, syncs: syncs, logger: logger,
                    shutdownTime: limits.shutdownTime))
        }
        let application = Application(
            router: router(route, pool, logger, lines), server: try server(connections),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            services: services,
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) },
            logger: logger)
        var group = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = limits.shutdownTime
        try await ServiceGroup(configuration: group).run()
    }

    private func router(
        _ route: SyncRoute, _ pool: WorkPool, _ logger: Logger, _ lines: LogLines
    ) -> Router<HubRequestContext> {
        let (board, metrics) = (board, metrics)
        let router = Router(context: HubRequestContext.self)
        router.add(
            middleware: RequestLog(
                metrics: metrics, logger: logger, lines: lines,
                paths: ["/", "/health", "/metrics", HTTPAddress.path]))
        router.get("/") { _, _ in
            Response.plain(
                .ok, "A hub of Communis, a board of ideas. Sync with it: communis sync ADDRESS\n")
        }
        router.get("/health") { _, context in
            // Reads the file, so that a disk that is gone is no health.
            let snapshot = try await pool.run(for: context.sharer) { try board.snapshot() }
            return Response.plain(
                .ok, "{\"status\":\"ok\",\"changesets\":\(snapshot.check.count)}\n",
                type: "application/json")
        }
        router.get("/metrics") { _, context in
            let count = try await pool.run(for: context.sharer) {
                try board.snapshot().check.count
            }
            return Response.plain(
                .ok, PrometheusText(metrics.current, changesets: count).text,
                type: PrometheusText.contentType)
        }
        router.post("\(HTTPAddress.path)") { request, context in
            try await route.respond(to: request, context)
        }
        return router
    }

    private func server(_ connections: Int) throws -> HTTPServerBuilder {
        let (limits, metrics) = (configuration.limits, metrics)
        let places = ConnectionPlaces(connections)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits, metrics, places)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: 100)))
        guard let certificate = configuration.certificate else { return http }
        do {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.chain)
                    .map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.key, format: .pem)))
            tls.minimumTLSVersion = .tlsv12
            // A caller that does not say goodbye keeps its place no longer than that.
            tls.shutdownTimeout = .seconds(1)
            return try .tls(http, tlsConfiguration: tls)
        } catch {
            throw BoardError(
                .notUnderstood,
                "\(certificate.chain) and \(certificate.key) are no certificate and its key",
                "name two files in PEM, readable by you")
        }
    }

    private func makeLogger() -> Logger {
        guard configuration.logs else {
            return Logger(label: "communis") { _ in SwiftLogNoOpLogHandler() }
        }
        let isJSON = configuration.logsJSON
        return Logger(label: "communis") { label -> any LogHandler in
            if isJSON { return JSONLogHandler() }
            return PrintableLogHandler(StreamLogHandler.standardError(label: label))
        }
    }

    private func failure(_ error: any Error) -> BoardError {
        if let error = error as? BoardError { return error }
        if let error = error as? IOError, error.errnoCode == EADDRINUSE {
            return BoardError(
                .inputOutput, "port \(configuration.port) is in use",
                "choose another with --port, or 0 for any that is free")
        }
        let isElsewhere = (error as? IOError)?.errnoCode == EADDRNOTAVAIL
        if isElsewhere || error is SocketAddressError || error is SocketAddressError.UnknownHost {
            return BoardError(
                .inputOutput, "there is no address \(configuration.host.quoted) here",
                "give one of this computer's with --host, or 0.0.0.0 for all")
        }
        return BoardError(
            .inputOutput,
            "\(configuration.host) port \(configuration.port) cannot be served on (\("\(error)"))",
            "check --host and --port")
    }
}
