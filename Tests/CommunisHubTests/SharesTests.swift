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
        held.append(try shares.take(1, for: nodes[0]))
        held.removeAll()
        for node in nodes { _ = try shares.take(2, for: node) }
    }

    @Test("Strangers share one part")
    func strangers() throws {
        let shares = Shares(all: 10, each: 2)
        let held = [try shares.take(1, for: nil), try shares.take(1, for: nil)]
        #expect(throws: Overloaded.self) { _ = try shares.take(1, for: nil) }
        withExtendedLifetime(held) {}
    }
}
