import CommunisCore
import CommunisStore
import Hummingbird
import Logging

/// Counts every request and writes a line about it, and says errors as statuses: no body, and nobody's
/// address, is ever logged.
struct RequestLog: RouterMiddleware {
    typealias Context = HubRequestContext

    let metrics: HubMetrics
    let logger: Logger
    let lines: LogLines
    /// The paths that are counted by name; anything else is "other", so that nobody fills the memory
    /// with names.
    let paths: Set<String>

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = answer(error, to: context)
        }
        let path = paths.contains(request.uri.path) ? request.uri.path : "other"
        let time = ContinuousClock.now - start
        let sent = response.body.contentLength ?? 0
        metrics.answered(
            path, response.status.code, sent: sent, in: time)
        var fields: Logger.Metadata = [
            "method": "\(request.method)", "path": "\(path)",
            "status": "\(response.status.code)", "milliseconds": "\(time / .milliseconds(1))",
            "sent": "\(sent)",
        ]
        // A node's id is public, and tells which copy to admit or to look after.
        if let node = context.caller.node {
            fields["node"] = "\(Base32.encode(node.bytes).prefix(8))"
        }
        if lines.admit(context.sharer) { logger.info("request", metadata: fields) }
        return response
    }

    private func answer(_ error: any Error, to context: HubRequestContext) -> Response {
        switch error {
        case is Overloaded: return Self.later("There is too much to do; try again.\n")
        case let error as BoardError where error.code == .busy:
            return Self.later("The board is in use; try again.\n")
        case let error as BoardError:
            if lines.admit(context.sharer) {
                logger.error("the board failed", metadata: ["problem": "\(error.problem.english)"])
            }
            return .plain(.internalServerError, "The board cannot be used; see the hub's log.\n")
        case let error as HTTPError:
            return .plain(error.status, "\(error.body ?? error.status.reasonPhrase)\n")
        default:
            if lines.admit(context.sharer) {
                logger.error("a request failed", metadata: ["error": "\(error)"])
            }
            return .plain(.internalServerError, "Unexpected; see the hub's log.\n")
        }
    }

    private static func later(_ text: String) -> Response {
        var response = Response.plain(.serviceUnavailable, text)
        response.headers[.retryAfter] = "1"
        return response
    }
}
