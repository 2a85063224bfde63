import CommunisCore

/// Joined ideas, counted by trying everything: an oracle that shares no code with the store's.
struct NaiveClusters {
    /// A member's winning vote on one idea.
    struct StandingVote {
        var idea: IdeaID
        var member: MemberID
        var vote: Vote
        var precedence: VotePrecedence
    }

    let pairs: Set<IdeaPair>
    let objections: [MemberID: Set<IdeaPair>]
    let created: [IdeaID: HybridTimestamp]
    /// Hidden or withdrawn.
    let unseen: Set<IdeaID>
    let votes: [StandingVote]

    /// The ideas joined with an idea, itself included, over some of the pairs.
    private func joined(with idea: IdeaID, over pairs: Set<IdeaPair>) -> Set<IdeaID> {
        var found: Set<IdeaID> = [idea]
        while true {
            let more = pairs.filter { found.contains($0.first) || found.contains($0.second) }
                .flatMap { [$0.first, $0.second] }
            if found.isSuperset(of: more) { return found }
            found.formUnion(more)
        }
    }

    func cluster(of idea: IdeaID) -> Set<IdeaID> { joined(with: idea, over: pairs) }

    func canonical(of idea: IdeaID) -> IdeaID {
        let cluster = cluster(of: idea)
        let seen = cluster.filter { created[$0] != nil && !unseen.contains($0) }
        return (seen.isEmpty ? cluster : seen).min {
            let (left, right) = (created[$0]?.rawValue ?? .max, created[$1]?.rawValue ?? .max)
            return left != right ? left < right : $0 < $1
        } ?? idea
    }

    /// The tally that an idea shows: of the whole cluster where it stands for one, else its own.
    func tally(of idea: IdeaID) -> Tally {
        var tally = Tally()
        let isCanonical = canonical(of: idea) == idea
        for member in Set(votes.map(\.member)) {
            let kept = pairs.subtracting(objections[member] ?? [])
            let ideas = isCanonical ? joined(with: idea, over: kept) : [idea]
            let standing = votes.filter {
                $0.member == member && ideas.contains($0.idea) && $0.vote.ballot != .withdrawn
            }
            if let greatest = standing.max(by: { $0.precedence < $1.precedence }) {
                tally.count(greatest.vote)
            }
        }
        return tally
    }
}
