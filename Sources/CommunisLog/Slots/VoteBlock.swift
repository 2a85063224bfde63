import CommunisCore
import Foundation
import SwiftProtobuf

/// Votes in columns: up to 1,000 of them in the order of (timestamp, idea, member), with each idea
/// and member named once (docs/format.md, VoteBlock).
package struct VoteBlock: Hashable, Sendable {
    /// One vote; its idea and member are places in the block's dictionaries.
    package struct Row: Hashable, Sendable {
        package var timestamp: HybridTimestamp
        package var idea: UInt16
        package var member: UInt16
        package var vote: Vote
    }

    /// Distinct, ascending, each used.
    package let ideas: [IdeaID]
    /// Distinct, ascending, each used.
    package let members: [MemberID]
    /// Strictly ascending by (timestamp, idea, member).
    package let rows: [Row]

    /// The block of these votes, of which no two may be of one member on one idea at one time.
    package init(_ votes: [CastVote]) { self.init(sorted: votes.sorted(by: Self.precedes)) }

    /// The same, where they are in the block's order.
    init(sorted votes: [CastVote]) {
        precondition(!votes.isEmpty && votes.count <= Limits.changesPerChangeset)
        let ideaPlaces: [UInt16]
        let memberPlaces: [UInt16]
        (ideas, ideaPlaces) = Self.dictionary(of: votes.map { $0.idea })
        (members, memberPlaces) = Self.dictionary(of: votes.map { $0.member })
        rows = votes.indices.map { index in
            Row(
                timestamp: votes[index].timestamp, idea: ideaPlaces[index],
                member: memberPlaces[index], vote: votes[index].vote)
        }
    }

    /// The distinct ones of these ids, ascending, and for each id its place among them. Sorted: a set
    /// and a hash table took twice the instructions.
    private static func dictionary<Identifier: FixedBytes>(of ids: [Identifier]) -> (
        ids: [Identifier], places: [UInt16]
    ) {
        var distinct: [Identifier] = []
        var places = Array(repeating: UInt16(0), count: ids.count)
        for index in ids.indices.sorted(by: { ids[$0] < ids[$1] }) {
            if distinct.last != ids[index] { distinct.append(ids[index]) }
            places[index] = UInt16(distinct.count - 1)
        }
        return (distinct, places)
    }

    /// The votes, in the block's order.
    package var votes: [CastVote] {
        rows.map {
            CastVote(
                timestamp: $0.timestamp, idea: ideas[Int($0.idea)],
                member: members[Int($0.member)], vote: $0.vote)
        }
    }

    /// The order of votes in a block.
    package static func precedes(_ left: CastVote, _ right: CastVote) -> Bool {
        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
        if left.idea != right.idea { return left.idea < right.idea }
        return left.member < right.member
    }

    package var greatestTimestamp: HybridTimestamp { rows.last?.timestamp ?? .zero }
}

extension VoteBlock.Row {
    fileprivate static func precedes(_ left: Self, _ right: Self) -> Bool {
        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
        if left.idea != right.idea { return left.idea < right.idea }
        return left.member < right.member
    }
}

// MARK: - The message

extension VoteBlock {
    /// The Protocol Buffers message.
    package var bytes: [UInt8] {
        var message = Communis_V1_VoteBlock()
        message.ideas = Data(ideas.joinedBytes)
        message.members = Data(members.joinedBytes)
        message.idea = rows.map { UInt32($0.idea) }
        message.member = rows.map { UInt32($0.member) }
        var before: UInt64 = 0
        message.elapsed = rows.map { row in
            let moment = row.timestamp.moment.sinceEpoch
            defer { before = moment }
            return moment - before
        }
        message.counters = zip(UInt32(0)..., rows).filter { $1.timestamp.counter != 0 }
            .flatMap { [$0, UInt32($1.timestamp.counter)] }
        message.ballots = Data(rows.map { $0.vote.rawValue })
        return message.serialized
    }

    /// `nil` if the bytes break any rule of the block.
    package init?(bytes: [UInt8]) {
        guard let message = try? Communis_V1_VoteBlock(serializedBytes: bytes),
            let ideas = [IdeaID](ascending: message.ideas),
            let members = [MemberID](ascending: message.members)
        else { return nil }
        let count = message.ballots.count
        guard count > 0, count <= Limits.changesPerChangeset, message.idea.count == count,
            message.member.count == count, message.elapsed.count == count,
            let counters = Self.counters(message.counters, count: count)
        else { return nil }

        var usedIdeas = Array(repeating: false, count: ideas.count)
        var usedMembers = Array(repeating: false, count: members.count)
        var rows: [Row] = []
        rows.reserveCapacity(count)
        var moment: UInt64 = 0
        let ballots = message.ballots.withUnsafeBytes { Array($0) }
        for (place, ballot) in ballots.enumerated() {
            let (sum, overflows) = moment.addingReportingOverflow(message.elapsed[place])
            let idea = Int(message.idea[place])
            let member = Int(message.member[place])
            guard !overflows, let time = Milliseconds(sinceEpoch: sum),
                let vote = Vote(rawValue: ballot), idea < ideas.count, member < members.count
            else { return nil }
            moment = sum
            usedIdeas[idea] = true
            usedMembers[member] = true
            let row = Row(
                timestamp: HybridTimestamp(time, counter: counters[place]),
                idea: UInt16(idea), member: UInt16(member), vote: vote)
            if let last = rows.last, !Row.precedes(last, row) { return nil }
            rows.append(row)
        }
        guard usedIdeas.allSatisfy({ $0 }), usedMembers.allSatisfy({ $0 }) else { return nil }
        self.ideas = ideas
        self.members = members
        self.rows = rows
    }

    /// The counter of each vote, or `nil` if the pairs break a rule.
    private static func counters(_ pairs: [UInt32], count: Int) -> [UInt16]? {
        var counters = Array(repeating: UInt16(0), count: count)
        guard pairs.count.isMultiple(of: 2) else { return nil }
        var last = -1
        for index in stride(from: 0, to: pairs.count, by: 2) {
            let place = Int(pairs[index])
            guard place > last, place < count, let counter = UInt16(exactly: pairs[index + 1]),
                counter > 0
            else { return nil }
            counters[place] = counter
            last = place
        }
        return counters
    }
}

extension Array where Element: FixedBytes {
    /// Identifiers back to back.
    fileprivate var joinedBytes: [UInt8] {
        let size = Element.byteCount
        return [UInt8](unsafeUninitializedCapacity: count * size) { buffer, written in
            guard let base = buffer.baseAddress else { return }
            for identifier in self {
                identifier.store(to: base + written)
                written += size
            }
        }
    }

    /// Identifiers back to back, strictly ascending; `nil` if they are not that, or too many.
    fileprivate init?(ascending bytes: Data) {
        let size = Element.byteCount
        guard bytes.count.isMultiple(of: size), bytes.count / size <= Limits.changesPerChangeset
        else { return nil }
        let identifiers = bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: size).map {
                Element(loadingFrom: buffer.baseAddress! + $0)
            }
        }
        guard zip(identifiers, identifiers.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self = identifiers
    }
}
