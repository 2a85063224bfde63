import CommunisCore
import CommunisStore

/// Where a range ends, exclusively: a timestamp and the beginning of an id, which counts as padded
/// with zero bytes.
package struct ReconciliationBound: Hashable, Comparable, Sendable {
    package static let infinity = Self(timestamp: .max, prefix: [])

    package var timestamp: UInt64
    /// 0 to 32 bytes.
    package var prefix: [UInt8]

    package init(timestamp: UInt64, prefix: [UInt8]) {
        self.timestamp = timestamp
        self.prefix = prefix
    }

    /// The shortest bound that parts an item from the next one.
    package init(between last: LogPosition, and next: LogPosition) {
        timestamp = next.timestamp.rawValue
        guard last.timestamp == next.timestamp else {
            prefix = []
            return
        }
        let shared = zip(last.id.bytes, next.id.bytes).prefix { $0 == $1 }.count
        prefix = Array(next.id.bytes.prefix(shared + 1))
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.timestamp != right.timestamp
            ? left.timestamp < right.timestamp
            : left.padded.lexicographicallyPrecedes(right.padded)
    }

    /// The least position that does not lie below the bound.
    package var position: LogPosition {
        LogPosition(
            timestamp: HybridTimestamp(rawValue: timestamp), id: ChangesetID(truncating: padded))
    }

    private var padded: [UInt8] {
        prefix + Array(repeating: 0, count: max(0, ChangesetID.byteCount - prefix.count))
    }
}

/// Changesets in their order by timestamp and id, as reconciliation sees them. Ranks count from 0.
package protocol ReconciliationSet {
    var count: Int { get }
    func positions(_ ranks: Range<Int>) throws -> [LogPosition]
    /// The rank of the first changeset that does not stand before a position.
    func rank(of position: LogPosition) throws -> Int
    /// The sum of the ids of these ranks.
    func sum(_ ranks: Range<Int>) throws -> RangeSum
}

extension LogRanges: ReconciliationSet {}

/// A set in memory.
package struct ReconciliationArray: ReconciliationSet, Sendable {
    private let sorted: [LogPosition]
    /// The sum of the items before each rank.
    private let sums: [RangeSum]

    package init(_ items: some Sequence<LogPosition>) {
        sorted = items.sorted()
        var sums = [RangeSum()]
        sums.reserveCapacity(sorted.count + 1)
        for item in sorted {
            var sum = sums[sums.count - 1]
            sum.insert(item.id)
            sums.append(sum)
        }
        self.sums = sums
    }

    package var count: Int { sorted.count }

    package func positions(_ ranks: Range<Int>) -> [LogPosition] { Array(sorted[ranks]) }

    package func rank(of position: LogPosition) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = low + (high - low) / 2
            if sorted[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func sum(_ ranks: Range<Int>) -> RangeSum {
        var sum = sums[ranks.upperBound]
        sum -= sums[ranks.lowerBound]
        return sum
    }
}
