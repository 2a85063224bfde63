import Dispatch
import Foundation

/// Threads beside Swift's own few, for tests that wait for each other: on a small computer those
/// few may all be held by tests that wait for a child.
package final class OwnThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "own threads", attributes: .concurrent)

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Runs what waits on a thread of its own.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
