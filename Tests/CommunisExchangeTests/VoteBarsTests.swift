import CommunisCore
import CommunisExchange
import CommunisTestSupport
import Testing

/// The geometry of the report's bars.
@Suite struct VoteBarsTests {
    private func tally(_ agree: Int, _ disagree: Int, _ pass: Int) -> Tally {
        Tally(agree: agree, disagree: disagree, pass: pass, proven: 0)
    }

    @Test("The largest bars fill their side, and all share one line")
    func largestFills() {
        let bars = VoteBars([tally(30, 5, 2), tally(6, 10, 8), tally(0, 0, 0)])
        #expect(bars.votes == 40 && bars.passes == 8 && bars.zero == 25)
        #expect(bars.rows[0].agree == VoteBars.Bar(start: 25, width: 75))
        #expect(bars.rows[0].disagree == VoteBars.Bar(start: 12.5, width: 12.5))
        #expect(bars.rows[1].disagree == VoteBars.Bar(start: 0, width: 25))
        #expect(bars.rows[1].pass == VoteBars.Bar(start: 0, width: 100))
        #expect(bars.rows[2].agree.width == 0 && bars.rows[2].pass.width == 0)
    }

    @Test("Without votes nothing is drawn, and nothing divides by zero")
    func empty() {
        #expect(VoteBars([]).rows.isEmpty && VoteBars([]).votes == 1)
        let bars = VoteBars([Tally()])
        #expect(bars.votes == 1 && bars.passes == 0 && bars.zero == 0)
        #expect(bars.rows[0].agree.width == 0 && bars.rows[0].disagree.start == 0)
    }

    @Test("Only disagreements, a negative score, fill the left")
    func negative() {
        let bars = VoteBars([tally(0, 7, 0)])
        #expect(bars.zero == 100)
        #expect(bars.rows[0].disagree == VoteBars.Bar(start: 0, width: 100))
    }

    @Test("Every bar lies in its panel, touches the line, and is as wide as its votes")
    func invariants() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let tallies = (0..<(1 + generator.below(20))).map { _ in
                tally(generator.below(1_000), generator.below(1_000), generator.below(50))
            }
            let bars = VoteBars(tallies)
            for (tally, row) in zip(tallies, bars.rows) {
                for bar in [row.disagree, row.agree, row.pass] {
                    #expect(bar.start >= -1e-9 && bar.width >= 0 && bar.end <= 100 + 1e-9)
                }
                #expect(abs(row.disagree.end - bars.zero) < 1e-9 && row.agree.start == bars.zero)
                let votes = Double(tally.agree + tally.disagree)
                let width = row.agree.width + row.disagree.width
                #expect(abs(width * Double(bars.votes) / 100 - votes) < 1e-6)
                let passes = row.pass.width * Double(bars.passes) / 100
                #expect(abs(passes - Double(tally.pass)) < 1e-6)
            }
            #expect(bars.rows.contains { abs($0.agree.end - 100) < 1e-9 })
        }
    }
}
