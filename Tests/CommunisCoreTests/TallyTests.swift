import CommunisCore
import CommunisTestSupport
import Testing

struct TallyTests {
    private let votes = Ballot.allCases.flatMap { ballot in
        Proof.allCases.map { Vote(ballot, proof: $0) }
    }

    private func tally(_ votes: [Vote]) -> Tally {
        votes.reduce(into: Tally()) { $0.count($1) }
    }

    @Test("What was counted and taken out again leaves no trace")
    func inverse() {
        var generator = SeededGenerator(seed: 15)
        for _ in 0..<100 {
            let before = (0..<20).map { _ in votes.randomElement(using: &generator)! }
            let passing = (0..<20).map { _ in votes.randomElement(using: &generator)! }
            var tally = tally(before + passing)
            for vote in passing.shuffled(using: &generator) { tally.discount(vote) }
            #expect(tally == self.tally(before))
        }
    }

    @Test("Each vote counts once under its ballot; proof counts for agreements and disagreements")
    func counts() {
        #expect(tally(votes) == Tally(agree: 2, disagree: 2, pass: 2, proven: 2))
        for vote in votes {
            let tally = tally([vote])
            #expect(tally.agree == (vote.ballot == .agree ? 1 : 0))
            #expect(tally.disagree == (vote.ballot == .disagree ? 1 : 0))
            #expect(tally.pass == (vote.ballot == .pass ? 1 : 0))
            let isCounted = vote.ballot == .agree || vote.ballot == .disagree
            #expect(tally.proven == (isCounted && vote.proof == .proven ? 1 : 0))
            #expect(tally.score == tally.agree - tally.disagree)
        }
    }

    @Test("The tally of two sets of votes together is the sum of their tallies")
    func sum() {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<50 {
            let one = (0..<10).map { _ in votes.randomElement(using: &generator)! }
            let other = (0..<10).map { _ in votes.randomElement(using: &generator)! }
            var sum = tally(one)
            sum += tally(other)
            #expect(sum == tally(one + other))
        }
    }

    @Test("Where there is only approval, a disagreement is a pass and nobody is lost")
    func approval() {
        for agree in 0..<4 {
            for disagree in 0..<4 {
                for pass in 0..<4 {
                    let tally = Tally(agree: agree, disagree: disagree, pass: pass, proven: 0)
                    #expect(tally.under(.agree) == tally)
                    let approval = tally.under(.approve)
                    #expect(
                        approval
                            == Tally(agree: agree, disagree: 0, pass: pass + disagree, proven: 0))
                    #expect(approval.score == agree)
                    #expect(approval.under(.approve) == approval)
                }
            }
        }
    }

    @Test("A vote is one byte: the ballot in the low nibble, 0x10 if proven, nothing else")
    func voteBytes() {
        var valid: [UInt8: Vote] = [:]
        for vote in votes { valid[vote.rawValue] = vote }
        #expect(valid.keys.sorted() == [0x00, 0x01, 0x02, 0x03, 0x10, 0x11, 0x12, 0x13])
        for byte in UInt8.min...UInt8.max {
            #expect(Vote(rawValue: byte) == valid[byte], "\(byte)")
        }
        for vote in votes { #expect(Vote(vote.ballot, proof: vote.proof) == vote) }
    }
}
