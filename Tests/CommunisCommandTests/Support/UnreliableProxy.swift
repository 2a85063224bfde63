import CommunisTestSupport
import Foundation
import Synchronization

/// A proxy on this machine that cuts a share of its connections at random points and makes every
/// piece late, by more on some connections than on others: so requests overtake each other. Which
/// connections, where and by how much is decided by a seed.
final class UnreliableProxy: Sendable {
    private let listener: Listener
    private let state: State

    private final class State: Sendable {
        let generator: Mutex<UInt64>
        let counts = Mutex(Counts())

        init(_ seed: UInt64) { generator = Mutex(seed) }
    }

    struct Counts {
        var connections = 0
        var cut = 0
        /// Connections of which something came to the hub before anything of an earlier one.
        var overtaking = 0
        fileprivate var waiting: Set<Int> = []
    }

    /// What befalls one connection.
    private struct Fate {
        let number: Int
        /// After how many bytes, in either direction, it is cut. A message of a small sync has some
        /// 500 in all, so that the cut comes before, within and after it.
        let limit: Int?
        let delay: Duration
    }

    var port: Int { listener.port }
    var counts: Counts { state.counts.withLock { $0 } }

    /// - Parameters:
    ///   - cuts: in percent.
    ///   - delay: the mean; from half of it to half as much again.
    init(to target: Int, cutting cuts: Int, delay: Duration, seed: UInt64) throws {
        let state = State(seed)
        self.state = state
        listener = try Listener { caller in
            let fate = Self.fate(cuts, delay, state)
            guard let hub = try? Socket(port: target) else { return }
            let rest = Rest(fate.limit)
            Thread.detachNewThread { Self.relay(from: hub, to: caller, rest, fate.delay) }
            Self.relay(from: caller, to: hub, rest, fate.delay) {
                state.counts.withLock { counts in
                    guard counts.waiting.remove(fate.number) != nil else { return }
                    if counts.waiting.contains(where: { $0 < fate.number }) {
                        counts.overtaking += 1
                    }
                }
            }
        }
    }

    func stop() { listener.stop() }

    private static func fate(_ cuts: Int, _ delay: Duration, _ state: State) -> Fate {
        state.generator.withLock { random in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let limit = Int(random >> 33 % 100) < cuts ? Int(random >> 40 % 2_000) : nil
            let share = Double(random >> 20 % 1_000) / 1_000
            return state.counts.withLock { counts in
                counts.connections += 1
                if limit != nil { counts.cut += 1 }
                counts.waiting.insert(counts.connections)
                return Fate(number: counts.connections, limit: limit, delay: delay * (0.5 + share))
            }
        }
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
        from source: Socket, to sink: Socket, _ rest: Rest, _ delay: Duration,
        begun: () -> Void = {}
    ) {
        while case let part = source.read(), !part.isEmpty {
            usleep(UInt32(delay / .microseconds(1)))
            begun()
            let passed = rest.take(part.count)
            guard sink.write(Array(part.prefix(passed))), passed == part.count else { break }
        }
        source.shutDown()
        sink.shutDown()
    }
}
