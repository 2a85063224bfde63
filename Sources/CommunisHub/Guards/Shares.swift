import CommunisCore
import Synchronization

/// There is as much to do as may be; whoever asks is to come again.
struct Overloaded: Error {}

/// So much of something, of which no node may have more than its part.
final class Shares: Sendable {
    /// What was taken, given back when the last reference to it goes.
    final class Share: Sendable {
        private let shares: Shares
        private let amount: Int
        private let node: NodeID?

        fileprivate init(_ shares: Shares, _ amount: Int, _ node: NodeID?) {
            self.shares = shares
            self.amount = amount
            self.node = node
        }

        deinit { shares.giveBack(amount, node) }
    }

    private struct Taken {
        var all = 0
        var each: [NodeID?: Int] = [:]
    }

    private let all: Int
    private let each: Int
    private let taken = Mutex(Taken())

    init(all: Int, each: Int) {
        self.all = all
        self.each = each
    }

    /// - Parameter node: who has it; `nil` for all that are not known, together.
    func take(_ amount: Int, for node: NodeID?) throws(Overloaded) -> Share {
        let isThere = taken.withLock { taken in
            let own = taken.each[node, default: 0]
            guard amount <= all - taken.all, amount <= each - own else { return false }
            taken.all += amount
            taken.each[node] = own + amount
            return true
        }
        guard isThere else { throw Overloaded() }
        return Share(self, amount, node)
    }

    private func giveBack(_ amount: Int, _ node: NodeID?) {
        taken.withLock { taken in
            taken.all -= amount
            let rest = taken.each[node, default: 0] - amount
            // Nobody fills the memory with names of nodes.
            taken.each[node] = rest == 0 ? nil : rest
        }
    }
}
