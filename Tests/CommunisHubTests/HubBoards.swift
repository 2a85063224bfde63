import CommunisCore
import CommunisHub
import CommunisLog
import CommunisStore
@testable import CommunisSync
import CommunisTestSupport

/// A hub's endpoint, and callers that speak to it as `HTTPTransport` does, without the network.
final class HubBoards {
    let boards: TestBoards
    let endpoint: SyncEndpoint

    init() throws {
        let boards = try TestBoards()
        let clock = boards.clock
        self.boards = boards
        endpoint = SyncEndpoint(
            boards.founder, key: boards.founderKey, method: "POST", path: "/sync/v1",
            now: { clock.now })
    }

    var store: [UInt8] {
        get throws { try boards.founder.snapshot().store }
    }

    /// An exchange that asks for everything.
    func exchange(from node: NodeID) throws -> SyncRequest {
        SyncRequest(
            board: boards.founder.id, node: node,
            body: .exchange(SyncRequest.Exchange(changesets: [], store: try store, cursor: 0)))
    }

    func signed(_ request: SyncRequest, by key: NodeKey, store: [UInt8]? = nil) throws
        -> SignedRequest
    {
        SignedRequest(
            "POST", "/sync/v1", body: SyncWire.encode(request), board: request.board,
            store: try store ?? self.store, time: boards.clock.now, key: key)
    }

    /// The answer as the server would give it: judged first.
    func ask(_ signed: SignedRequest, _ body: [UInt8]) throws -> SyncEndpoint.Answer {
        switch try endpoint.judge(signed) {
        case .unsigned(let answer), .refused(let answer): answer
        case .proceed: try endpoint.answer(signed, body)
        }
    }

    func ask(_ request: SyncRequest, by key: NodeKey, store: [UInt8]? = nil) throws
        -> SyncEndpoint.Answer
    {
        try ask(try signed(request, by: key, store: store), SyncWire.encode(request))
    }

    func join(_ key: NodeKey, with secret: [UInt8]) throws -> SyncEndpoint.Answer {
        let join = SyncRequest.Join(
            name: "Kiosk", invitation: secret,
            encryptionKey: [9] + [UInt8](repeating: 0, count: 31))
        return try ask(
            SyncRequest(board: .zero, node: key.node, body: .join(join)), by: key,
            store: SignedRequest.unknownStore)
    }
}

extension SyncEndpoint.Answer {
    var decoded: SyncAnswer.Body? { (try? SyncWire.decodeAnswer(body))?.body }
    var exitCode: Int32? {
        if case .failed(let failed) = decoded { failed.code } else { nil }
    }
}
