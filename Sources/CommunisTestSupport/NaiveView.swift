import CommunisCore
import CommunisLog
import Foundation

/// The view as a slow and obvious function of a set of changesets and a horizon: an oracle that
/// shares no code with the store's but the reading of slots.
///
/// Every fact of the view is one line of text; two views are equal if their sets of lines are.
package struct NaiveView: Sendable {
    /// A change that has effect, with its place in the one order.
    private struct Placed {
        var change: Change
        var precedence: Precedence
    }

    private var winners: [Register: Placed] = [:]
    private var isFounder: @Sendable (NodeID) -> Bool = { _ in false }
    private var trust: NaiveTrust?
    /// Those of the changesets that belong to the set that copies share.
    package private(set) var members: Set<ChangesetID> = []
    /// Those beside them that belong to it too.
    package private(set) var strays: Set<ChangesetID> = []
    /// Texts that are erased, and whose bytes are in the changesets.
    package private(set) var remains: Set<String> = []

    /// - Parameters:
    ///   - held: what lies beside the changesets: links of chains, without any effect.
    ///   - founder: whom a copy was told that does not have the founding changeset, as one whose text
    ///     was erased before it came.
    package init(
        _ changesets: [SealedChangeset], beside held: [SealedChangeset] = [],
        horizon: Milliseconds, founder: NodeID? = nil
    ) {
        let opened = Self.open(changesets)
        let links = Self.open(held)
        let (trust, erased) = Self.judge(opened, beside: links, founder)
        self.trust = trust
        isFounder = { trust.isFounder($0) }
        members = Set(opened.map(\.id).filter(trust.isMember))
        strays = Set(
            links.filter {
                trust.isMember($0.id) && $0.erasedSlots.isSubset(of: erased[$0.id] ?? [])
            }.map(\.id))
        for changeset in opened {
            for number in erased[changeset.id] ?? [] where changeset.holdsText(number) {
                remains.insert("slot \(number) of \(changeset.id)")
            }
        }
        let meaningful = opened.filter { $0.judgement(erased: erased[$0.id] ?? []) != .void }
        // Whose votes count, and who is believed, is said by changes of nodes.
        for isNodes in [true, false] {
            let words = nodeWords
            for changeset in meaningful {
                let rights = Rights(
                    role: trust.role(of: changeset.id),
                    countsVotes: !words.disavowed.contains(changeset.header.node),
                    proves: words.proving.contains(changeset.header.node))
                let isParked = changeset.header.timestamp.moment > horizon
                place(changeset, rights, erased[changeset.id] ?? []) { kind in
                    (kind == .node) == isNodes && (!isParked || kind == .node || kind == .erase)
                }
            }
        }
    }

    private static func open(_ changesets: [SealedChangeset]) -> [OpenedChangeset] {
        Set(changesets).compactMap { sealed in
            let header = ChangesetHeader(sealed.header)
            let board = header?.isFounding == true ? sealed.id : header?.board
            return try? sealed.open(board: board, verifyingSignature: false)
        }
    }

    private mutating func place(
        _ changeset: OpenedChangeset, _ rights: Rights, _ gone: Set<UInt32>,
        where counts: (Register.Kind) -> Bool
    ) {
        for (number, slot) in changeset.slots.enumerated() {
            let isClosed = [1, 12, 13].contains(slot.kind)
            if !isClosed && gone.contains(UInt32(number)) { continue }
            let changes: [Change] =
                switch slot.content {
                case .votes(let block): block.votes.map(\.change)
                case .change(let change): [change]
                default: []
                }
            for (offset, change) in changes.enumerated() where counts(change.content.kind) {
                guard rights.allow(change.content, by: changeset.header.node) else { continue }
                var believed = change
                if case .vote(let idea, let vote) = change.content, !rights.proves {
                    believed.content = .vote(idea, Vote(vote.ballot))
                }
                place(
                    believed,
                    Precedence(
                        timestamp: change.timestamp, node: changeset.header.node,
                        changeset: changeset.id, index: slot.firstIndex + offset))
            }
        }
    }

    /// The role in which a changeset was sealed.
    package func role(of id: ChangesetID) -> Role { trust?.role(of: id) ?? .none }

    private var nodeWords: (disavowed: Set<NodeID>, proving: Set<NodeID>) {
        var disavowed: Set<NodeID> = []
        var proving: Set<NodeID> = []
        for placed in winners.values {
            switch placed.change.content {
            case .node(let node, .disavowed(true)): disavowed.insert(node)
            case .node(let node, .proves(true)): proving.insert(node)
            default: continue
            }
        }
        return (disavowed, proving)
    }

    /// Who may say what, and what is erased. What is erased is not judged, so that an erasure may
    /// make its target's changeset count, which may speak of roles: until it settles.
    private static func judge(
        _ opened: [OpenedChangeset], beside links: [OpenedChangeset], _ founder: NodeID?
    ) -> (NaiveTrust, erased: [ChangesetID: Set<UInt32>]) {
        var erased: [ChangesetID: Set<UInt32>] = [:]
        while true {
            let meaningful = opened.filter { $0.judgement(erased: erased[$0.id] ?? []) != .void }
            let trust = NaiveTrust(opened + links, meaningful: meaningful, founder: founder)
            var found: [ChangesetID: Set<UInt32>] = [:]
            for changeset in meaningful where trust.role(of: changeset.id) >= .steward {
                for case .change(let change) in changeset.slots.map(\.content) {
                    guard case .erase(let target, let slot) = change.content else { continue }
                    found[target, default: []].insert(slot)
                }
            }
            if found == erased { return (trust, erased) }
            erased = found
        }
    }

    private mutating func place(_ change: Change, _ precedence: Precedence) {
        guard let register = change.register else { return }
        let placed = Placed(change: change, precedence: precedence)
        guard let holder = winners[register] else {
            winners[register] = placed
            return
        }
        if case .vote(_, let vote) = change.content, case .vote(_, let held) = holder.change.content
        {
            let candidate = VotePrecedence(vote.proof, precedence)
            if candidate > VotePrecedence(held.proof, holder.precedence) {
                winners[register] = placed
            }
        } else if outranks(placed, holder) ?? (precedence > holder.precedence) {
            winners[register] = placed
        }
    }

    /// The founder's word about a node outranks the stewards'.
    private func outranks(_ placed: Placed, _ holder: Placed) -> Bool? {
        guard case .node = placed.change.content else { return nil }
        let isFounders = isFounder(placed.precedence.node)
        return isFounders == isFounder(holder.precedence.node) ? nil : isFounders
    }

    /// The view in parts, where changes fall into parts that have nothing to do with each other.
    package func split(by part: (ChangeContent) -> Int) -> [NaiveView] {
        var parts: [Int: NaiveView] = [:]
        for (register, placed) in winners {
            parts[part(placed.change.content), default: NaiveView()].winners[register] = placed
        }
        return Array(parts.values)
    }

    private init() {}

    // MARK: - Facts

    /// Every fact of the view.
    package var facts: Set<String> {
        var facts: Set<String> = []
        for (register, placed) in winners {
            let at = placed.precedence
            if case .vote(let idea, let vote) = placed.change.content {
                facts.insert(
                    "vote \(idea) \(placed.change.member!) \(vote.rawValue) "
                        + "\(at.timestamp.rawValue) \(at.node)")
            } else {
                facts.insert(
                    "register \(register.kind.rawValue) \(Hexadecimal.encode(register.key)) "
                        + "\(at.timestamp.rawValue) \(at.node)")
            }
            facts.formUnion(values(placed.change))
        }
        let clusters = clusters
        for idea in ideas { facts.formUnion(ideaFacts(idea, clusters)) }
        return facts
    }

    /// What a winner says by itself.
    private func values(_ change: Change) -> [String] {
        switch change.content {
        case .label(let idea, let label, let isOn) where isOn:
            ["label \(idea) \(label.axis.rawValue) \(label.name)"]
        case .sameAs(let pair, let isOn) where isOn: ["same \(pair.first) \(pair.second)"]
        case .carry(let pair, let consent):
            ["carry \(pair.first) \(pair.second) \(change.member!) \(consent.rawValue)"]
        case .member(let member, .name(let name)) where !name.isEmpty: ["name \(member) \(name)"]
        case .member(let member, .rights(manage: true)): ["manages \(member)"]
        case .board(let setting, let value): ["setting \(setting) \(value)"]
        case .node(let node, let field): ["node \(node) \(Self.words(field))"]
        case .nodeName(let node, let name): ["node \(node) name \(name)"]
        case .erase(let changeset, let slot): ["erased \(changeset) \(slot)"]
        case .comment(let comment, _): [commentFact(comment)]
        case .hidden(.comment(let comment), _, _): [commentFact(comment)]
        default: []
        }
    }

    private static func words(_ field: NodeField) -> String {
        switch field {
        case .role(let role, let heads):
            "role \(role.rawValue) \(Hexadecimal.encode(heads.flatMap(\.bytes)))"
        case .proves(let isOn): "proves \(isOn ? 1 : 0)"
        case .clock(let offset): "clock \(offset)"
        case .disavowed(let isOn): "disavowed \(isOn ? 1 : 0)"
        }
    }

    private func commentFact(_ comment: CommentID) -> String {
        var text = "comment \(comment)"
        var withdrawn = 0
        var hidden = 0
        for placed in winners.values {
            switch placed.change.content {
            case .comment(comment, .text(let idea, let words)):
                text +=
                    " on \(idea) by \(placed.change.member?.description ?? "-")"
                    + " at \(placed.change.timestamp.rawValue): \(words)"
            case .comment(comment, .withdrawn(let isOn)): withdrawn = isOn ? 1 : 0
            case .hidden(.comment(comment), let isOn, _): hidden = isOn ? 1 : 0
            default: continue
            }
        }
        return "\(text) withdrawn \(withdrawn) hidden \(hidden)"
    }

    private var ideas: Set<IdeaID> {
        winners.values.reduce(into: []) { $0.formUnion($1.change.content.ideas) }
    }

    private func ideaFacts(_ idea: IdeaID, _ clusters: NaiveClusters) -> [String] {
        var facts: [String] = []
        var isHidden = false
        var isWithdrawn = false
        var created: HybridTimestamp?
        for field in TextField.allCases {
            let heads = TextHeads(standings(idea, field))
            if let shown = heads.heads.first {
                let state = heads.heads.count > 1 ? "concurrent" : "settled"
                facts.append("text \(idea) \(field) \(text(shown.id)) \(state)")
            }
            if field == .title, !heads.heads.isEmpty, let (time, author) = creation(of: idea) {
                created = time
                facts.append(
                    "created \(idea) \(time.rawValue) by \(author?.description ?? "-")")
            }
        }
        for placed in winners.values {
            switch placed.change.content {
            case .ideaField(idea, .withdrawn(let isOn)): isWithdrawn = isOn
            case .ideaField(idea, .source(let source)): facts.append("source \(idea) \(source)")
            case .ideaField(idea, .buildsOn(let other?)): facts.append("builds \(idea) \(other)")
            case .hidden(.idea(idea), let isOn, _): isHidden = isOn
            case .status(idea, let status, let note) where status != .open || !note.isEmpty:
                facts.append("status \(idea) \(status.rawValue) \(note)")
            default: continue
            }
        }
        let tally = clusters.tally(of: idea)
        let canonical = clusters.canonical(of: idea)
        if clusters.cluster(of: idea).count > 1 { facts.append("cluster \(idea) \(canonical)") }
        let isListed = created != nil && !isHidden && !isWithdrawn && canonical == idea
        let comments = comments(idea)
        if created == nil && tally == Tally() && comments == 0 { return facts }
        facts.append(
            "tally \(idea) listed \(isListed ? 1 : 0) score \(tally.under(ballot).score) "
                + "\(tally.agree) \(tally.disagree) \(tally.pass) \(tally.proven) "
                + "comments \(comments)")
        return facts
    }

    /// When an idea was made, and by whom.
    private func creation(of idea: IdeaID) -> (HybridTimestamp, MemberID?)? {
        for placed in winners.values {
            if case .idea(idea) = placed.change.content {
                return (placed.precedence.timestamp, placed.change.member)
            }
        }
        return nil
    }

    private func standings(_ idea: IdeaID, _ field: TextField) -> [RevisionStanding] {
        winners.values.compactMap { placed in
            guard case .revision(let revision) = placed.change.content, revision.idea == idea,
                revision.field == field
            else { return nil }
            return RevisionStanding(
                id: revision.id, heads: revision.heads, precedence: placed.precedence)
        }
    }

    private func text(_ id: RevisionID) -> String {
        for placed in winners.values {
            if case .revision(let revision) = placed.change.content, revision.id == id {
                return revision.text
            }
        }
        return ""
    }

    private var clusters: NaiveClusters {
        var pairs: Set<IdeaPair> = []
        var objections: [MemberID: Set<IdeaPair>] = [:]
        var created: [IdeaID: HybridTimestamp] = [:]
        var unseen: Set<IdeaID> = []
        var votes: [NaiveClusters.StandingVote] = []
        for placed in winners.values {
            switch placed.change.content {
            case .sameAs(let pair, isOn: true): pairs.insert(pair)
            case .ideaField(let idea, .withdrawn(true)), .hidden(.idea(let idea), isOn: true, _):
                unseen.insert(idea)
            case .carry(let pair, .objects):
                objections[placed.change.member!, default: []].insert(pair)
            case .vote(let idea, let vote):
                votes.append(
                    .init(
                        idea: idea, member: placed.change.member!, vote: vote,
                        precedence: VotePrecedence(vote.proof, placed.precedence)))
            default: continue
            }
        }
        for idea in ideas {
            if !standings(idea, .title).isEmpty { created[idea] = creation(of: idea)?.0 }
        }
        return NaiveClusters(
            pairs: pairs, objections: objections, created: created, unseen: unseen, votes: votes)
    }

    private func comments(_ idea: IdeaID) -> Int {
        winners.values.filter { placed in
            guard case .comment(let comment, .text(idea, _)) = placed.change.content else {
                return false
            }
            return commentFact(comment).hasSuffix("withdrawn 0 hidden 0")
        }.count
    }

    private var ballot: BallotKind {
        for placed in winners.values {
            if case .board(BoardSetting.ballot.rawValue, let value) = placed.change.content {
                return BallotKind(rawValue: value) ?? .agree
            }
        }
        return .agree
    }
}

extension OpenedChangeset {
    /// Whether a slot can be erased, and is not.
    fileprivate func holdsText(_ number: UInt32) -> Bool {
        guard slots.indices.contains(Int(number)) else { return false }
        let slot = slots[Int(number)]
        if case .erased = slot.content { return false }
        return ![1, 12, 13].contains(slot.kind)
    }
}

extension ChangeContent {
    /// The ideas that a change speaks of.
    package var ideas: [IdeaID] {
        switch self {
        case .vote(let idea, _), .idea(let idea), .ideaField(let idea, _), .label(let idea, _, _),
            .comment(_, .text(let idea, _)), .status(let idea, _, _),
            .hidden(.idea(let idea), _, _):
            [idea]
        case .revision(let revision): [revision.idea]
        case .sameAs(let pair, _), .carry(let pair, _): [pair.first, pair.second]
        default: []
        }
    }
}
