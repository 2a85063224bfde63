import CommunisCore
import CommunisStore

/// Range-based set reconciliation, wire-compatible with the Negentropy protocol, version 1.
///
/// Two sides find out which items only one of them has, in messages that grow with the difference
/// and rounds that grow with the logarithm of the sets. Neither side keeps anything between
/// messages: each message says all of itself.
///
/// Source: https://github.com/hoytech/negentropy, docs/negentropy-protocol-v1.md.
package struct Negentropy<Items: ReconciliationSet> {
    /// What the client learned from an answer.
    package struct Step: Hashable, Sendable {
        /// The next message to the server; `nil` if nothing is left to ask.
        package var message: [UInt8]?
        /// What only this side has.
        package var have: [LogPosition] = []
        /// What only the server has, with the ranges in which it lies.
        package var need: [WantedChangesets] = []
        /// Whether more was found than was wanted: then neither `have` nor `need` is all of it.
        package var isCut = false
    }

    private let items: Items
    /// No message of ours is longer, in bytes; at least 4,096; `nil` for none.
    private let frameLimit: Int?

    package init(_ items: Items, frameLimit: Int? = nil) {
        precondition(frameLimit ?? .max >= NegentropyRules.leastFrameLimit)
        self.items = items
        self.frameLimit = frameLimit
    }

    /// The client's first message.
    package func initiate() throws -> [UInt8] {
        var writer = NegentropyWriter()
        try split(0..<items.count, below: .infinity, &writer)
        return writer.bytes
    }

    /// The server's answer to a message.
    ///
    /// - Throws: `NegentropyError` for a message that is none; what the set throws.
    package func answer(_ message: [UInt8]) throws -> [UInt8] {
        var reader = NegentropyReader(message)
        let version = try reader.version()
        guard version == NegentropyRules.version else { return [NegentropyRules.version] }
        return try respond(&reader) { _, _, _ in true }
    }

    /// What the client learns from an answer, and what it asks next.
    ///
    /// - Parameter room: how many items that only this side has are wanted at most. An answer of a
    ///   few bytes may name all there are.
    /// - Throws: `NegentropyError` for a message that is none, or of another version; what the set
    ///   throws.
    package func reconcile(_ answer: [UInt8], room: Int = .max) throws -> Step {
        var reader = NegentropyReader(answer)
        let version = try reader.version()
        guard version == NegentropyRules.version else {
            throw NegentropyError.unknownVersion(version)
        }
        var step = Step()
        let message = try respond(&reader) { ranks, bounds, theirs in
            var theirs = Set(theirs)
            // What both have takes no room.
            let space = min(max(0, room - step.have.count), ranks.count)
            let wanted = ranks.prefix(space + theirs.count)
            let isCut = wanted.count < ranks.count
            step.isCut = step.isCut || isCut
            for position in try items.positions(wanted) where theirs.remove(position.id) == nil {
                step.have.append(position)
            }
            if !theirs.isEmpty && !isCut {
                step.need.append(
                    WantedChangesets(
                        start: bounds.lower.position,
                        end: bounds.upper == .infinity ? nil : bounds.upper.position,
                        ids: theirs.sorted()))
            }
            return false
        }
        if message.count > 1 { step.message = message }
        return step
    }

    /// Goes through the ranges of a message and writes the answer to them.
    ///
    /// - Parameter onIDs: called with the own items of a range, its bounds and the other side's ids
    ///   of it; tells whether to answer with the own ids.
    private func respond(
        _ reader: inout NegentropyReader,
        onIDs: (Range<Int>, (lower: ReconciliationBound, upper: ReconciliationBound), [ChangesetID])
            throws -> Bool
    ) throws -> [UInt8] {
        let count = items.count
        var writer = NegentropyWriter()
        var lower = 0
        var previous = ReconciliationBound(timestamp: 0, prefix: [])
        // Runs of skipped ranges are written as one, and only when something comes after them.
        var skipped: ReconciliationBound?
        while !reader.isAtEnd {
            let (bound, range) = try reader.range()
            var upper = try rank(of: bound, from: lower)
            let mark = writer.bytes.count
            var isKept = false
            switch range {
            case .fingerprint(let theirs) where try items.sum(lower..<upper).fingerprint != theirs:
                writer.writeSkip(&skipped)
                try split(lower..<upper, below: bound, &writer)
            case .ids(let theirs) where try onIDs(lower..<upper, (previous, bound), theirs):
                writer.writeSkip(&skipped)
                upper = try writeIDs(lower..<upper, below: bound, after: mark, &writer)
                isKept = true
            default:
                skipped = bound
            }
            if isFull(writer.bytes.count) {
                if !isKept { writer.truncate(to: mark) }
                writer.write(.infinity, .fingerprint(try items.sum(upper..<count).fingerprint))
                break
            }
            lower = upper
            previous = bound
        }
        return writer.bytes
    }

    /// Writes a range that differs: as ids if they are few, else as fingerprints of its parts.
    private func split(
        _ ranks: Range<Int>, below bound: ReconciliationBound, _ writer: inout NegentropyWriter
    ) throws {
        let buckets = NegentropyRules.buckets
        guard ranks.count >= 2 * buckets else {
            writer.write(bound, .ids(try items.positions(ranks).map(\.id)))
            return
        }
        var lower = ranks.lowerBound
        for bucket in 0..<buckets {
            let upper = lower + ranks.count / buckets + (bucket < ranks.count % buckets ? 1 : 0)
            let fingerprint = try items.sum(lower..<upper).fingerprint
            if bucket == buckets - 1 {
                writer.write(bound, .fingerprint(fingerprint))
            } else {
                let edge = try items.positions(upper - 1..<upper + 1)
                writer.write(
                    ReconciliationBound(between: edge[0], and: edge[1]), .fingerprint(fingerprint))
            }
            lower = upper
        }
    }

    /// Writes the ids of a range, as many as fit the frame.
    ///
    /// - Returns: the rank where it stopped.
    private func writeIDs(
        _ ranks: Range<Int>, below bound: ReconciliationBound, after mark: Int,
        _ writer: inout NegentropyWriter
    ) throws -> Int {
        var fitting = ranks.count
        if let frameLimit {
            let room = frameLimit - NegentropyRules.frameReserve - mark
            fitting = min(fitting, room < 0 ? 0 : room / ChangesetID.byteCount + 1)
        }
        let upper = ranks.lowerBound + fitting
        let written = try items.positions(ranks.lowerBound..<min(upper + 1, ranks.upperBound))
        let ids = written.prefix(fitting).map(\.id)
        if upper == ranks.upperBound {
            writer.write(bound, .ids(ids))
        } else {
            let next = written[fitting]
            writer.write(
                ReconciliationBound(timestamp: next.timestamp.rawValue, prefix: next.id.bytes),
                .ids(ids))
        }
        return upper
    }

    /// The rank of the first item that is not below a bound, from a rank on: bounds that go back,
    /// which no honest message has, make an empty range.
    private func rank(of bound: ReconciliationBound, from rank: Int) throws -> Int {
        bound == .infinity ? items.count : max(rank, try items.rank(of: bound.position))
    }

    private func isFull(_ byteCount: Int) -> Bool {
        guard let frameLimit else { return false }
        return byteCount > frameLimit - NegentropyRules.frameReserve
    }
}

/// The figures of the protocol.
package enum NegentropyRules {
    package static let version: UInt8 = 0x61
    /// Into so many parts a range is split that has at least twice as many items.
    static let buckets = 16
    package static let leastFrameLimit = 4_096
    /// A message is full so many bytes before its limit: what ends it still fits.
    static let frameReserve = 200
}
