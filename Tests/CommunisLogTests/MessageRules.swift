import CommunisCore
import CommunisLog

/// One message of each kind but votes that keeps every rule, and what becomes of it when one field
/// is changed.
struct MessageCase: Sendable, CustomStringConvertible {
    var kind: Register.Kind
    var rule: String
    var message: Message
    var outcome: Outcome

    var description: String { "\(kind): \(rule)" }

    static func valid(_ kind: Register.Kind) -> Message {
        let acting = Message([1: .bytes(Samples.acting.bytes)])
        let idea = Message.Value.bytes(Samples.idea.bytes)
        let other = Message.Value.bytes(Samples.other.bytes)
        switch kind {
        case .vote: return Message()
        case .revision:
            return acting.with(3, idea).with(4, .number(1)).with(5, .text("title"))
                .with(6, .repeated([[UInt8](repeating: 7, count: 10)]))
        case .ideaField: return acting.with(2, idea).with(4, .text("csv:1"))
        case .label:
            return acting.with(2, idea).with(3, .number(2)).with(4, .text("tag"))
                .with(5, .number(1))
        case .comment:
            return acting.with(3, .message(Message([1: idea, 2: .text("text")])))
        case .sameAs: return acting.with(2, idea).with(3, other).with(4, .number(1))
        case .carry: return acting.with(2, idea).with(3, other).with(4, .number(1))
        case .member: return acting.with(2, .bytes(Samples.subject.bytes)).with(3, .text("name"))
        case .status: return acting.with(2, idea).with(3, .number(1)).with(4, .text("note"))
        case .hidden: return acting.with(2, idea).with(4, .number(1)).with(5, .text("reason"))
        case .board: return acting.with(2, .text("name")).with(3, .text("Ideas"))
        case .node:
            return acting.with(2, .bytes(Samples.node.bytes)).with(5, .number(1))
        case .erase: return acting.with(2, .bytes(Samples.changeset.bytes)).with(3, .number(1))
        case .idea: return acting
        case .nodeName:
            return acting.with(2, .bytes(Samples.node.bytes)).with(3, .text("kiosk"))
        }
    }

    /// The cases of one kind: each a rule, the fields changed, and the outcome.
    static func cases(
        _ kind: Register.Kind, _ changes: [(String, [(UInt64, Message.Value?)], Outcome)]
    ) -> [MessageCase] {
        changes.map { rule, fields, outcome in
            MessageCase(
                kind: kind, rule: rule,
                message: fields.reduce(valid(kind)) { $0.with($1.0, $1.1) }, outcome: outcome)
        }
    }

    /// What breaking a rule makes of a slot of the kind.
    static func broken(_ kind: Register.Kind) -> Outcome { kind.isClosed ? .refused : .invalid }

    static func text(_ count: Int) -> Message.Value { .text(String(repeating: "a", count: count)) }
    static func globes(_ count: Int) -> Message.Value {
        .text(String(repeating: "\u{1F30D}", count: count))
    }
    static func filler(_ count: Int) -> Message.Value {
        .bytes([UInt8](repeating: 3, count: count))
    }

    /// The lengths that an identifier of `length` bytes must not have, in the field.
    static func wrongLengths(
        _ kind: Register.Kind, field: UInt64, of length: Int,
        besides: [(UInt64, Message.Value?)] = []
    ) -> [MessageCase] {
        cases(
            kind,
            [0, 1, length - 1, length + 1, 2 * length].map {
                ("field \(field) of \($0) bytes", besides + [(field, filler($0))], broken(kind))
            } + [("no field \(field)", besides + [(field, nil)], broken(kind))])
    }
}
