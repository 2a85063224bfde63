import CommunisCore
import Foundation
import SwiftProtobuf

extension Change {
    /// The slot that carries this change; a vote's is a block of one.
    ///
    /// - Parameter salt: 16 random bytes, or the key of what the change makes; not used where the
    ///   kind is closed.
    package func slot(salt: @autoclosure () -> [UInt8]) -> Slot {
        let bytes = messageBytes
        return Slot(
            kind: content.kind.rawValue, timestamp: timestamp, changeCount: 1,
            content: content.kind.isClosed ? .plain(bytes) : .salted(bytes, salt: salt()))
    }

    private var messageBytes: [UInt8] {
        let acting = Data(member?.bytes ?? [])
        switch content {
        case .vote(let idea, let vote):
            guard let member else { preconditionFailure("a vote names its member") }
            return VoteBlock([
                CastVote(timestamp: timestamp, idea: idea, member: member, vote: vote)
            ]).bytes
        case .revision(let revision):
            return Communis_V1_Revision.with {
                $0.member = acting
                $0.idea = Data(revision.idea.bytes)
                $0.field = .init(rawValue: Int(revision.field.rawValue)) ?? .unspecified
                $0.text = revision.text
                $0.heads = revision.heads.map { Data($0.bytes) }
            }.serialized
        case .ideaField(let idea, let field):
            return Communis_V1_IdeaField.with {
                $0.member = acting
                $0.idea = Data(idea.bytes)
                switch field {
                case .buildsOn(let other): $0.buildsOn = Data(other?.bytes ?? [])
                case .source(let source): $0.source = source
                case .withdrawn(let isOn): $0.withdrawn = isOn
                }
            }.serialized
        case .label(let idea, let label, let isOn):
            return Communis_V1_Label.with {
                $0.member = acting
                $0.idea = Data(idea.bytes)
                $0.axis = .init(rawValue: Int(label.axis.rawValue)) ?? .unspecified
                $0.name = label.name
                $0.on = isOn
            }.serialized
        case .comment(let comment, let field):
            return Communis_V1_Comment.with {
                $0.member = acting
                switch field {
                case .text(let idea, let text):
                    $0.text = .with {
                        $0.idea = Data(idea.bytes)
                        $0.text = text
                    }
                case .withdrawn(let isOn):
                    $0.comment = Data(comment.bytes)
                    $0.withdrawn = isOn
                }
            }.serialized
        case .sameAs(let pair, let isOn):
            return Communis_V1_SameAs.with {
                $0.member = acting
                $0.first = Data(pair.first.bytes)
                $0.second = Data(pair.second.bytes)
                $0.on = isOn
            }.serialized
        case .carry(let pair, let consent):
            return Communis_V1_Carry.with {
                $0.member = acting
                $0.first = Data(pair.first.bytes)
                $0.second = Data(pair.second.bytes)
                $0.consent = .init(rawValue: Int(consent.rawValue)) ?? .unspecified
            }.serialized
        case .member(let subject, let field):
            return Communis_V1_Member.with {
                $0.member = acting
                $0.subject = Data(subject.bytes)
                switch field {
                case .name(let name): $0.name = name
                case .rights(let manage): $0.rights = .with { $0.manage = manage }
                }
            }.serialized
        case .status(let idea, let status, let note):
            return Communis_V1_IdeaStatus.with {
                $0.member = acting
                $0.idea = Data(idea.bytes)
                $0.status = .init(rawValue: Int(status.rawValue)) ?? .unspecified
                $0.note = note
            }.serialized
        case .hidden(let target, let isOn, let reason):
            return Communis_V1_Hidden.with {
                $0.member = acting
                switch target {
                case .idea(let idea): $0.idea = Data(idea.bytes)
                case .comment(let comment): $0.comment = Data(comment.bytes)
                }
                $0.on = isOn
                $0.reason = reason
            }.serialized
        case .board(let setting, let value):
            return Communis_V1_Board.with {
                $0.member = acting
                $0.setting = setting
                $0.value = value
            }.serialized
        case .node(let node, let field):
            return Communis_V1_Node.with {
                $0.member = acting
                $0.node = Data(node.bytes)
                switch field {
                case .role(let role, let heads):
                    $0.role = .with {
                        $0.role = .init(rawValue: Int(role.rawValue)) ?? .unspecified
                        $0.heads = heads.map { Data($0.bytes) }
                    }
                case .proves(let isOn): $0.proves = isOn
                case .clock(let offset): $0.clockOffset = offset
                case .disavowed(let isOn): $0.disavowed = isOn
                }
            }.serialized
        case .erase(let changeset, let slot):
            return Communis_V1_Erase.with {
                $0.member = acting
                $0.changeset = Data(changeset.bytes)
                $0.slot = slot
            }.serialized
        case .idea:
            return Communis_V1_Idea.with { $0.member = acting }.serialized
        case .nodeName(let node, let name):
            return Communis_V1_NodeName.with {
                $0.member = acting
                $0.node = Data(node.bytes)
                $0.name = name
            }.serialized
        }
    }
}

extension Message {
    /// The bytes of a proto3 message, which has no required field that could be missing.
    var serialized: [UInt8] {
        do {
            return try serializedBytes()
        } catch {
            preconditionFailure("a proto3 message of \(Self.self) did not encode: \(error)")
        }
    }
}
