import CommunisCore
import CommunisLog
import Testing

/// The rules of members, hidings, settings, nodes and erasures, and those that all kinds share.
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

    private static func role(_ number: UInt64, _ heads: [[UInt8]] = []) -> [(
        UInt64, Message.Value?
    )] {
        [(3, nil), (4, .message(Message([1: .number(number), 2: .repeated(heads)])))]
    }

    static let nodes: [MessageCase] =
        MessageCase.wrongLengths(.node, field: 2, of: 32)
        + MessageCase.cases(
            .node,
            [
                ("no value", [(3, nil)], .invalid),
                ("a newer value", [(3, nil), (8, .number(1))], .unknown),
                ("a newer value without a node", [(3, nil), (8, .number(1)), (2, nil)], .unknown),
                ("a name of 101 scalars", [(3, MessageCase.text(101))], .invalid),
                ("role 0", role(0), .invalid),
                ("role 1", role(1), .change),
                ("role 4", role(4), .change),
                ("the founder's role", role(5), .invalid),
                ("role 6", role(6), .unknown),
                ("role 6 without a node", role(6) + [(2, nil)], .unknown),
                ("role 6 with a short head", role(6, [[1]]), .unknown),
                ("heads", role(3, [otherHead, head]), .change),
                ("a head twice", role(3, [head, head]), .invalid),
                ("a head of 31 bytes", role(3, [Array(head.dropLast())]), .invalid),
                ("a clock ahead", [(3, nil), (6, .number(.max))], .change),
                ("disavowed", [(3, nil), (7, .number(1))], .change),
            ])

    static let erasures: [MessageCase] =
        MessageCase.wrongLengths(.erase, field: 2, of: 32)
        + MessageCase.cases(
            .erase,
            [
                ("slot 0", [(3, nil)], .change),
                ("slot 999", [(3, .number(999))], .change),
                ("slot 1,000", [(3, .number(1_000))], .invalid),
            ])

    /// What holds for every kind but votes.
    static let shared: [MessageCase] = Register.Kind.allCases.filter { $0 != .vote }.flatMap {
        kind in
        MessageCase.cases(
            kind,
            [
                ("as it should be", [], .change),
                ("a newer field besides", [(99, .text("newer"))], .change),
                ("an acting member of 11 bytes", [(1, MessageCase.filler(11))], .invalid),
                ("an acting member of 13 bytes", [(1, MessageCase.filler(13))], .invalid),
                ("an acting member of 1 byte", [(1, MessageCase.filler(1))], .invalid),
                ("nobody acting", [(1, nil)], kind == .carry ? .invalid : .change),
            ])
    }

    static let all: [MessageCase] =
        shared + members + hidings + settings + nodes + erasures

    @Test(
        "A message about the board that breaks one rule is void, one of a newer version unknown",
        arguments: all)
    func rule(_ message: MessageCase) throws {
        let slot = Samples.slot(message.kind, message.message.bytes)
        #expect(try Outcome(of: slot) == message.outcome)
    }

    @Test(
        "A known kind has the salt of its kind and stands for one change",
        arguments: Register.Kind.allCases)
    func slotHead(kind: Register.Kind) throws {
        guard kind != .vote else { return }
        let bytes = MessageCase.valid(kind).bytes
        for changes: UInt32 in [0, 2, 1_000] {
            #expect(try Outcome(of: Samples.slot(kind, bytes, changes: changes)) == .invalid)
        }
        var slot = Samples.slot(kind, bytes)
        slot.content = kind.isSalted ? .plain(bytes) : .salted(bytes, salt: Samples.salt)
        #expect(try Outcome(of: slot) == .invalid)
    }

    @Test("A message that is cut short or no message is void", arguments: Register.Kind.allCases)
    func noMessage(kind: Register.Kind) throws {
        for bytes in [[0xFF], [0x0A, 0x7F], MessageCase.valid(kind).bytes + [0x0A]] as [[UInt8]] {
            #expect(try Outcome(of: Samples.slot(kind, bytes)) == .invalid)
        }
        #expect(try Outcome(of: Samples.slot(kind, [])) == .invalid)
    }
}
