import CommunisTestSupport
import Foundation
import Synchronization

/// A proxy on this machine that cuts a share of its connections at random points and makes every
/// piece late. Which connections, and where, is decided by a seed.
final class UnreliableProxy: Sendable {
    private let listener: Listener
    private let state: State

    private final class State: Sendable {
        let generator: Mutex<UInt64>
        let counts = Mutex((connections: 0, cut: 0))

        init(_ seed: UInt64) { generator = Mutex(seed) }
    }

    var port: Int { listener.port }
    var counts: (connections: Int, cut: Int) { state.counts.withLock { $0 } }

    /// - Parameter cuts: in percent.
    init(to target: Int, cutting cuts: Int, delay: Duration, seed: UInt64) throws {
        let state = State(seed)
        self.state = state
        listener = try Listener { caller in
            let limit = Self.limit(cuts, state)
            guard let hub = try? Socket(port: target) else { return }
            let rest = Rest(limit)
            Thread.detachNewThread { Self.relay(from: hub, to: caller, rest, delay) }
            Self.relay(from: caller, to: hub, rest, delay)
        }
    }

    func stop() { listener.stop() }

    /// After how many bytes, in either direction, a connection is cut. A message of a small sync has
    /// some 500 in all, so that the cut comes before, within and after it.
    private static func limit(_ cuts: Int, _ state: State) -> Int? {
        let limit: Int? = state.generator.withLock { state in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33 % 100) < cuts ? Int(state >> 40 % 2_000) : nil
        }
        state.counts.withLock {
            $0.connections += 1
            if limit != nil { $0.cut += 1 }
        }
        return limit
    }

    private final class Rest: Sendable {
        private let bytes: Mutex<Int?>
        init(_ limit: Int?) { bytes = Mutex(limit) }

        /// How many of so many bytes still pass.
        func take(_ count: Int) -> Int {
            bytes.withLock { rest in
                guard let left = rest else { return count }
                rest = max(0, left - count)
                return min(left, count)
            }
        }
    }

    private static func relay(
        from source: Socket, to sink: Socket, _ rest: Rest, _ delay: Duration
    ) {
        while case let part = source.read(), !part.isEmpty {
            usleep(UInt32(delay / .microseconds(1)))
            let passed = rest.take(part.count)
            guard sink.write(Array(part.prefix(passed))), passed == part.count else { break }
        }
        source.shutDown()
        sink.shutDown()
    }
}
