import CommunisStore
import ServiceLifecycle

/// Ends the hub when the copy it serves is no longer the node it was: another process gave it a key of
/// its own (`node rename --new-key`), or took the key away.
struct KeyWatch: Service {
    let board: Board
    let pool: WorkPool

    func run() async throws {
        let board = board
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    // Fails where the key is missing, or is no longer that of this value's node.
                    _ = try await pool.run(for: .hub) { try board.nodeKey() }
                } catch let error as BoardError where error.code == .notPermitted {
                    throw BoardError(
                        .notPermitted,
                        "the key of this copy was changed or taken away while it was served",
                        "start `communis serve` again")
                } catch {
                    // Too much to do, or the disk failed: looked at again in a second.
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
