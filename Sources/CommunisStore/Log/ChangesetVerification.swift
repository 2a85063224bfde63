import CommunisCore
import CommunisLog
import Dispatch
import Foundation
import Synchronization

/// Verifies changesets before a write transaction begins, on all cores but one, which is left to
/// readers.
enum ChangesetVerification {
    /// In the order given, each opened or refused.
    static func open(_ changesets: [SealedChangeset], board: BoardID)
        -> [Result<OpenedChangeset, Refusal>]
    {
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
        guard workers > 1, changesets.count > 16 else {
            return changesets.map { open($0, board) }
        }
        let share = (changesets.count + workers - 1) / workers
        let parts = Mutex<[Int: [Result<OpenedChangeset, Refusal>]]>([:])
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let start = min(worker * share, changesets.count)
            let range = start..<min(start + share, changesets.count)
            let opened = changesets[range].map { open($0, board) }
            parts.withLock { $0[worker] = opened }
        }
        return parts.withLock { parts in (0..<workers).flatMap { parts[$0] ?? [] } }
    }

    private static func open(_ changeset: SealedChangeset, _ board: BoardID)
        -> Result<OpenedChangeset, Refusal>
    {
        do throws(Refusal) {
            return .success(try changeset.open(board: board))
        } catch {
            return .failure(error)
        }
    }
}
