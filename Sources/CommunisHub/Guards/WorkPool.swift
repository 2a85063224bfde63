import NIOPosix
import Synchronization

/// Does what waits for the disk beside the event loops, so much at a time.
final class WorkPool: Sendable {
    /// There is as much to do as may be.
    struct Overloaded: Error {}

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
        try enter(waiting, limit: limit)
        defer { waiting.withLock { $0 -= 1 } }
        return try await threads.runIfActive(body)
    }

    func shutDown() async { try? await threads.shutdownGracefully() }
}

/// Takes one of so many places.
func enter(_ places: borrowing Mutex<Int>, limit: Int) throws(WorkPool.Overloaded) {
    let isFree = places.withLock { taken in
        guard taken < limit else { return false }
        taken += 1
        return true
    }
    guard isFree else { throw WorkPool.Overloaded() }
}
