import CommunisCore
import CommunisStore
import Logging
import ServiceLifecycle

/// Syncs with this copy's own peers while the hub runs.
struct PeerSyncService: Service {
    let board: Board
    let pool: WorkPool
    let syncs: PeerSyncs
    let logger: Logger
    /// How long syncs that run may go on after the hub was told to end. A sync that is cut off
    /// goes on later where it stopped, so that a silent peer need not be waited for.
    let shutdownTime: Duration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await begin()
                // Looks each second for peers that are due or new; cancelled, it ends the loop.
                try? await Task.sleep(for: .seconds(1))
            }
        }
        let end = ContinuousClock.now + shutdownTime
        while syncs.isBusy, ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func begin() async {
        let board = board
        do {
            syncs.begin(try await pool.run(for: .hub) { try board.peers().map(\.address) })
        } catch {
            // Whoever is called is not known for now; none is forgotten for that.
            let problem = (error as? BoardError)?.problem.english ?? "there is too much to do"
            logger.warning("no peer was called", metadata: ["problem": "\(problem.printable)"])
        }
    }
}
