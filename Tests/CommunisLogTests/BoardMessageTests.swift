import CommunisCore
import CommunisLog
import Testing

/// The rules of members, hidings, settings, nodes, their names and erasures, and those that all kinds
/// share.
struct BoardMessageTests {
    static let members: [MessageCase] =
        MessageCase.wrongLengths(.member, field: 2, of: 12)
        + MessageCase.cases(
            .member,
            [
                ("no value", [(3, nil)], .invalid),
                ("a newer value", [(3, nil), (5, .number(1))], .unknown),
                (
                    "a newer value without a subject", [(3, nil), (5, .number(1)), (2, nil)],
                    .unknown
                ),
                ("an empty name", [(3, .text(""))], .change),
                ("a name of 100 scalars", [(3, MessageCase.globes(100))], .change),
                ("a name of 101 scalars", [(3, MessageCase.text(101))], .invalid),
                ("a name that is not UTF-8", [(3, .bytes([0xFF]))], .invalid),
                ("rights", [(3, nil), (4, .message(Message([1: .number(1)])))], .change),
                ("no rights", [(3, nil), (4, .bytes([]))], .change),
            ])

    static let hidings: [MessageCase] =
        MessageCase.wrongLengths(.hidden, field: 2, of: 10)
        + MessageCase.wrongLengths(.hidden, field: 3, of: 10, besides: [(2, nil)])
        + MessageCase.cases(
            .hidden,
            [
                ("a comment", [(2, nil), (3, .bytes(Samples.comment.bytes))], .change),
                ("a newer target", [(2, nil), (6, .text("x"))], .unknown),
                (
                    "a newer target with a long reason",
                    [(2, nil), (6, .text("x")), (5, MessageCase.text(32_769))], .unknown
                ),
                ("off, no reason", [(4, nil), (5, nil)], .change),
                ("a reason of 32,768 bytes", [(5, MessageCase.text(32_768))], .change),
                ("a reason of 32,769 bytes", [(5, MessageCase.text(32_769))], .invalid),
            ])

    static let settings: [MessageCase] = MessageCase.cases(
        .board,
        [
            ("no setting", [(2, nil)], .invalid),
            ("a setting of 100 scalars", [(2, MessageCase.globes(100))], .change),
            ("a setting of 101 scalars", [(2, MessageCase.text(101))], .invalid),
            ("a setting that is not UTF-8", [(2, .bytes([0xFF]))], .invalid),
            ("no value", [(3, nil)], .change),
            ("a value of 32,768 bytes", [(3, MessageCase.text(32_768))], .change),
            ("a value of 32,769 bytes", [(3, MessageCase.text(32_769))], .invalid),
        ])

    private static let head = [UInt8](repeating: 1, count: 32)
    private static let otherHead = [UInt8](repeating: 2, count: 32)

    private static func role(_ number: UInt64?, _ heads: [[UInt8]] = []) -> [(
        UInt64, Message.Value?
    )] {
        let change = Message([2: .repeated(heads)]).with(1, number.map { .number($0) })
        return [(5, nil), (4, .message(change))]
    }

    static let nodes: [MessageCase] =
        MessageCase.wrongLengths(.node, field: 2, of: 32)
        + MessageCase.cases(
            .node,
            [
                ("no value", [(5, nil)], .refused),
                ("a newer value", [(5, nil), (8, .number(1))], .refused),
                ("a newer value besides", [(8, .number(1))], .refused),
                ("a name", [(5, nil), (3, .text("kiosk"))], .refused),
                ("no proofs", [(5, .number(0))], .change),
                ("proofs of 2", [(5, .number(2))], .refused),
                ("no role", role(nil), .refused),
                ("role 0", role(0), .refused),
                ("role 1", role(1), .change),
                ("role 4", role(4), .change),
                ("the founder's role", role(5), .refused),
                ("role 6", role(6), .refused),
                ("role 257", role(257), .refused),
                ("heads", role(3, [otherHead, head]), .change),
                ("a head twice", role(3, [head, head]), .refused),
                ("a head of 31 bytes", role(3, [Array(head.dropLast())]), .refused),
                ("a clock ahead", [(5, nil), (6, .number(.max))], .change),
                ("disavowed", [(5, nil), (7, .number(1))], .change),
                ("two values", [(7, .number(1))], .refused),
            ])

    static let erasures: [MessageCase] =
        MessageCase.wrongLengths(.erase, field: 2, of: 32)
        + MessageCase.cases(
            .erase,
            [
                ("slot 0", [(3, nil)], .change),
                ("slot 0, written", [(3, .number(0))], .refused),
                ("slot 999", [(3, .number(999))], .change),
                ("slot 1,000", [(3, .number(1_000))], .refused),
            ])

    static let nodeNames: [MessageCase] =
        MessageCase.wrongLengths(.nodeName, field: 2, of: 32)
        + MessageCase.cases(
            .nodeName,
            [
                ("no name", [(3, nil)], .change),
                ("a name of 100 scalars", [(3, MessageCase.globes(100))], .change),
                ("a name of 101 scalars", [(3, MessageCase.text(101))], .invalid),
                ("a name that is not UTF-8", [(3, .bytes([0xFF]))], .invalid),
            ])

    /// What holds for every kind but votes.
    static let shared: [MessageCase] = Register.Kind.allCases.filter { $0 != .vote }.flatMap {
        kind in
        MessageCase.cases(
            kind,
            [
                ("as it should be", [], .change),
                (
                    "a newer field besides", [(99, .text("newer"))],
                    kind.isClosed ? .refused : .change
                ),
                (
                    "an acting member of 11 bytes", [(1, MessageCase.filler(11))],
                    MessageCase.broken(kind)
                ),
                (
                    "an acting member of 13 bytes", [(1, MessageCase.filler(13))],
                    MessageCase.broken(kind)
                ),
                (
                    "an acting member of 1 byte", [(1, MessageCase.filler(1))],
                    MessageCase.broken(kind)
                ),
                ("nobody acting", [(1, nil)], kind == .carry ? .invalid : .change),
            ])
    }

    static let all: [MessageCase] =
        shared + members + hidings + settings + nodes + erasures + nodeNames

    @Test(
        """
        A message about the board that breaks one rule is void, one of a newer version unknown; of a \
        closed kind both are refused
        """,
        arguments: all)
    func rule(_ message: MessageCase) throws {
        let slot = Samples.slot(message.kind, message.message.bytes)
        #expect(try Outcome(of: slot) == message.outcome)
    }

    @Test(
        "A closed kind is plain, another salted, and each but votes stands for one change",
        arguments: Register.Kind.allCases)
    func slotHead(kind: Register.Kind) throws {
        guard kind != .vote else { return }
        let bytes = MessageCase.valid(kind).bytes
        for changes: UInt32 in [0, 2, 1_000] {
            let slot = Samples.slot(kind, bytes, changes: changes)
            #expect(try Outcome(of: slot) == MessageCase.broken(kind))
        }
        var slot = Samples.slot(kind, bytes)
        slot.content = kind.isClosed ? .salted(bytes, salt: Samples.salt) : .plain(bytes)
        #expect(try Outcome(of: slot) == .refused)
    }

    @Test(
        "A message that is cut short or no message is void, or refused",
        arguments: Register.Kind.allCases)
    func noMessage(kind: Register.Kind) throws {
        for bytes in [[0xFF], [0x0A, 0x7F], MessageCase.valid(kind).bytes + [0x0A]] as [[UInt8]] {
            #expect(try Outcome(of: Samples.slot(kind, bytes)) == MessageCase.broken(kind))
        }
        // An idea says nothing but who makes it, and that may be the node itself.
        let empty: Outcome = kind == .idea ? .change : MessageCase.broken(kind)
        #expect(try Outcome(of: Samples.slot(kind, [])) == empty)
    }
}
