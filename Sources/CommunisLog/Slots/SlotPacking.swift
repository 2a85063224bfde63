import CommunisCore

extension Slot {
    /// Packs slots of single changes into the slots of as few changesets as the limits allow:
    /// the votes of each changeset go into one block, at its end.
    ///
    /// - Returns: for each changeset its slots, and for each of them the places in `slots` of what
    ///   it holds, in its order.
    package static func pack(_ slots: [Slot]) -> [[(slot: Slot, sources: [Int])]] {
        pack(decoded: slots.map { ($0, $0.singleChange) })
    }

    /// The same where it is known already what the slots hold.
    package static func pack(decoded slots: [(slot: Slot, change: Change?)])
        -> [[(slot: Slot, sources: [Int])]]
    {
        var changesets: [[(slot: Slot, sources: [Int])]] = []
        var batch = Batch()
        for (place, (slot, change)) in slots.enumerated() {
            let vote = change?.castVote
            if !batch.admits(slot, vote) {
                changesets.append(batch.slots)
                batch = Batch()
            }
            batch.append(slot, vote, place)
        }
        if !batch.isEmpty { changesets.append(batch.slots) }
        return changesets
    }

    private struct Batch {
        /// A vote in a block takes at most this much: both ids, two bytes for each place, eight of
        /// elapsed time, six of counter, one ballot.
        static let voteBytes = 10 + 12 + 4 + 8 + 6 + 1

        private var others: [(slot: Slot, sources: [Int])] = []
        private var votes: [CastVote] = []
        private var voteSources: [Int] = []
        private var moments: Set<Moment> = []
        private var byteCount = Slot.headByteCount + 64

        var isEmpty: Bool { others.isEmpty && votes.isEmpty }

        /// What a block holds once.
        private struct Moment: Hashable {
            var idea: IdeaID
            var member: MemberID
            var timestamp: HybridTimestamp

            init(_ vote: CastVote) {
                idea = vote.idea
                member = vote.member
                timestamp = vote.timestamp
            }
        }

        func admits(_ slot: Slot, _ vote: CastVote?) -> Bool {
            if let vote, moments.contains(Moment(vote)) { return false }
            return others.count + votes.count < Limits.changesPerChangeset
                && byteCount + Self.bytes(of: slot) <= Limits.payloadBytes
        }

        mutating func append(_ slot: Slot, _ vote: CastVote?, _ place: Int) {
            byteCount += Self.bytes(of: slot)
            if let vote {
                votes.append(vote)
                moments.insert(Moment(vote))
                voteSources.append(place)
            } else {
                others.append((slot, [place]))
            }
        }

        var slots: [(slot: Slot, sources: [Int])] {
            guard !votes.isEmpty else { return others }
            let block = VoteBlock(votes)
            // A source tells its vote's place in the changeset by its own place among the sources.
            let order = votes.indices.sorted { VoteBlock.precedes(votes[$0], votes[$1]) }
            let slot = Slot(
                kind: Register.Kind.vote.rawValue, timestamp: block.greatestTimestamp,
                changeCount: UInt32(votes.count), content: .plain(block.bytes))
            return others + [(slot, order.map { voteSources[$0] })]
        }

        private static func bytes(of slot: Slot) -> Int {
            slot.kind == Register.Kind.vote.rawValue ? voteBytes : slot.bytes.count
        }
    }
}
