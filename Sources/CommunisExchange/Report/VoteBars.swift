import CommunisCore

/// Where the bars of a chart lie: disagreements to the left of a line that all ideas share,
/// agreements to the right of it, and passes in a panel of their own, since they speak neither for
/// nor against. A vote is as wide in every row and in both panels, if these are as wide as `votes`
/// to `passes`.
package struct VoteBars: Hashable, Sendable {
    /// A bar, in percent of its panel's width.
    package struct Bar: Hashable, Sendable {
        package var start: Double
        package var width: Double

        package var end: Double { start + width }

        package init(start: Double, width: Double) {
            self.start = start
            self.width = width
        }
    }

    package struct Row: Hashable, Sendable {
        package var disagree: Bar
        package var agree: Bar
        package var pass: Bar
    }

    /// How many votes wide the panel of disagreements and agreements is; 1 where there are none.
    package let votes: Int
    /// How many votes wide the panel of passes is.
    package let passes: Int
    /// Where the line between disagreements and agreements stands, in percent.
    package let zero: Double
    package let rows: [Row]

    package init(_ tallies: [Tally]) {
        let disagree = tallies.map(\.disagree).max() ?? 0
        let agree = tallies.map(\.agree).max() ?? 0
        let passes = tallies.map(\.pass).max() ?? 0
        let votes = max(1, disagree &+ agree)
        let zero = Self.percent(disagree, of: votes)
        self.votes = votes
        self.passes = passes
        self.zero = zero
        rows = tallies.map { tally in
            let left = Self.percent(tally.disagree, of: votes)
            return Row(
                disagree: Bar(start: zero - left, width: left),
                agree: Bar(start: zero, width: Self.percent(tally.agree, of: votes)),
                pass: Bar(start: 0, width: Self.percent(tally.pass, of: max(1, passes))))
        }
    }

    private static func percent(_ part: Int, of whole: Int) -> Double {
        100 * Double(part) / Double(whole)
    }
}
