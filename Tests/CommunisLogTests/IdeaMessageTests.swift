import CommunisCore
import CommunisLog
import Testing

/// The rules of revisions, idea fields, labels, comments, joins, consents and statuses.
struct IdeaMessageTests {
    private static let head = [UInt8](repeating: 7, count: 10)
    private static let otherHead = [UInt8](repeating: 8, count: 10)

    static let revisions: [MessageCase] =
        MessageCase.wrongLengths(.revision, field: 3, of: 10)
        + MessageCase.cases(
            .revision,
            [
                ("no heads", [(6, nil)], .change),
                ("two heads", [(6, .repeated([otherHead, head]))], .change),
                ("a head twice", [(6, .repeated([head, head]))], .invalid),
                // Nobody reads the field of a number that is not used any more.
                ("an id", [(2, .bytes(Samples.revision.bytes))], .change),
                (
                    "a head of 9 bytes", [(6, .repeated([head, [1, 2, 3, 4, 5, 6, 7, 8, 9]]))],
                    .invalid
                ),
                ("an empty head", [(6, .repeated([[]]))], .invalid),
                ("no text field", [(4, nil)], .invalid),
                ("text field 0", [(4, .number(0))], .invalid),
                ("text field 3", [(4, .number(3))], .change),
                ("text field 4", [(4, .number(4))], .unknown),
                ("text field 257", [(4, .number(257))], .unknown),
                ("a negative text field", [(4, .number(.max))], .unknown),
                (
                    "a newer text field with a long text",
                    [(4, .number(4)), (5, MessageCase.text(40_000))], .unknown
                ),
                ("a newer text field without an idea", [(4, .number(4)), (3, nil)], .unknown),
                ("an empty title", [(5, nil)], .invalid),
                ("a title of 200 scalars", [(5, MessageCase.globes(200))], .change),
                ("a title of 201 scalars", [(5, MessageCase.text(201))], .invalid),
                ("an empty need", [(4, .number(2)), (5, nil)], .change),
                (
                    "a need of 2,000 bytes", [(4, .number(2)), (5, MessageCase.text(2_000))],
                    .change
                ),
                (
                    "a need of 2,001 bytes", [(4, .number(2)), (5, MessageCase.text(2_001))],
                    .invalid
                ),
                ("an empty body", [(4, .number(3)), (5, nil)], .change),
                (
                    "a body of 32,768 bytes", [(4, .number(3)), (5, MessageCase.text(32_768))],
                    .change
                ),
                (
                    "a body of 32,769 bytes", [(4, .number(3)), (5, MessageCase.text(32_769))],
                    .invalid
                ),
                ("a text that is not UTF-8", [(5, .bytes([0x61, 0xFF]))], .invalid),
                ("a surrogate in UTF-8", [(5, .bytes([0xED, 0xA0, 0x80]))], .invalid),
            ])

    static let ideaFields: [MessageCase] =
        MessageCase.wrongLengths(.ideaField, field: 2, of: 10)
        + MessageCase.cases(
            .ideaField,
            [
                ("no value", [(4, nil)], .invalid),
                ("a newer value", [(4, nil), (6, .number(1))], .unknown),
                ("a newer value without an idea", [(4, nil), (6, .number(1)), (2, nil)], .unknown),
                ("a known value and a newer field", [(15, .number(1))], .change),
                ("a source of 2,000 bytes", [(4, MessageCase.text(2_000))], .change),
                ("a source of 2,001 bytes", [(4, MessageCase.text(2_001))], .invalid),
                ("a source that is not UTF-8", [(4, .bytes([0xC0, 0x80]))], .invalid),
                ("builds on nothing", [(4, nil), (3, .bytes([]))], .change),
                ("builds on 9 bytes", [(4, nil), (3, MessageCase.filler(9))], .invalid),
                ("builds on 11 bytes", [(4, nil), (3, MessageCase.filler(11))], .invalid),
                ("withdrawn", [(4, nil), (5, .number(1))], .change),
                ("not withdrawn", [(4, nil), (5, .number(0))], .change),
            ])

    static let labels: [MessageCase] =
        MessageCase.wrongLengths(.label, field: 2, of: 10)
        + MessageCase.cases(
            .label,
            [
                ("off", [(5, nil)], .change),
                ("no axis", [(3, nil)], .invalid),
                ("axis 3", [(3, .number(3))], .unknown),
                ("axis 3 without a name", [(3, .number(3)), (4, nil)], .unknown),
                ("no name", [(4, nil)], .invalid),
                ("a name of 100 scalars", [(4, MessageCase.globes(100))], .change),
                ("a name of 101 scalars", [(4, MessageCase.text(101))], .invalid),
                ("a name that is not UTF-8", [(4, .bytes([0x80]))], .invalid),
            ])

    private static func comment(_ idea: [UInt8], _ text: Message.Value?) -> Message.Value {
        .message(Message([1: .bytes(idea)]).with(2, text))
    }

    static let comments: [MessageCase] =
        MessageCase.wrongLengths(
            .comment, field: 2, of: 10, besides: [(3, nil), (4, .number(1))])
        + MessageCase.cases(
            .comment,
            [
                ("no value", [(3, nil)], .invalid),
                ("a newer value", [(3, nil), (5, .text("x"))], .unknown),
                (
                    "a newer value with an id",
                    [(3, nil), (5, .text("x")), (2, .bytes(Samples.comment.bytes))], .unknown
                ),
                (
                    "withdrawn",
                    [(3, nil), (4, .number(1)), (2, .bytes(Samples.comment.bytes))], .change
                ),
                (
                    "not withdrawn",
                    [(3, nil), (4, .number(0)), (2, .bytes(Samples.comment.bytes))], .change
                ),
                ("a text with an id", [(2, .bytes(Samples.comment.bytes))], .invalid),
                ("a text with one byte of an id", [(2, MessageCase.filler(1))], .invalid),
                ("a text with an id of no bytes", [(2, .bytes([]))], .change),
                ("no text", [(3, comment(Samples.idea.bytes, nil))], .invalid),
                (
                    "32,768 bytes", [(3, comment(Samples.idea.bytes, MessageCase.text(32_768)))],
                    .change
                ),
                (
                    "32,769 bytes", [(3, comment(Samples.idea.bytes, MessageCase.text(32_769)))],
                    .invalid
                ),
                (
                    "an idea of 9 bytes",
                    [(3, comment([UInt8](repeating: 1, count: 9), .text("x")))], .invalid
                ),
                ("no idea", [(3, comment([], .text("x")))], .invalid),
                ("an empty value", [(3, .bytes([]))], .invalid),
                ("a value that is no message", [(3, .bytes([0xFF]))], .invalid),
            ])

    private static func pairs(_ kind: Register.Kind) -> [MessageCase] {
        MessageCase.wrongLengths(kind, field: 2, of: 10)
            + MessageCase.wrongLengths(kind, field: 3, of: 10)
            + MessageCase.cases(
                kind,
                [
                    (
                        "the greater first",
                        [(2, .bytes(Samples.other.bytes)), (3, .bytes(Samples.idea.bytes))],
                        .invalid
                    ),
                    ("an idea with itself", [(3, .bytes(Samples.idea.bytes))], .invalid),
                ])
    }

    static let sameAs: [MessageCase] =
        pairs(.sameAs) + MessageCase.cases(.sameAs, [("off", [(4, nil)], .change)])

    static let consents: [MessageCase] =
        pairs(.carry)
        + MessageCase.cases(
            .carry,
            [
                ("no member", [(1, nil)], .invalid),
                ("no consent", [(4, nil)], .invalid),
                ("consent 2", [(4, .number(2))], .change),
                ("consent 3", [(4, .number(3))], .unknown),
                ("consent 3 of a pair that is none", [(4, .number(3)), (3, nil)], .unknown),
            ])

    static let statuses: [MessageCase] =
        MessageCase.wrongLengths(.status, field: 2, of: 10)
        + MessageCase.cases(
            .status,
            [
                ("no note", [(4, nil)], .change),
                ("no status", [(3, nil)], .invalid),
                ("status 6", [(3, .number(6))], .change),
                ("status 7", [(3, .number(7))], .unknown),
                ("status 7 without an idea", [(3, .number(7)), (2, nil)], .unknown),
                ("a note of 32,768 bytes", [(4, MessageCase.text(32_768))], .change),
                ("a note of 32,769 bytes", [(4, MessageCase.text(32_769))], .invalid),
                ("a note that is not UTF-8", [(4, .bytes([0xFE]))], .invalid),
            ])

    static let all: [MessageCase] =
        revisions + ideaFields + labels + comments + sameAs + consents + statuses

    @Test(
        "A message about an idea that breaks one rule is void, one of a newer version unknown",
        arguments: all)
    func rule(_ message: MessageCase) throws {
        let slot = Samples.slot(message.kind, message.message.bytes)
        #expect(try Outcome(of: slot) == message.outcome)
    }
}
