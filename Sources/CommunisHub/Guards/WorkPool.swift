import NIOPosix
import Synchronization

/// Does what waits for the disk beside the event loops, so much at a time.
final class WorkPool: Sendable {
    private let threads: NIOThreadPool
    private let limit: Int
    private let waiting = Mutex(0)

    init(threads count: Int, waiting limit: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        self.limit = limit
        threads.start()
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        let isFree = waiting.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard isFree else { throw Overloaded() }
        defer { waiting.withLock { $0 -= 1 } }
        return try await threads.runIfActive(body)
    }

    func shutDown() async { try? await threads.shutdownGracefully() }
}
