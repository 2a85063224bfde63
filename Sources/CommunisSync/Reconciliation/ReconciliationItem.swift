import CommunisCore

/// What is reconciled: an id with its timestamp, in the order of both.
package struct ReconciliationItem: Hashable, Comparable, Sendable {
    /// Below 2^64 - 1, which stands for infinity.
    package var timestamp: UInt64
    package var id: ChangesetID

    package init(timestamp: UInt64, id: ChangesetID) {
        self.timestamp = timestamp
        self.id = id
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.timestamp != right.timestamp
            ? left.timestamp < right.timestamp : left.id < right.id
    }
}

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
    package init(between last: ReconciliationItem, and next: ReconciliationItem) {
        timestamp = next.timestamp
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

    /// Whether an item lies below the bound.
    package func isAbove(_ item: ReconciliationItem) -> Bool {
        item.timestamp != timestamp
            ? item.timestamp < timestamp : item.id.bytes.lexicographicallyPrecedes(padded)
    }

    /// The least item that lies not below the bound.
    package var item: ReconciliationItem {
        ReconciliationItem(timestamp: timestamp, id: ChangesetID(truncating: padded))
    }

    private var padded: [UInt8] {
        prefix + Array(repeating: 0, count: max(0, ChangesetID.byteCount - prefix.count))
    }
}

/// A set of items in their order, as reconciliation sees it. Ranks count from 0.
package protocol ReconciliationSet {
    var count: Int { get throws }
    func items(_ ranks: Range<Int>) throws -> [ReconciliationItem]
    /// The rank of the first item that is not below the bound, among these ranks or their end.
    func rank(of bound: ReconciliationBound, in ranks: Range<Int>) throws -> Int
    func sum(_ ranks: Range<Int>) throws -> RangeSum
}

/// A set in memory.
package struct ReconciliationArray: ReconciliationSet, Sendable {
    private let sorted: [ReconciliationItem]
    /// The sum of the items before each rank.
    private let sums: [RangeSum]

    package init(_ items: some Sequence<ReconciliationItem>) {
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

    package func items(_ ranks: Range<Int>) -> [ReconciliationItem] { Array(sorted[ranks]) }

    package func rank(of bound: ReconciliationBound, in ranks: Range<Int>) -> Int {
        var low = ranks.lowerBound
        var high = ranks.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if bound.isAbove(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func sum(_ ranks: Range<Int>) -> RangeSum {
        var sum = sums[ranks.upperBound]
        sum -= sums[ranks.lowerBound]
        return sum
    }
}
