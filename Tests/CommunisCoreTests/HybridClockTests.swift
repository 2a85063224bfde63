import CommunisCore
import CommunisTestSupport
import Testing

struct HybridClockTests {
    private static let year: UInt64 = 365 * 86_400_000
    private let start: UInt64 = 1_767_225_600_000

    private func moment(_ value: UInt64) -> Milliseconds { Milliseconds(sinceEpoch: value)! }

    @Test("Stamps strictly increase and are never below now, however the clock jumps")
    func stampsIncrease() {
        for seed in UInt64(0)..<50 {
            var generator = SeededGenerator(seed: seed)
            var clock = HybridClock(last: .zero)
            var horizon = Horizon(now: moment(start))
            var now = start
            for _ in 0..<500 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: now -= UInt64.random(in: 0...1_000_000, using: &generator)
                case 1: now += UInt64.random(in: 0...1_000_000, using: &generator)
                case 2: now += 1
                default: break
                }
                horizon = max(horizon, Horizon(now: moment(now)))
                let before = clock.last
                let stamp = clock.stamp(now: moment(now), horizon: horizon)
                #expect(stamp > before)
                #expect(stamp >= HybridTimestamp(moment(now)))
                #expect(stamp == max(HybridTimestamp(moment(now)), before.successor))
                #expect(clock.last == stamp)
            }
        }
    }

    @Test("A clock that is set back a year still gives increasing stamps")
    func setBack() {
        let horizon = Horizon(now: moment(start))
        var clock = HybridClock(last: .zero)
        let first = clock.stamp(now: moment(start), horizon: horizon)
        let second = clock.stamp(now: moment(start - Self.year), horizon: horizon)
        let third = clock.stamp(now: moment(start - Self.year + 1), horizon: horizon)
        #expect(first == HybridTimestamp(moment(start)))
        #expect(second == HybridTimestamp(moment(start), counter: 1))
        #expect(third == HybridTimestamp(moment(start), counter: 2))
    }

    @Test("A last timestamp beyond the horizon is ignored, one at the horizon is not")
    func beyondHorizon() {
        let horizon = Horizon(now: moment(start))
        let edge = HybridTimestamp(horizon.moment, counter: 65_535)
        var ahead = HybridClock(last: edge.successor)
        #expect(ahead.stamp(now: moment(start), horizon: horizon) == HybridTimestamp(moment(start)))
        #expect(ahead.last == HybridTimestamp(moment(start)))
        var within = HybridClock(last: edge)
        #expect(within.stamp(now: moment(start), horizon: horizon) == edge.successor)
    }

    @Test("A full counter carries into the next millisecond")
    func counterCarries() {
        let horizon = Horizon(now: moment(start))
        var clock = HybridClock(last: HybridTimestamp(moment(start), counter: 65_535))
        let stamp = clock.stamp(now: moment(start), horizon: horizon)
        #expect(stamp == HybridTimestamp(moment(start + 1)))
    }

    @Test("What comes from elsewhere moves the clock forwards only")
    func witness() {
        var generator = SeededGenerator(seed: 7)
        var clock = HybridClock(last: .zero)
        var greatest = HybridTimestamp.zero
        for _ in 0..<1_000 {
            let seen = HybridTimestamp(rawValue: generator.next() >> 1)
            clock.witness(seen)
            greatest = max(greatest, seen)
            #expect(clock.last == greatest)
        }
    }
}

struct HybridTimestampTests {
    @Test("A timestamp is 48 bits of milliseconds above 16 bits of counter")
    func layout() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<1_000 {
            let value = generator.next() >> 17
            let counter = UInt16.random(in: .min ... .max, using: &generator)
            let stamp = HybridTimestamp(Milliseconds(sinceEpoch: value)!, counter: counter)
            #expect(stamp.rawValue == value * 65_536 + UInt64(counter))
            #expect(stamp.moment.sinceEpoch == value)
            #expect(stamp.counter == counter)
            #expect(stamp.isValid)
        }
    }

    @Test("The order is by milliseconds, then by counter")
    func order() {
        let moments = [0, 1, 2, 1 << 32, (1 << 47) - 1].map { Milliseconds(sinceEpoch: $0)! }
        let counters: [UInt16] = [0, 1, 65_535]
        for (one, left) in moments.enumerated() {
            for (other, right) in moments.enumerated() {
                for (low, first) in counters.enumerated() {
                    for (high, second) in counters.enumerated() {
                        let isLess =
                            HybridTimestamp(left, counter: first)
                            < HybridTimestamp(right, counter: second)
                        #expect(isLess == ((one, low) < (other, high)))
                    }
                }
            }
        }
    }

    @Test("Milliseconds lie below 2^47")
    func limit() {
        #expect(Milliseconds(sinceEpoch: (1 << 47) - 1) != nil)
        #expect(Milliseconds(sinceEpoch: 1 << 47) == nil)
        #expect(HybridTimestamp(rawValue: (1 << 63) - 1).isValid)
        #expect(!HybridTimestamp(rawValue: 1 << 63).isValid)
        #expect(!HybridTimestamp(rawValue: .max).isValid)
    }

    @Test("A moment moved by a duration stays within what moments there are")
    func advancing() {
        let moment = Milliseconds(sinceEpoch: 1_000)!
        #expect(moment.advanced(by: .milliseconds(5)).sinceEpoch == 1_005)
        #expect(moment.advanced(by: .milliseconds(-5)).sinceEpoch == 995)
        #expect(moment.advanced(by: .seconds(-2)).sinceEpoch == 0)
        let last = Milliseconds(sinceEpoch: (1 << 47) - 1)!
        #expect(last.advanced(by: .seconds(1)) == last)
        #expect(Milliseconds(clamping: .min).sinceEpoch == 0)
        #expect(Milliseconds(clamping: .max) == last)
        #expect(last.since(moment) == .milliseconds((1 << 47) - 1 - 1_000))
        #expect(moment.since(last) == .zero - last.since(moment))
    }

    @Test("A duration in milliseconds is cut towards zero")
    func durations() {
        #expect(Duration.microseconds(1_999).milliseconds == 1)
        #expect(Duration.microseconds(-1_999).milliseconds == -1)
        #expect(Duration.seconds(-3).milliseconds == -3_000)
        #expect(Duration.microseconds(-999).milliseconds == 0)
    }
}
