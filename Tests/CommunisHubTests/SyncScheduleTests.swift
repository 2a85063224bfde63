import CommunisHub
import Testing

@Suite("When a hub syncs with its own peers")
struct SyncScheduleTests {
    private let start = ContinuousClock.now

    @Test("Each at its own times, an interval apart, give or take a fifth")
    func interval() {
        var schedule = SyncSchedule(every: .seconds(60))
        #expect(schedule.due(["a", "b"], at: start, share: { 0 }) == ["a", "b"])
        schedule.ended("a", isDone: true, at: start, share: { 0 })
        schedule.ended("b", isDone: true, at: start, share: { 1 })
        let times: [(Int64, [String])] = [(47_999, []), (48_000, ["a"]), (72_001, ["a", "b"])]
        for (milliseconds, expected) in times {
            let now = start.advanced(by: .milliseconds(milliseconds))
            #expect(schedule.due(["a", "b"], at: now, share: { 0 }) == expected)
        }
    }

    @Test("Hubs that begin together do not call together, at any share")
    func beginning() {
        for share in [0, 0.25, 0.5, 0.99] {
            var schedule = SyncSchedule(every: .seconds(100))
            let first = start.advanced(by: .seconds(10) * share)
            let before = first.advanced(by: .milliseconds(-1))
            #expect(
                schedule.due(["a"], at: start, share: { share }) == (share == 0 ? ["a"] : []))
            if share > 0 {
                #expect(schedule.due(["a"], at: before, share: { share }).isEmpty, "\(share)")
            }
            #expect(
                schedule.due(["a"], at: first.advanced(by: .milliseconds(1)), share: { share })
                    == ["a"], "\(share)")
        }
    }

    @Test("Twice as long after each failure, up to an hour; at once as before after a success")
    func backOff() {
        var schedule = SyncSchedule(every: .seconds(60))
        var now = start
        _ = schedule.due(["a"], at: now, share: { 0 })
        var waits: [Int64] = []
        for _ in 0..<9 {
            schedule.ended("a", isDone: false, at: now, share: { 0.5 })
            let before = now
            while schedule.due(["a"], at: now, share: { 0 }).isEmpty {
                now = now.advanced(by: .seconds(1))
            }
            waits.append((now - before).components.seconds)
        }
        #expect(waits == [120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600])
        schedule.ended("a", isDone: true, at: now, share: { 0.5 })
        #expect(schedule.due(["a"], at: now.advanced(by: .seconds(59)), share: { 0 }).isEmpty)
        #expect(schedule.due(["a"], at: now.advanced(by: .seconds(60)), share: { 0 }) == ["a"])
    }

    @Test("A forgotten peer is dropped, and begins anew when it is named again")
    func forgotten() {
        var schedule = SyncSchedule(every: .seconds(60))
        _ = schedule.due(["a"], at: start, share: { 0 })
        schedule.ended("a", isDone: false, at: start, share: { 1 })
        #expect(schedule.due([], at: start, share: { 0 }) == [])
        #expect(schedule.due(["a"], at: start, share: { 0 }) == ["a"])
    }
}
