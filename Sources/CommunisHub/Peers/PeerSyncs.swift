import CommunisCore
import CommunisStore
import CommunisSync
import Foundation
import Logging
import Synchronization

/// Syncs with peers, each on a thread of its own, so that one that is slow or silent keeps no other
/// waiting.
final class PeerSyncs: Sendable {
    /// What asks a peer by its address; told of another node than before that answers there.
    typealias Transport =
        @Sendable (
            _ address: String, _ changed: @escaping @Sendable (NodeID) -> Void
        ) throws -> any SyncTransport

    private struct State {
        var schedule: SyncSchedule
        var running: Set<String> = []
    }

    /// How many may run at a time; the others wait for a second.
    static let limit = 16

    private let board: Board
    private let metrics: HubMetrics
    private let logger: Logger
    private let transport: Transport
    private let state: Mutex<State>
    /// Transports are made one by one: in swift-corelibs-foundation, Process crashes now and then
    /// when several threads start children at once.
    private let making = NSLock()

    init(
        _ board: Board, every: Duration, _ metrics: HubMetrics, _ logger: Logger,
        transport: @escaping Transport
    ) {
        self.board = board
        self.metrics = metrics
        self.logger = logger
        self.transport = transport
        state = Mutex(State(schedule: SyncSchedule(every: every)))
    }

    var isBusy: Bool { state.withLock { !$0.running.isEmpty } }

    /// Begins with those whose time has come. Does not wait for them.
    func begin(_ peers: [String]) {
        let due = state.withLock { state in
            let due = state.schedule.due(peers, at: .now, share: Self.share)
                .filter { !state.running.contains($0) }.prefix(Self.limit - state.running.count)
            state.running.formUnion(due)
            return due
        }
        for peer in due {
            Thread.detachNewThread { [self] in
                let isDone = sync(peer)
                metrics.syncedWithPeer(isDone: isDone)
                state.withLock { state in
                    state.running.remove(peer)
                    state.schedule.ended(peer, isDone: isDone, at: .now, share: Self.share)
                }
            }
        }
    }

    private static func share() -> Double { .random(in: 0..<1) }

    private func sync(_ peer: String) -> Bool {
        do {
            let report = try SyncDriver.run(
                board, over: try makeTransport(peer), address: peer, now: board.now)
            logger.info(
                "synced",
                metadata: [
                    "peer": "\(peer.printable)", "equal": "\(report.isEqual)",
                    "sent": "\(report.sent.changesets)",
                    "received": "\(report.received.changesets)",
                ])
            if let offset = report.clockOffset {
                logger.warning(
                    "this computer's clock is not the peer's",
                    metadata: [
                        "peer": "\(peer.printable)",
                        "behindMilliseconds": "\(offset.milliseconds)",
                    ])
            }
            // Of what is only read, all there is has come.
            return report.isEqual || report.isOneWay
        } catch {
            // The words may be the peer's own.
            let problem = ((error as? BoardError)?.problem.english ?? "\(error)").printable
            logger.warning(
                "not synced", metadata: ["peer": "\(peer.printable)", "problem": "\(problem)"])
            return false
        }
    }

    private func makeTransport(_ peer: String) throws -> any SyncTransport {
        making.lock()
        defer { making.unlock() }
        return try transport(peer) { [logger] node in
            logger.warning(
                "another copy than before answers",
                metadata: ["peer": "\(peer.printable)", "node": "\(Base32.encode(node.bytes))"])
        }
    }
}
