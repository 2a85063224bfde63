import CommunisCore
import CommunisTestSupport
import Testing

struct PrecedenceTests {
    /// Every combination of two values of each part, in the order that the format demands.
    private let ascending: [Precedence] = {
        var all: [Precedence] = []
        for stamp in [UInt64(1), 2] {
            for node in [UInt8(1), 2] {
                for changeset in [UInt8(1), 2] {
                    for index in [0, 1] {
                        all.append(
                            Precedence(
                                timestamp: HybridTimestamp(rawValue: stamp), node: filled(node),
                                changeset: filled(changeset), index: index))
                    }
                }
            }
        }
        return all
    }()

    @Test("The order is by timestamp, node, changeset and index, and it is strict and total")
    func order() {
        for (one, left) in ascending.enumerated() {
            for (other, right) in ascending.enumerated() {
                #expect((left < right) == (one < other))
                #expect((left == right) == (one == other))
            }
        }
    }

    @Test("Among votes the proof comes before everything")
    func proofFirst() {
        let votes = Proof.allCases.flatMap { proof in
            ascending.map { VotePrecedence(proof, $0) }
        }
        for (one, left) in votes.enumerated() {
            for (other, right) in votes.enumerated() {
                #expect((left < right) == (one < other))
            }
        }
        let early = VotePrecedence(.proven, ascending[0])
        let late = VotePrecedence(.typed, ascending.last!)
        #expect(late < early)
    }
}
