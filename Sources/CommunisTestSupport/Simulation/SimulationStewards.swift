import CommunisCore
import CommunisStore

/// What only the founder and stewards do: they admit, promote, demote and revoke, and erase. What they
/// hide, and which statuses they set, is among what every copy writes as far as it may.
extension Simulation {
    /// How many stewards there are beside the founder, by the founder's log.
    private static let stewardLimit = 2

    func govern() throws {
        let officers = try nodes.filter { try $0.board.role() >= .steward }
        let officer = officers[generator.below(officers.count)]
        let subject = nodes[generator.below(nodes.count)].board.node
        switch generator.below(8) {
        case 0: try promote(subject)
        case 1, 2: try judge(subject, by: officer)
        case 3, 4: try erase(at: officer)
        default:
            // Texts, so that there is something to erase.
            let kinds: [Register.Kind] = [.revision, .comment, .member]
            try write(
                nodes[generator.below(nodes.count)], history.next(kinds[generator.below(3)]))
        }
    }

    private func promote(_ subject: NodeID) throws {
        let founder = nodes[0]
        let others = Set(nodes.map(\.board.node)).subtracting([founder.board.node])
        let stewards = try others.filter { try founder.board.role(of: $0) == .steward }
        guard stewards.count < Self.stewardLimit else { return }
        try give(.steward, to: subject, by: founder)
    }

    /// Gives a node a role or takes one, and perhaps the effect of what it said of late.
    func judge(_ subject: NodeID, by officer: SimulatedNode) throws {
        let role = [Role.contributor, .contributor, .reader, .none][generator.below(4)]
        let late = truth.now.advanced(by: .milliseconds(-Int64(generator.below(15))))
        let isLosing = try officer.board.role(of: subject) > role
        try give(
            role, to: subject, by: officer, cut: isLosing && generator.below(2) == 0 ? late : nil)
    }

    private func give(
        _ role: Role, to subject: NodeID, by officer: SimulatedNode, cut: Milliseconds? = nil
    ) throws {
        guard subject != nodes[0].board.node else { return }
        let before = try officer.board.role(of: subject)
        let erasures = try erasures(of: subject, knownTo: officer)
        do {
            try acknowledge(at: officer) {
                try officer.board.setRole(of: subject, to: role, cut: cut)
            }
        } catch let error as BoardError where error.code == .notPermitted {
            // The founder's word outranks a steward's.
            return
        }
        trust.note(
            role, of: subject, by: officer.board.node, before: before, isCut: cut != nil,
            securing: erasures)
    }

    /// What a node erased, as far as a copy knows it and has what it was erased of.
    private func erasures(of author: NodeID, knownTo officer: SimulatedNode) throws
        -> Set<SimulatedTrust.Erasure>
    {
        _ = try officer.changesets(&memory)
        let log = try officer.ids()
        let targets = log.filter { memory[$0]?.author == author }.flatMap {
            memory[$0]?.erased ?? []
        }
        return Set(
            targets.filter(log.contains).map {
                SimulatedTrust.Erasure(author: author, target: $0)
            })
    }

    private func erase(at officer: SimulatedNode) throws {
        let target = history.erasureTarget()
        // What is pending is read before its text is gone, so that it is known when it is looked for.
        try officer.board.sealPending()
        try acknowledge(at: officer) { try officer.board.erase(target, by: nil) }
    }

    /// Does at a copy what is sealed at once; what it says there is acknowledged when that returns.
    func acknowledge(at node: SimulatedNode, _ act: () throws -> Void) throws {
        let before = try node.changesets(&memory)
        try act()
        for id in try node.changesets(&memory).subtracting(before) {
            acknowledged.formUnion(memory[id]?.changes ?? [])
        }
    }

    /// What an honest node wrote that never lost a role is in the log and counts, whatever was said of
    /// others.
    ///
    /// But for a text that was erased by one who lost the right, unknown to those who took it: where no
    /// copy has the text any more its changeset is held at all.
    func expectHonestKept(_ oracle: NaiveView) throws {
        let present = try nodes.reduce(into: Set<ChangesetID>()) {
            $0.formUnion(try $1.changesets(&memory))
        }
        var torn: Set<ChangesetID> = []
        for case let noted? in present.map({ memory[$0] }) {
            torn.formUnion(
                noted.erased.filter {
                    !trust.isSecured(.init(author: noted.author, target: $0))
                })
        }
        for id in present.subtracting(torn) {
            guard let noted = memory[id], trust.isHonest(noted.author) else { continue }
            guard oracle.members.contains(id), oracle.role(of: id) >= .contributor else {
                throw failure(
                    "what \(noted.author) wrote, who never lost a role, is gone: \(noted.changes)")
            }
        }
    }
}

extension RandomHistory {
    /// Something that may have texts.
    fileprivate mutating func erasureTarget() -> ErasureTarget {
        switch generator.below(4) {
        case 0: .idea(ideas[generator.below(ideas.count)])
        case 1: .nodeNames(of: nodes[generator.below(nodes.count)])
        case 2: .comment(comments[generator.below(comments.count)])
        default: .names(of: members[generator.below(members.count)])
        }
    }
}
