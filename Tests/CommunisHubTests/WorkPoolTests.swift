import CommunisTestSupport
import Dispatch
import Synchronization
import Testing

@testable import CommunisHub

@Suite("Whose work is done next")
struct WorkPoolTests {
    private let nodes = (1...3).map { Sharer.node(TestBoards.key(8, $0).node) }

    /// A pool of one thread, which is held until it is let go, and what was done in it.
    private final class Held: Sendable {
        let pool: WorkPool
        private let gate = DispatchSemaphore(value: 0)
        private let order = Mutex<[Sharer]>([])

        init(waiting limit: Int) { pool = WorkPool(threads: 1, waiting: limit) }

        var done: [Sharer] { order.withLock { $0 } }

        func hold() async {
            let (gate, pool) = (gate, pool)
            Task { try await pool.run(for: .hub) { gate.wait() } }
            // Waits, and then is at work.
            while !pool.isBusy || pool.waits(for: .hub) > 0 { await Task.yield() }
        }

        func letGo() { gate.signal() }

        /// Waits until it is in line.
        func ask(_ sharer: Sharer) async -> Task<Void, any Error> {
            let before = pool.waits(for: sharer)
            let task = Task {
                try await pool.run(for: sharer) { self.order.withLock { $0.append(sharer) } }
            }
            while pool.waits(for: sharer) == before { await Task.yield() }
            return task
        }
    }

    @Test("One that asks for a hundred things keeps another waiting for one of them")
    func turns() async throws {
        let held = Held(waiting: 200)
        await held.hold()
        var tasks: [Task<Void, any Error>] = []
        for _ in 0..<100 { tasks.append(await held.ask(nodes[0])) }
        for _ in 0..<3 { tasks.append(await held.ask(nodes[1])) }
        tasks.append(await held.ask(.address(.version4(1))))
        held.letGo()
        for task in tasks { try await task.value }
        let (one, two, stranger) = (nodes[0], nodes[1], Sharer.address(.version4(1)))
        #expect(held.done.prefix(7) == [one, two, stranger, one, two, one, two])
        #expect(held.done.count == 104)
        await held.pool.shutDown()
    }

    @Test("So much waits for a node, and no more; an address is bounded by its connections")
    func limit() async throws {
        let held = Held(waiting: 3)
        await held.hold()
        var tasks: [Task<Void, any Error>] = []
        for _ in 0..<3 { tasks.append(await held.ask(nodes[0])) }
        await #expect(throws: Overloaded.self) { try await held.pool.run(for: nodes[0]) {} }
        tasks.append(await held.ask(nodes[1]))
        for _ in 0..<10 { tasks.append(await held.ask(.address(.version6(2)))) }
        held.letGo()
        for task in tasks { try await task.value }
        try await held.pool.run(for: nodes[0]) {}
        await held.pool.shutDown()
    }

    @Test("What waits when the pool is shut down is told so, and so is what comes later")
    func shutDown() async throws {
        let held = Held(waiting: 3)
        await held.hold()
        let task = await held.ask(nodes[0])
        let end = Task { await held.pool.shutDown() }
        while !held.pool.isOver { await Task.yield() }
        held.letGo()
        await end.value
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) {
            try await held.pool.run(for: nodes[0]) {}
        }
        #expect(held.done.isEmpty)
    }
}
