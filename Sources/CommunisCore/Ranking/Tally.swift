/// The winning votes on one idea, counted.
///
/// The sums wrap: what a damaged file says of them is no reason to trap.
package struct Tally: Hashable, Sendable {
    package var agree = 0
    package var disagree = 0
    package var pass = 0
    /// How many of the agreements and disagreements are proven.
    package var proven = 0

    package init() {}

    package init(agree: Int, disagree: Int, pass: Int, proven: Int) {
        self.agree = agree
        self.disagree = disagree
        self.pass = pass
        self.proven = proven
    }

    /// How many of the agreements and disagreements were typed only.
    package var typed: Int { agree &+ disagree &- proven }

    /// Agreements less disagreements.
    package var score: Int { agree &- disagree }

    /// Counts `vote`, which has just won, once.
    package mutating func count(_ vote: Vote) { add(vote, 1) }

    /// Takes out a vote that has just lost to another of the same member.
    package mutating func discount(_ vote: Vote) { add(vote, -1) }

    private mutating func add(_ vote: Vote, _ sign: Int) {
        switch vote.ballot {
        case .withdrawn: return
        case .agree: agree &+= sign
        case .disagree: disagree &+= sign
        case .pass: pass &+= sign
        }
        if vote.ballot != .pass && vote.proof == .proven { proven &+= sign }
    }

    package static func += (left: inout Tally, right: Tally) {
        left.agree &+= right.agree
        left.disagree &+= right.disagree
        left.pass &+= right.pass
        left.proven &+= right.proven
    }

    package static func -= (left: inout Tally, right: Tally) {
        left.agree &-= right.agree
        left.disagree &-= right.disagree
        left.pass &-= right.pass
        left.proven &-= right.proven
    }

    /// The tally under a ballot: where only approval exists, a disagreement counts as a pass. How
    /// many of those were proven is not kept; as many as can be are taken for agreements.
    package func under(_ ballot: BallotKind) -> Tally {
        guard ballot == .approve else { return self }
        var tally = self
        tally.pass &+= tally.disagree
        tally.disagree = 0
        tally.proven = min(tally.proven, tally.agree)
        return tally
    }
}
