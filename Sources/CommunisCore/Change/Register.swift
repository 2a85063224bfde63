/// The last-writer-wins register that a change writes. Every change writes exactly one.
package struct Register: Hashable, Sendable {
    package let kind: Kind
    /// What tells registers of one kind apart, as bytes: identifiers, then a field's number, then
    /// a name.
    package let key: [UInt8]

    /// The kinds, by the numbers that the format gives them.
    package enum Kind: UInt16, CaseIterable, Sendable {
        case vote = 1
        case revision, ideaField, label, comment, sameAs, carry, member, status, hidden, board
        case node, erase, idea, nodeName

        /// Whether slots of this kind are *closed*: they hold nothing but ids, numbers and times, in
        /// the one encoding that the format gives, and cannot be erased.
        package var isClosed: Bool { self == .vote || isNeverParked }

        /// Whether a change of this kind is heeded even while its changeset is parked.
        package var isNeverParked: Bool { self == .node || self == .erase }
    }
}

extension Register {
    /// The register of an idea's status.
    package static func status(of idea: IdeaID) -> Register {
        Register(kind: .status, key: idea.bytes)
    }

    /// The register of who made an idea, and when.
    package static func creation(of idea: IdeaID) -> Register {
        Register(kind: .idea, key: idea.bytes)
    }

    /// The register of whether an idea is withdrawn.
    package static func withdrawal(of idea: IdeaID) -> Register {
        Register(kind: .ideaField, key: idea.bytes + [IdeaField.withdrawnNumber])
    }

    /// The register of a comment's text.
    package static func text(of comment: CommentID) -> Register {
        Register(kind: .comment, key: comment.bytes + [CommentField.textNumber])
    }

    /// The register of whether an idea or comment is hidden.
    package static func hidden(_ target: HidingTarget) -> Register {
        switch target {
        case .idea(let idea): Register(kind: .hidden, key: [1] + idea.bytes)
        case .comment(let comment): Register(kind: .hidden, key: [2] + comment.bytes)
        }
    }
}

extension Change {
    /// The register that this change writes. A vote or a consent without a member has none.
    package var register: Register? {
        let key: [UInt8]
        switch content {
        case .vote(let idea, _):
            guard let member else { return nil }
            key = idea.bytes + member.bytes
        case .revision(let revision): key = revision.id.bytes
        case .ideaField(let idea, let field): key = idea.bytes + [field.number]
        case .label(let idea, let label, _):
            key = idea.bytes + [label.axis.rawValue] + Array(label.name.utf8)
        case .comment(let comment, let field): key = comment.bytes + [field.number]
        case .sameAs(let pair, _): key = pair.bytes
        case .carry(let pair, _):
            guard let member else { return nil }
            key = pair.bytes + member.bytes
        case .member(let member, let field): key = member.bytes + [field.number]
        case .status(let idea, _, _): return .status(of: idea)
        case .hidden(let target, _, _): return .hidden(target)
        case .board(let setting, _): key = Array(setting.utf8)
        case .node(let node, let field): key = node.bytes + [field.number]
        case .erase(let changeset, let slot):
            var bytes = changeset.bytes
            bytes.append(bigEndian: slot)
            key = bytes
        case .idea(let idea): key = idea.bytes
        case .nodeName(let node, _): key = node.bytes
        }
        return Register(kind: content.kind, key: key)
    }
}

extension ChangeContent {
    package var kind: Register.Kind {
        switch self {
        case .vote: .vote
        case .revision: .revision
        case .ideaField: .ideaField
        case .label: .label
        case .comment: .comment
        case .sameAs: .sameAs
        case .carry: .carry
        case .member: .member
        case .status: .status
        case .hidden: .hidden
        case .board: .board
        case .node: .node
        case .erase: .erase
        case .idea: .idea
        case .nodeName: .nodeName
        }
    }
}

extension IdeaPair {
    /// The two ids, the smaller first.
    package var bytes: [UInt8] { first.bytes + second.bytes }
}

extension IdeaField {
    fileprivate static let withdrawnNumber: UInt8 = 3

    package var number: UInt8 {
        switch self {
        case .buildsOn: 1
        case .source: 2
        case .withdrawn: Self.withdrawnNumber
        }
    }
}

extension CommentField {
    fileprivate static let textNumber: UInt8 = 1

    package var number: UInt8 {
        switch self {
        case .text: Self.textNumber
        case .withdrawn: 2
        }
    }
}

extension MemberField {
    package var number: UInt8 {
        switch self {
        case .name: 1
        case .rights: 2
        }
    }
}

extension NodeField {
    package var number: UInt8 {
        switch self {
        case .role: 2
        case .proves: 3
        case .clock: 4
        case .disavowed: 5
        }
    }
}
