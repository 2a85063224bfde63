import CommunisCore
import Synchronization

/// There is as much to do as may be; whoever asks is to come again.
struct Overloaded: Error {}

/// So much of something, of which no node may have more than its part.
///
/// Nor may it have more than is left for others: the more of them hold a part, the smaller each part
/// becomes, and something is always left for one that holds nothing yet (A. K. Choudhury, E. L. Hahne,
/// Dynamic queue length thresholds for shared-memory packet switches, 1998).
final class Shares: Sendable {
    /// What was taken, given back when the last reference to it goes.
    final class Share: Sendable {
        private let shares: Shares
        private let amount: Mutex<Int>
        private let node: NodeID?

        fileprivate init(_ shares: Shares, _ amount: Int, _ node: NodeID?) {
            self.shares = shares
            self.amount = Mutex(amount)
            self.node = node
        }

        /// Takes more.
        func grow(by more: Int) throws(Overloaded) {
            try shares.add(more, node)
            amount.withLock { $0 += more }
        }

        deinit { shares.giveBack(amount.withLock { $0 }, node) }
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
        try add(amount, node)
        return Share(self, amount, node)
    }

    /// Takes nothing yet, where so much could be taken.
    func begin(with amount: Int, for node: NodeID?) throws(Overloaded) -> Share {
        guard taken.withLock({ isRoom(for: amount, node, $0) }) else { throw Overloaded() }
        return try take(0, for: node)
    }

    private func isRoom(for amount: Int, _ node: NodeID?, _ taken: Taken) -> Bool {
        taken.each[node, default: 0] + amount <= min(each, all - taken.all)
    }

    private func add(_ amount: Int, _ node: NodeID?) throws(Overloaded) {
        let isThere = taken.withLock { taken in
            guard amount == 0 || isRoom(for: amount, node, taken) else { return false }
            taken.all += amount
            taken.each[node, default: 0] += amount
            return true
        }
        guard isThere else { throw Overloaded() }
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
