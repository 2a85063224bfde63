import CommunisCore
import CommunisTestSupport
import Testing

/// Changes that a wrong clock dated, dated anew.
struct RestampingTests {
    private static let year: UInt64 = 365 * 86_400_000
    private let start: UInt64 = 1_767_225_600_000

    private func moment(_ value: UInt64) -> Milliseconds { Milliseconds(sinceEpoch: value)! }

    /// What a node writes whose clock is so many milliseconds off, at true moments.
    private func written(
        at moments: [UInt64], off: Int64, seen: HybridTimestamp
    ) -> [Restamping.Entry] {
        var clock = HybridClock(last: seen)
        return moments.map { moment in
            let now = Milliseconds(clamping: Int64(moment) + off)
            let horizon = Horizon(now: now)
            return Restamping.Entry(
                timestamp: clock.stamp(now: now, horizon: horizon), clock: now)
        }
    }

    @Test(
        "A clock that was off by the same all the time gives the true times back",
        arguments: [
            -Int64(56 * year), -Int64(3 * 86_400_000), -3_600_000, 3_600_000, Int64(3 * 86_400_000),
            Int64(12 * year),
        ])
    func constantError(off: Int64) {
        for seed in UInt64(0)..<100 {
            var generator = SeededGenerator(seed: seed)
            let seen = HybridTimestamp(moment(start), counter: 3)
            var time = start + 1_000
            let moments = (0..<20).map { _ -> UInt64 in
                time += UInt64.random(in: 0...5_000_000, using: &generator)
                return time
            }
            let now = time + UInt64.random(in: 0...5_000_000, using: &generator)
            let told = ToldTime(moment(now), at: Milliseconds(clamping: Int64(now) + off))
            let entries = written(at: moments, off: off, seen: seen)
            #expect(Restamping.isNeeded(for: entries, told: told))
            let stamps = Restamping.timestamps(of: entries, told: told, after: seen)
            #expect(stamps.map(\.moment.sinceEpoch) == moments)
            #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test(
        "Whatever the clock did: in order, after what was seen, not later than now, all different")
    func anyClock() {
        for seed in UInt64(0)..<300 {
            var generator = SeededGenerator(seed: seed)
            let seen = HybridTimestamp(moment(start))
            let told = ToldTime(
                moment(start + 10_000_000),
                at: moment(UInt64.random(in: 0...(2 * start), using: &generator)))
            let entries = (0..<30).map { _ -> Restamping.Entry in
                let clock = moment(UInt64.random(in: 0...(2 * start), using: &generator))
                let isImported = Int.random(in: 0..<5, using: &generator) == 0
                // Imports may have the very moments that are given anew.
                let near = start + UInt64.random(in: 0...3, using: &generator)
                return Restamping.Entry(
                    timestamp: HybridTimestamp(isImported ? moment(near) : clock),
                    clock: isImported ? nil : clock)
            }
            let stamps = Restamping.timestamps(of: entries, told: told, after: seen)
            let moved = zip(entries, stamps).filter { $0.0.clock != nil }.map(\.1)
            #expect(zip(moved, moved.dropFirst()).allSatisfy { $0 < $1 })
            #expect(moved.allSatisfy { $0 > seen && $0.moment <= told.moment })
            let kept = zip(entries, stamps).filter { $0.0.clock == nil }
            #expect(kept.allSatisfy { $0.0.timestamp == $0.1 })
            #expect(Set(moved).isDisjoint(with: kept.map(\.1)))
        }
    }

    @Test("A clock that is right moves nothing")
    func rightClock() {
        let seen = HybridTimestamp(moment(start))
        let entries = written(at: [start + 5, start + 5, start + 90], off: 0, seen: seen)
        let told = ToldTime(moment(start + 200_000), at: moment(start + 100_000))
        #expect(!Restamping.isNeeded(for: entries, told: told))
        #expect(
            Restamping.timestamps(of: entries, told: told, after: seen)
                == entries.map(\.timestamp))
    }

    @Test("What a clock dated right before it lost its time keeps its date")
    func lostLater() {
        let seen = HybridTimestamp(moment(start))
        let right = written(at: [start + 1_000, start + 2_000], off: 0, seen: seen)
        // It then boots in 1970, or in 2038; an hour later it is told the time.
        for clock in [moment(60_000), moment(start + 12 * Self.year)] {
            let told = ToldTime(moment(start + 3_600_000), at: clock)
            let stamps = Restamping.timestamps(of: right, told: told, after: seen)
            #expect(stamps == right.map(\.timestamp))
        }
    }

    @Test("What a clock dated into the future before it was set right moves to now at the latest")
    func setRight() {
        let seen = HybridTimestamp(moment(start))
        let ahead = written(at: [start + 1_000], off: Int64(12 * Self.year), seen: seen)
        var clock = HybridClock(last: ahead[0].timestamp)
        let now = moment(start + 5_000)
        let stamp = clock.stamp(now: now, horizon: Horizon(moment: ahead[0].timestamp.moment))
        let entries = ahead + [Restamping.Entry(timestamp: stamp, clock: now)]
        let told = ToldTime(moment(start + 60_000), at: moment(start + 60_000))
        #expect(Restamping.isNeeded(for: entries, told: told))
        let stamps = Restamping.timestamps(of: entries, told: told, after: seen)
        #expect(stamps[0] < stamps[1] && stamps[1].moment == now)
    }
}
