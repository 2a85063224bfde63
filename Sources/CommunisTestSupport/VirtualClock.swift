import CommunisCore
import CommunisStore
import Synchronization

/// A clock that stands still until it is set.
package final class VirtualClock: Sendable {
    private let moment: Mutex<Milliseconds>

    /// Begins on 2026-01-01.
    package init(_ start: Milliseconds = Milliseconds(unchecked: 1_767_225_600_000)) {
        moment = Mutex(start)
    }

    package var now: Milliseconds {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }

    package func advance(by duration: Duration) {
        moment.withLock { $0 = $0.advanced(by: duration) }
    }
}

extension BoardEnvironment {
    /// A world without chance: a virtual clock, and randomness from a seed. Commits do not wait
    /// for the disk.
    package static func virtual(_ clock: VirtualClock, seed: UInt64) -> BoardEnvironment {
        let generator = SharedGenerator(seed: seed)
        return BoardEnvironment(
            now: { clock.now }, randomBytes: { generator.bytes($0) }, isDurable: false)
    }
}

private final class SharedGenerator: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    func bytes(_ count: Int) -> [UInt8] {
        generator.withLock { generator in
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }
}
