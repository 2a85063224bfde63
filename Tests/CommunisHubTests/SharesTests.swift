import CommunisTestSupport
import Testing

@testable import CommunisHub

@Suite("Shares of memory")
struct SharesTests {
    private let nodes = (1...3).map { TestBoards.key(8, $0).node }

    @Test("No node takes more than its part, all together no more than all; what goes comes back")
    func parts() throws {
        let shares = Shares(all: 5, each: 2)
        var held: [Shares.Share] = []
        held.append(try shares.take(1, for: nodes[0]))
        held.append(try shares.take(1, for: nodes[0]))
        #expect(throws: Overloaded.self) { _ = try shares.take(1, for: nodes[0]) }
        held.append(try shares.take(2, for: nodes[1]))
        #expect(throws: Overloaded.self) { _ = try shares.take(2, for: nodes[2]) }
        held.append(try shares.take(1, for: nil))
        #expect(throws: Overloaded.self) { _ = try shares.take(1, for: nodes[2]) }
        held.removeFirst()
        #expect(throws: Overloaded.self) { _ = try shares.take(2, for: nodes[0]) }
        held.removeFirst()
        held.append(try shares.take(2, for: nodes[0]))
        held.removeAll()
        for node in nodes { _ = try shares.take(2, for: node) }
    }

    @Test("Whoever takes all they get leaves as much for one that has nothing yet")
    func newcomers() throws {
        let shares = Shares(all: 4_096, each: 1_024)
        var held: [Shares.Share] = []
        for (count, expected) in [1_024, 1_024, 1_024, 512, 256, 128, 64, 32].enumerated() {
            let share = try shares.take(1, for: TestBoards.key(9, UInt64(count)).node)
            var taken = 1
            while (try? share.grow(by: 1)) != nil { taken += 1 }
            #expect(taken == expected)
            held.append(share)
        }
        #expect(throws: Overloaded.self) { try held[7].grow(by: 1) }
        // What goes is there for the others.
        held.removeFirst()
        try held[6].grow(by: 400)
    }

    @Test("A body that would find no room is not begun; one that is begun takes what came of it")
    func bodies() throws {
        let shares = Shares(all: 100, each: 50)
        let share = try shares.begin(with: 50, for: nodes[0])
        let other = try shares.begin(with: 50, for: nodes[0])
        try share.grow(by: 30)
        #expect(throws: Overloaded.self) { _ = try shares.begin(with: 21, for: nodes[0]) }
        #expect(throws: Overloaded.self) { try other.grow(by: 21) }
        try other.grow(by: 20)
        _ = try shares.begin(with: 50, for: nodes[1])
    }

    @Test("Strangers share one part")
    func strangers() throws {
        let shares = Shares(all: 10, each: 2)
        let held = [try shares.take(1, for: nil), try shares.take(1, for: nil)]
        #expect(throws: Overloaded.self) { _ = try shares.take(1, for: nil) }
        withExtendedLifetime(held) {}
    }
}
