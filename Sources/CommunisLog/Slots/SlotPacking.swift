import CommunisCore

extension Slot {
    /// What is to be packed.
    package enum Loose: Sendable {
        /// A vote, which goes into a block.
        case vote(CastVote)
        /// Anything else, which stays a slot of its own.
        case slot(Slot)
    }

    /// Packs slots of single changes into the slots of as few changesets as the limits allow:
    /// the votes of each changeset go into one block, at its end.
    ///
    /// What others are judged by, changes of nodes and erasures, shares no changeset with text. Where
    /// that is erased, a copy that comes later takes the changeset in once it knows that; and it would
    /// never know where who erased it owes the right to this very changeset.
    ///
    /// - Returns: for each changeset its slots, and for each of them the places in `slots` of what
    ///   it holds, in its order.
    package static func pack(_ slots: [Slot]) -> [[(slot: Slot, sources: [Int])]] {
        pack(
            loose: slots.map { slot in
                slot.castVote.map { Loose.vote($0) } ?? Loose.slot(slot)
            })
    }

    /// The same where it is known already which of them are votes.
    package static func pack(loose: [Loose]) -> [[(slot: Slot, sources: [Int])]] {
        var changesets: [[(slot: Slot, sources: [Int])]] = []
        var start = 0
        while start < loose.count {
            let batch = Batch(loose, from: start)
            changesets.append(batch.slots)
            start = batch.end
        }
        return changesets
    }

    private var isText: Bool { !isClosed }

    /// The vote, where the slot is a block of one.
    private var castVote: CastVote? {
        kind == Register.Kind.vote.rawValue ? singleChange(on: .zero)?.castVote : nil
    }
    private var isJudging: Bool { Register.Kind(rawValue: kind)?.isNeverParked ?? false }

    /// What one changeset takes of what is to be packed.
    private struct Batch {
        /// A vote in a block takes at most this much: both ids, two bytes for each place, eight of
        /// elapsed time, six of counter, one ballot.
        static let voteBytes = 10 + 12 + 4 + 8 + 6 + 1

        private var others: [(slot: Slot, sources: [Int])] = []
        private var votes: [PlacedVote] = []
        /// The first place that is left to the next changeset.
        private(set) var end: Int

        private struct PlacedVote {
            var vote: CastVote
            var place: Int
        }

        init(_ loose: [Loose], from start: Int) {
            var byteCount = Slot.headByteCount + 64
            var (hasText, hasJudging) = (false, false)
            end = start
            while end < loose.count, end - start < Limits.changesPerChangeset {
                let bytes =
                    switch loose[end] {
                    case .vote: Self.voteBytes
                    case .slot(let slot): slot.bytes.count
                    }
                guard end == start || byteCount + bytes <= Limits.payloadBytes else { break }
                if case .slot(let slot) = loose[end] {
                    hasText = hasText || slot.isText
                    hasJudging = hasJudging || slot.isJudging
                    if hasText && hasJudging { break }
                }
                byteCount += bytes
                switch loose[end] {
                case .vote(let vote): votes.append(PlacedVote(vote: vote, place: end))
                case .slot(let slot): others.append((slot, [end]))
                }
                end += 1
            }
            votes.sort {
                VoteBlock.precedes($0.vote, $1.vote)
                    || $0.place < $1.place && !VoteBlock.precedes($1.vote, $0.vote)
            }
            endBeforeRepetition()
        }

        /// A block holds one vote of a member on an idea at one time: from the second of them on,
        /// in the order in which they came, all is left to the next changeset.
        private mutating func endBeforeRepetition() {
            let repeated = zip(votes, votes.dropFirst()).lazy
                .filter { !VoteBlock.precedes($0.vote, $1.vote) }.map(\.1.place)
            guard let first = repeated.min() else { return }
            end = first
            votes.removeAll { $0.place >= first }
            others.removeAll { $0.sources[0] >= first }
        }

        var slots: [(slot: Slot, sources: [Int])] {
            guard !votes.isEmpty else { return others }
            let block = VoteBlock(sorted: votes.map { $0.vote })
            let slot = Slot(
                kind: Register.Kind.vote.rawValue, timestamp: block.greatestTimestamp,
                changeCount: UInt32(votes.count), content: .plain(block.bytes))
            return others + [(slot, votes.map { $0.place })]
        }
    }
}
