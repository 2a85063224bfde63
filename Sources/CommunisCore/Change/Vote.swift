/// What a member says of an idea.
package enum Ballot: UInt8, CaseIterable, Sendable {
    case withdrawn = 0
    case agree = 1
    case disagree = 2
    case pass = 3
}

/// How a node knew that it was this member.
package enum Proof: UInt8, CaseIterable, Comparable, Sendable {
    /// The member typed an address or handle.
    case typed = 0
    /// The member proved the address, by a code or a sign-on.
    case proven = 1

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A ballot and its proof in one byte, as in a vote block: low nibble the ballot, 0x10 if proven.
@usableFromInline
package struct Vote: Hashable, Sendable {
    @usableFromInline package let rawValue: UInt8

    package init(_ ballot: Ballot, proof: Proof = .typed) {
        rawValue = ballot.rawValue | proof.rawValue << 4
    }

    /// `nil` for a byte that is not a ballot with its proof.
    @inlinable
    package init?(rawValue: UInt8) {
        guard rawValue & 0xEC == 0 else { return nil }
        self.rawValue = rawValue
    }

    package var ballot: Ballot { Ballot(rawValue: rawValue & 0x03)! }
    package var proof: Proof { rawValue & 0x10 == 0 ? .typed : .proven }
}

/// A vote with its time.
package struct CastVote: Hashable, Sendable {
    package var timestamp: HybridTimestamp
    package var idea: IdeaID
    package var member: MemberID
    package var vote: Vote

    package init(timestamp: HybridTimestamp, idea: IdeaID, member: MemberID, vote: Vote) {
        self.timestamp = timestamp
        self.idea = idea
        self.member = member
        self.vote = vote
    }

    package var change: Change { Change(timestamp, by: member, .vote(idea, vote)) }
}

extension Change {
    /// The vote, where the change is one.
    package var castVote: CastVote? {
        guard case .vote(let idea, let vote) = content, let member else { return nil }
        return CastVote(timestamp: timestamp, idea: idea, member: member, vote: vote)
    }
}
