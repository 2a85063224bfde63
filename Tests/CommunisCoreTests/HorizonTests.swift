import CommunisCore
import CommunisTestSupport
import Testing

struct HorizonTests {
    private let now = Milliseconds(sinceEpoch: 1_767_225_600_000)!

    @Test("The horizon is five minutes beyond the clock and includes its own millisecond")
    func allowance() {
        let horizon = Horizon(now: now)
        #expect(horizon.moment.since(now) == .seconds(300))
        #expect(horizon.includes(HybridTimestamp(now)))
        #expect(horizon.includes(HybridTimestamp(horizon.moment, counter: 65_535)))
        let next = horizon.moment.advanced(by: .milliseconds(1))
        #expect(!horizon.includes(HybridTimestamp(next)))
    }

    @Test("A later horizon includes all that an earlier one does")
    func monotone() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<1_000 {
            let one = Horizon(moment: Milliseconds(sinceEpoch: generator.next() >> 17)!)
            let other = Horizon(moment: Milliseconds(sinceEpoch: generator.next() >> 17)!)
            let stamp = HybridTimestamp(rawValue: generator.next() >> 1)
            #expect((one < other) == (one.moment < other.moment))
            if min(one, other).includes(stamp) { #expect(max(one, other).includes(stamp)) }
        }
    }
}

struct ClockDoubtTests {
    private let last = Milliseconds(sinceEpoch: 1_767_225_600_000)!

    private func doubt(_ milliseconds: Int64) -> ClockDoubt? {
        ClockDoubt(
            now: last.advanced(by: .milliseconds(milliseconds)),
            last: HybridTimestamp(last, counter: 3))
    }

    @Test(
        "Five minutes behind and sixty days ahead pass without a word; a millisecond more does not")
    func edges() {
        let days: Int64 = 60 * 86_400_000
        #expect(doubt(0) == nil)
        #expect(doubt(-300_000) == nil)
        #expect(doubt(-300_001) == .behind(.milliseconds(300_001)))
        #expect(doubt(days) == nil)
        #expect(doubt(days + 1) == .ahead(.milliseconds(days + 1)))
    }

    @Test("A node that has seen nothing has nothing to doubt its clock by")
    func nothingSeen() {
        #expect(ClockDoubt(now: last, last: .zero) == nil)
        #expect(ClockDoubt(now: Milliseconds(sinceEpoch: 0)!, last: .zero) == nil)
    }

    @Test("A computer that starts in 1970 is behind")
    func unsetClock() {
        let doubt = ClockDoubt(now: Milliseconds(sinceEpoch: 0)!, last: HybridTimestamp(last))
        #expect(doubt == .behind(.milliseconds(1_767_225_600_000)))
    }
}
