import ArgumentParser
import CommunisHub
import CommunisStore
import Dispatch
import Foundation
import Synchronization

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: say("Serve the board over HTTP: other copies sync with this one."),
        discussion: sayFlowing(
            """
            Only copies that have a role on the board are served; `communis node invite` makes the
            line that gives one. It also syncs with the copies that it remembers (`communis peer
            list`). It ends at SIGTERM or Control-C; what runs may go on for ten seconds.

            /health and /metrics (for Prometheus) are open to whoever reaches the port.

            EXAMPLES
              communis serve
              communis serve --host 0.0.0.0 --port 8443 --certificate hub.pem --key hub.key
              communis serve --log json --sync-every 5m
            """))

    @Option(help: .say("The address to serve on; 0.0.0.0 for all of this computer's."))
    var host = "127.0.0.1"

    @Option(help: .say("The port to serve on; 0 for any that is free."))
    var port = 8080

    @Option(
        help: ArgumentHelp(
            say("Serve with TLS: the certificate, and what signed it, in PEM."),
            valueName: "file"), completion: .file())
    var certificate: String?

    @Option(
        help: ArgumentHelp(say("The certificate's private key, in PEM."), valueName: "file"),
        completion: .file())
    var key: String?

    @Option(help: .say("How to write the log on standard error: text or json."))
    var log = "text"

    @Option(
        help: ArgumentHelp(
            say("How often to sync with the copies it remembers: 30s, 5m, 1h; 0 for never."),
            valueName: "time"))
    var syncEvery = "1m"

    @OptionGroup var board: BoardOption

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError(say("a port is a number from 0 to 65535"))
        }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError(say("a certificate needs its key: give both"))
        }
        guard ["text", "json"].contains(log) else {
            throw ValidationError(say("there is no such log; write text or json"))
        }
    }

    func run() throws {
        let interval = try DurationInput.duration(syncEvery)
        // A client that is gone is an error of one connection, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        let board = try board.open()
        var configuration = Hub.Configuration(host: host, port: port)
        if let certificate, let key { configuration.certificate = (certificate, key) }
        configuration.logsJSON = log == "json"
        configuration.syncEvery = interval == .zero ? nil : interval
        let hub = Hub(board, configuration) { address, changed in
            try PeerAddress(address).transport(for: board, changed: changed)
        }
        let scheme = certificate == nil ? "http" : "https"
        let host = host.contains(":") ? "[\(host)]" : host
        let result: Result<Void, BoardError> = Blocking.wait {
            do throws(BoardError) {
                try await hub.run { port in
                    Terminal.line("Serving on \(scheme)://\(host):\(String(port))")
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// Waits in a synchronous command for what is asynchronous.
enum Blocking {
    static func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = Box<Value>()
        Task {
            let value = await body()
            box.value.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        guard let value = box.value.withLock({ $0 }) else {
            preconditionFailure("signalled before there was a value")
        }
        return value
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
