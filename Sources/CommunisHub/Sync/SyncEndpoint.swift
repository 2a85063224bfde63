import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync

/// The called side of a sync over HTTP, without the HTTP: who asks is judged by the header, before
/// the body is read; then the body is answered. It keeps nothing between requests.
package struct SyncEndpoint: Sendable {
    /// What is answered, with the header that signs it.
    package struct Answer: Sendable {
        package var status: Int
        /// The value of `SignatureHeader`.
        package var signature: String
        package var body: [UInt8]
        package var traffic = Traffic()
    }

    /// What a request moved, for the figures.
    package struct Traffic: Hashable, Sendable {
        package var received = 0
        package var sent = 0
        package var refused = 0
        package var held = 0
    }

    package enum Verdict: Sendable {
        /// Nothing proves who asks.
        case unsigned(Answer)
        case refused(Answer)
        /// Read the body, of at most so many bytes.
        case proceed(limit: Int)
    }

    /// What a node that has no role may send: a request to be admitted.
    package static let strangerBytes = 64 * 1_024

    private let board: Board
    private let key: NodeKey
    private let method: String
    private let path: String
    private let now: @Sendable () -> Milliseconds

    package init(
        _ board: Board, key: NodeKey, method: String, path: String,
        now: @escaping @Sendable () -> Milliseconds
    ) {
        self.board = board
        self.key = key
        self.method = method
        self.path = path
        self.now = now
    }

    /// Judges who asks.
    package func judge(_ request: SignedRequest) throws(BoardError) -> Verdict {
        guard request.isSigned(method, path) else {
            return .unsigned(
                try refusal(
                    of: request, 401,
                    BoardError(
                        .notPermitted, "the signature of the request does not fit it",
                        "check what stands between the two copies")))
        }
        guard request.board == board.id || request.board == .zero else {
            return .refused(
                try refusal(
                    of: request, 404,
                    BoardError(
                        .notUnderstood, "this is a copy of another board", "name a copy of yours")))
        }
        let store = try board.snapshot().store
        let isKnownStore =
            request.store == store || request.store == SignedRequest.unknownStore
        let distance = request.time.since(now())
        guard isKnownStore, abs(distance.milliseconds) <= SignedRequest.window.milliseconds else {
            return .refused(signed(409, [], to: request, store: store))
        }
        let isAdmitted = try board.role(of: request.node) >= .reader
        return .proceed(limit: isAdmitted ? SyncWire.messageBytes : Self.strangerBytes)
    }

    /// Answers a request that was judged.
    package func answer(_ request: SignedRequest, _ body: [UInt8]) throws(BoardError) -> Answer {
        guard request.covers(body) else {
            return try refusal(
                of: request, 400,
                BoardError(
                    .notUnderstood, "the body is not the one that was signed", "sync again"))
        }
        let decoded: SyncRequest
        do throws(SyncWireError) {
            decoded = try SyncWire.decodeRequest(body)
        } catch {
            return try refusal(of: request, 400, .wire(error))
        }
        guard decoded.node == request.node, decoded.board == request.board else {
            return try refusal(of: request, 400, .wire(.malformed))
        }
        // Restored from before, this copy may not know yet who was admitted since.
        if case .move(let move) = decoded.body, try board.role(of: request.node) < .reader {
            do throws(BoardError) {
                try board.mergeStatements(move.changesets)
            } catch {
                return try refusal(of: request, Self.status(error.code.rawValue), error)
            }
        }
        switch decoded.body {
        case .join: break
        case .hello, .exchange, .reconcile, .move:
            guard try board.role(of: request.node) >= .reader else {
                return try refusal(of: request, 403, .notAdmitted(request.node))
            }
            if request.store == SignedRequest.unknownStore, decoded.body != .hello {
                return signed(409, [], to: request, store: try board.snapshot().store)
            }
        }
        do throws(BoardError) {
            let responder = SyncResponder(board, admitting: .invitation)
            let answer = try responder.answer(decoded)
            var result = signed(
                Self.status(answer), SyncWire.encode(answer), to: request,
                store: answer.snapshot.store)
            result.traffic = Traffic(decoded, answer)
            return result
        } catch {
            return try refusal(of: request, Self.status(error.code.rawValue), error)
        }
    }

    // MARK: - Answers

    /// Refuses a body with an encoding of HTTP's own; messages have none.
    package func refuseEncoded(_ request: SignedRequest) throws(BoardError) -> Answer {
        try refusal(
            of: request, 400,
            BoardError(
                .notUnderstood, "the body is compressed, as no message of sync is",
                "check what stands between the two copies"))
    }

    /// Tells nothing of the board but the id that the caller named.
    private func refusal(of request: SignedRequest, _ status: Int, _ error: BoardError)
        throws(BoardError) -> Answer
    {
        let answer = SyncAnswer.refusal(error, of: request.board, by: board.node)
        return signed(
            status, SyncWire.encode(answer), to: request, store: try board.snapshot().store)
    }

    private func signed(
        _ status: Int, _ body: [UInt8], to request: SignedRequest, store: [UInt8]
    ) -> Answer {
        let signature = SignedAnswer(
            status: status, body: body, to: request, store: store, time: now(), key: key)
        return Answer(status: status, signature: signature.header, body: body)
    }

    private static func status(_ answer: SyncAnswer) -> Int {
        if case .failed(let failed) = answer.body { status(failed.code) } else { 200 }
    }

    private static func status(_ code: Int32) -> Int {
        switch BoardError.Code(rawValue: code) {
        case .notPermitted: 403
        case .notUnderstood, .notFound: 400
        case .busy: 503
        default: 500
        }
    }
}

extension SyncEndpoint.Traffic {
    init(_ request: SyncRequest, _ answer: SyncAnswer) {
        switch request.body {
        case .exchange(let exchange): received = exchange.changesets.count
        case .move(let move): received = move.changesets.count
        case .hello, .reconcile, .join: break
        }
        switch answer.body {
        case .exchanged(let exchanged):
            sent = exchanged.changesets.count
            count(exchanged.merged)
        case .moved(let moved):
            sent = moved.changesets.count
            count(moved.merged)
        default: break
        }
    }

    private mutating func count(_ merged: MergedThere) {
        refused = merged.refused.values.reduce(0, +)
        held = merged.held
    }
}

extension BoardError {
    static func notAdmitted(_ node: NodeID) -> Self {
        Self(
            .notPermitted, "the copy \(Base32.encode(node.bytes)) has no role on this board",
            "ask a steward to run: \(ShownCommand("node admit", [Base32.encode(node.bytes)]))")
    }
}
