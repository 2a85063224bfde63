import NIOPosix
import Synchronization

/// Does what waits for the disk beside the event loops, so much at a time, for whoever asks in turn:
/// one that asks for much waits for itself, and keeps another waiting for one piece of work.
final class WorkPool: Sendable {
    fileprivate struct Work {
        var run: @Sendable () -> Void
        var cancel: @Sendable () -> Void
    }

    fileprivate struct State {
        /// Those that something waits for, in turn.
        var turns = Line<Sharer>()
        var waiting: [Sharer: Line<Work>] = [:]
        var counts: [Sharer: Int] = [:]
        var running = 0
        var isOver = false
    }

    private let threads: NIOThreadPool
    private let count: Int
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how much may wait for one node. What waits for an address has its own limits:
    ///   connections, and strangers' requests.
    init(threads count: Int, waiting limit: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        self.count = count
        self.limit = limit
        threads.start()
    }

    /// How much waits for one.
    func waits(for sharer: Sharer) -> Int { state.withLock { $0.counts[sharer, default: 0] } }

    var isBusy: Bool { state.withLock { $0.running > 0 } }
    var isOver: Bool { state.withLock { $0.isOver } }

    /// - Throws: `Overloaded` where too much waits for the same node; `CancellationError` once the pool
    ///   is shut down.
    func run<Value: Sendable>(
        for sharer: Sharer, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let work = Work(
                run: { continuation.resume(with: Result { try body() }) },
                cancel: { continuation.resume(throwing: CancellationError()) })
            switch state.withLock({ $0.add(work, for: sharer, limit, threads: count) }) {
            case .waits: break
            case .needsThread: threads.submit { [self] _ in goOn() }
            case .refused: continuation.resume(throwing: Overloaded())
            case .over: work.cancel()
            }
        }
    }

    private func goOn() {
        while let (work, isOver) = state.withLock({ $0.next() }) {
            if isOver { work.cancel() } else { work.run() }
        }
    }

    /// What runs is waited for; what waits is cancelled.
    func shutDown() async {
        state.withLock { $0.isOver = true }
        try? await threads.shutdownGracefully()
        goOn()
    }
}

extension WorkPool.State {
    enum Added { case waits, needsThread, refused, over }

    fileprivate mutating func add(
        _ work: WorkPool.Work, for sharer: Sharer, _ limit: Int, threads: Int
    ) -> Added {
        if isOver { return .over }
        let before = counts[sharer, default: 0]
        if case .node = sharer, before >= limit { return .refused }
        if before == 0 { turns.append(sharer) }
        counts[sharer] = before + 1
        waiting[sharer, default: Line()].append(work)
        guard running < threads else { return .waits }
        running += 1
        return .needsThread
    }

    /// - Returns: `nil` where a thread has nothing more to do, and ends.
    fileprivate mutating func next() -> (WorkPool.Work, isOver: Bool)? {
        guard let sharer = turns.popFirst(), let work = waiting[sharer]?.popFirst() else {
            running -= 1
            return nil
        }
        let rest = counts[sharer, default: 1] - 1
        if rest > 0 {
            counts[sharer] = rest
            turns.append(sharer)
        } else {
            counts[sharer] = nil
            waiting[sharer] = nil
        }
        return (work, isOver)
    }
}
