import CommunisCore
import CommunisLog
import GRDB

/// The log of one moment in the order of reconciliation: ranks, sums and positions, without reading
/// all of it. Lives within the read transaction that it was made in.
///
/// Ranks count from 0.
package final class LogRanges {
    /// The ranges are not those of the log: somebody else wrote to the file, or it is damaged.
    struct Stale: Error {}

    private let database: Database
    private let ranges: [LogRange]
    /// What lies before each range, and at the end all.
    private let before: [RangeSum]
    /// The positions of a range that was looked into, and their sums from its start.
    private var contents: [Int: (positions: [LogPosition], sums: [RangeSum])] = [:]

    init(_ database: Database) throws {
        self.database = database
        ranges = try database.logRanges()
        before = try ranges.reduce(into: [RangeSum()]) { sums, range in
            var sum = sums[sums.count - 1]
            sum += range.sum
            // Ranks that wrapped would not ascend.
            guard sum.count >= range.sum.count, sum.count <= Int.max else { throw Stale() }
            sums.append(sum)
        }
    }

    package var count: Int { rank(ofRange: ranges.count) }

    /// Where the changesets of these ranks stand.
    package func positions(_ ranks: Range<Int>) throws -> [LogPosition] {
        var found: [LogPosition] = []
        found.reserveCapacity(ranks.count)
        var rank = ranks.lowerBound
        while rank < ranks.upperBound {
            let index = rangeIndex(ofRank: rank)
            let start = self.rank(ofRange: index)
            let end = min(ranks.upperBound, self.rank(ofRange: index + 1))
            found += try content(index).positions[rank - start..<end - start]
            rank = end
        }
        return found
    }

    /// The rank of the first changeset that does not stand before a position.
    package func rank(of position: LogPosition) throws -> Int {
        // The last range that begins before the position.
        let index = ranges.partition { $0.start < position } - 1
        guard index >= 0 else { return 0 }
        return try rank(ofRange: index)
            + content(index).positions.partition { $0 < position }
    }

    /// The sum of the ids of these ranks.
    package func sum(_ ranks: Range<Int>) throws -> RangeSum {
        var sum = try self.sum(before: ranks.upperBound)
        sum -= try self.sum(before: ranks.lowerBound)
        return sum
    }

    private func sum(before rank: Int) throws -> RangeSum {
        let index = rangeIndex(ofRank: rank)
        var sum = before[index]
        let rest = rank - self.rank(ofRange: index)
        if rest > 0 { sum += try content(index).sums[rest] }
        return sum
    }

    private func rank(ofRange index: Int) -> Int { Int(clamping: before[index].count) }

    /// The last range that begins at or before a rank; past the last one for the end.
    private func rangeIndex(ofRank rank: Int) -> Int {
        before.partition { $0.count <= rank } - 1
    }

    private func content(_ index: Int) throws -> (positions: [LogPosition], sums: [RangeSum]) {
        if let content = contents[index] { return content }
        var positions: [LogPosition] = []
        var sums = [RangeSum()]
        let end = index + 1 < ranges.count ? ranges[index + 1].start : nil
        try database.forEachPosition(from: ranges[index].start, to: end) { position in
            var sum = sums[sums.count - 1]
            sum.insert(position.id)
            positions.append(position)
            sums.append(sum)
        }
        guard sums[sums.count - 1] == ranges[index].sum else { throw Stale() }
        contents[index] = (positions, sums)
        return (positions, sums)
    }
}

extension Array {
    /// The index of the first element that is not below, in an array with those first that are.
    fileprivate func partition(isBelow: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isBelow(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Board {
    /// Reads the log of one moment in the order of reconciliation.
    ///
    /// Where the ranges are not those of the log, they are counted anew first.
    package func reconciling<Value>(
        _ body: (LogRanges, LogSnapshot) throws -> Value
    ) throws(BoardError) -> Value {
        if let value = try readRanges(body) { return value }
        try write { try LogRangeWriter.refill($0) }
        guard let value = try readRanges(body) else {
            throw .damaged(path, "the ranges of the log are not those of the changesets")
        }
        return value
    }

    /// - Returns: `nil` where the ranges are not those of the log.
    private func readRanges<Value>(_ body: (LogRanges, LogSnapshot) throws -> Value)
        throws(BoardError) -> Value?
    {
        try read { database in
            do {
                return try body(LogRanges(database), Self.snapshot(database))
            } catch is LogRanges.Stale {
                return nil
            }
        }
    }
}
