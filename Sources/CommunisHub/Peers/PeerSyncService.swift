import CommunisCore
import CommunisStore
import CommunisSync
import Logging
import ServiceLifecycle

/// Syncs with this copy's own peers while the hub runs.
struct PeerSyncService: Service {
    let board: Board
    let pool: WorkPool
    let metrics: HubMetrics
    let logger: Logger
    let every: Duration
    let transport: @Sendable (String) throws -> any SyncTransport

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var schedule = SyncSchedule(every: every)
            while !Task.isCancelled {
                await round(&schedule)
                // Looks each second for peers that are due or new; cancelled, it ends the loop.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func round(_ schedule: inout SyncSchedule) async {
        let board = board
        let peers = (try? await pool.run { try board.peers().map(\.address) }) ?? []
        for peer in schedule.due(peers, at: board.now, share: { Double.random(in: 0..<1) }) {
            let isDone = await sync(peer)
            metrics.syncedWithPeer(isDone: isDone)
            schedule.ended(
                peer, isDone: isDone, at: board.now, share: { Double.random(in: 0..<1) })
            if Task.isCancelled { return }
        }
    }

    private func sync(_ peer: String) async -> Bool {
        let (board, transport) = (board, transport)
        do {
            let report = try await pool.run {
                try SyncDriver.run(
                    board, over: try transport(peer), address: peer, now: board.now)
            }
            logger.info(
                "synced",
                metadata: [
                    "peer": "\(peer)", "equal": "\(report.isEqual)",
                    "sent": "\(report.sent.changesets)",
                    "received": "\(report.received.changesets)",
                ])
            if let offset = report.clockOffset {
                logger.warning(
                    "this computer's clock is not the peer's",
                    metadata: ["peer": "\(peer)", "behindMilliseconds": "\(offset.milliseconds)"])
            }
            return report.isEqual
        } catch {
            let problem = (error as? BoardError)?.problem.english ?? "\(error)"
            logger.warning(
                "not synced", metadata: ["peer": "\(peer)", "problem": "\(problem)"])
            return false
        }
    }
}
