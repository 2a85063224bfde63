import CommunisCore
import CommunisLog
import CommunisTestSupport
import Crypto

/// Identifiers, keys and changes that the tests share.
enum Samples {
    static let now = Milliseconds(sinceEpoch: 1_767_225_600_000)!
    static let stamp = HybridTimestamp(now, counter: 3)
    static let key = NodeKey(Array(0..<32))!
    static let board: BoardID = filled(0xB0)
    static let salt = [UInt8](repeating: 0x5A, count: Slot.saltByteCount)

    static let acting: MemberID = filled(0x20)
    static let subject: MemberID = filled(0x30)
    static let idea: IdeaID = filled(0x01)
    static let other: IdeaID = filled(0x02)
    static let revision: RevisionID = filled(0x51)
    static let comment: CommentID = filled(0x61)
    static let node: NodeID = filled(0xA0)
    static let changeset: ChangesetID = filled(0xC0)
    static let pair = IdeaPair(idea, other)!

    static let creationKey = CreationKey(salt)!

    /// At least one content of every kind and of every alternative within it. What makes something
    /// has the id that it gives on this board, made by `acting` with `creationKey`.
    static let contents: [ChangeContent] = unidentified.map {
        $0.identified(on: board, by: acting, key: creationKey)
    }

    private static let unidentified: [ChangeContent] = {
        var all: [ChangeContent] = Ballot.allCases.flatMap { ballot in
            Proof.allCases.map { .vote(idea, Vote(ballot, proof: $0)) }
        }
        for field in TextField.allCases {
            for heads: [RevisionID] in [[], [filled(0x52)], [filled(0x53), filled(0x52)]] {
                all.append(
                    .revision(
                        Revision(
                            id: revision, idea: idea, field: field, text: "Grüße, 世界", heads: heads)
                    ))
            }
        }
        all += [
            .revision(Revision(id: revision, idea: idea, field: .need, text: "", heads: [])),
            .ideaField(idea, .buildsOn(other)), .ideaField(idea, .buildsOn(nil)),
            .ideaField(idea, .source("polis:name:48")), .ideaField(idea, .withdrawn(true)),
            .ideaField(idea, .withdrawn(false)),
            .label(idea, Label(.facet, "commerce"), isOn: true),
            .label(idea, Label(.tag, "größer"), isOn: false),
            .comment(comment, .text(idea: idea, "yes, and")), .comment(comment, .withdrawn(true)),
            .comment(comment, .withdrawn(false)), .sameAs(pair, isOn: true),
            .sameAs(pair, isOn: false), .carry(pair, .consents), .carry(pair, .objects),
            .member(subject, .name("Zoë")), .member(subject, .name("")),
            .member(subject, .rights(manage: true)), .member(subject, .rights(manage: false)),
            .hidden(.idea(idea), isOn: true, reason: "spam"),
            .hidden(.comment(comment), isOn: false, reason: ""),
            .board(setting: "name", value: "Ideas"), .board(setting: "a newer one", value: ""),
            .node(node, .proves(true)), .node(node, .proves(false)),
            .node(node, .disavowed(true)), .node(node, .disavowed(false)),
            .erase(changeset, slot: 0), .erase(changeset, slot: 999), .idea(idea),
            .nodeName(node, "kiosk"), .nodeName(node, ""),
        ]
        all += Status.allCases.map { .status(idea, $0, note: "a note") }
        for role in Role.allCases where role != .founder {
            all.append(.node(node, .role(role, heads: [])))
            all.append(.node(node, .role(role, heads: [changeset, filled(0xC1)])))
        }
        all += [Int64.min, -1, 0, 1, .max].map { .node(node, .clock(offset: $0)) }
        return all
    }()

    static func slot(_ content: ChangeContent, at stamp: HybridTimestamp = stamp) -> Slot {
        Change(stamp, by: acting, content).slot(salt: salt)
    }

    /// A slot of a kind with contents of one's own making.
    static func slot(_ kind: Register.Kind, _ bytes: [UInt8], changes: UInt32 = 1) -> Slot {
        Slot(
            kind: kind.rawValue, timestamp: stamp, changeCount: changes,
            content: kind.isClosed ? .plain(bytes) : .salted(bytes, salt: salt))
    }

    /// The slots sealed as the second changeset of the node.
    static func seal(_ slots: [Slot]) -> SealedChangeset {
        SealedChangeset.seal(
            slots, board: board, after: ChainPosition(sequence: 1, last: filled(0xCC)), with: key)
    }

    static func open(_ slots: [Slot]) throws(Refusal) -> OpenedChangeset {
        try seal(slots).open(board: board)
    }
}

/// What became of a slot, without its contents.
enum Outcome: Equatable, Sendable {
    case change, votes, erased, unknown, invalid
    /// The whole changeset is refused as malformed.
    case refused

    init(_ content: OpenedSlot.Content) {
        switch content {
        case .change: self = .change
        case .votes: self = .votes
        case .erased: self = .erased
        case .unknown: self = .unknown
        case .invalid: self = .invalid
        }
    }

    /// The outcome of a slot that is sealed and opened alone.
    init(of slot: Slot) throws {
        let opened: OpenedChangeset
        do throws(Refusal) {
            opened = try Samples.open([slot])
        } catch {
            guard error == .malformed else { throw error }
            self = .refused
            return
        }
        self.init(opened.slots[0].content)
        // One slot alone decides the changeset.
        let expected: OpenedChangeset.Judgement =
            switch self {
            case .change, .votes, .erased: .meaningful
            case .unknown: .unknown
            case .invalid, .refused: .void
            }
        guard opened.judgement() == expected else { throw Contradiction() }
    }

    struct Contradiction: Error {}
}

/// The refusal of a changeset, or `nil` if it opens.
func refusal(
    of sealed: SealedChangeset, board: BoardID? = Samples.board, verifyingSignature: Bool = true
) -> Refusal? {
    do throws(Refusal) {
        _ = try sealed.open(board: board, verifyingSignature: verifyingSignature)
        return nil
    } catch {
        return error
    }
}

/// Signs a header that `seal` would never make.
func signed(_ header: ChangesetHeader, payload: [UInt8]) throws -> SealedChangeset {
    let bytes = header.bytes
    let message = Array("communis changeset 1\0".utf8) + ChangesetID(ofHeader: bytes).bytes
    let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Samples.key.seed)
    return SealedChangeset(
        header: bytes, payload: payload, signature: Array(try key.signature(for: message)))
}
