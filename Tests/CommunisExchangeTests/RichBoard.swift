import CommunisCore
import CommunisStore
import CommunisTestSupport

/// A board with one of everything that an export can show, and all that is awkward in a CSV.
enum RichBoard {
    static let bench = idea(1)
    static let hidden = idea(2)
    static let other = idea(3)
    /// Votes tell of it; nobody has seen its title.
    static let untitled = idea(4)

    static var pair: IdeaPair {
        guard let pair = IdeaPair(bench, other) else {
            preconditionFailure("they are two ideas")
        }
        return pair
    }

    private static func idea(_ number: UInt8) -> IdeaID {
        IdeaID(truncating: Array(repeating: number &* 47, count: IdeaID.byteCount))
    }

    private static func comment(_ number: UInt8) -> CommentID {
        CommentID(truncating: Array(repeating: number &* 31, count: CommentID.byteCount))
    }

    private static func title(_ idea: IdeaID, _ text: String, _ field: TextField = .title)
        -> ChangeContent
    {
        let id = RevisionID(truncating: idea.bytes.map { $0 &+ field.rawValue })
        return .revision(
            Revision(id: id, idea: idea, field: field, text: text, heads: []))
    }

    static func fill(_ boards: TestBoards) throws {
        let board = boards.founder
        let alice = try board.member(who: "alice@example.org")
        let bob = try board.member(who: "bob@example.org")
        let nameless = try board.member(who: "nameless")
        let silent = MemberID(truncating: Array(repeating: 9, count: MemberID.byteCount))
        let drafts: [Draft] = [
            Draft(by: nil, .member(alice, .name("=Alice, \"the\" first"))),
            Draft(by: nil, .member(bob, .name("'-Bob"))),
            Draft(by: nil, .member(bob, .rights(manage: true))),
            Draft(by: nil, .member(silent, .name("Silent"))),
            Draft(by: nil, .member(silent, .name(""))),

            Draft(by: alice, title(bench, "=HYPERLINK(\"x\"), 👩‍👩‍👧 and 漢字")),
            Draft(by: alice, title(bench, "-1\nis a \"need\",\r\nthat has lines", .need)),
            Draft(by: bob, title(bench, "'@body\twith\ttabs\n", .body)),
            Draft(by: alice, .label(bench, Label(.facet, "community"), isOn: true)),
            Draft(by: alice, .label(bench, Label(.facet, "hr"), isOn: true)),
            Draft(by: alice, .label(bench, Label(.tag, "b, a \"c\""), isOn: true)),
            Draft(by: alice, .label(bench, Label(.tag, "+plus"), isOn: true)),
            Draft(by: alice, .label(bench, Label(.tag, " spaced "), isOn: true)),
            Draft(by: alice, .label(bench, Label(.tag, "gone"), isOn: true)),
            Draft(by: alice, .label(bench, Label(.tag, "gone"), isOn: false)),
            Draft(by: nil, .status(bench, .building, note: "@soon,\nvery")),
            Draft(by: alice, .vote(bench, Vote(.agree))),
            Draft(by: bob, .vote(bench, Vote(.disagree, proof: .proven))),
            Draft(by: bob, .vote(bench, Vote(.agree))),
            Draft(by: nameless, .vote(bench, Vote(.pass))),

            Draft(by: bob, title(hidden, "Hidden")),
            Draft(by: nil, .hidden(.idea(hidden), isOn: true, reason: "rude, =really")),
            Draft(by: alice, .vote(hidden, Vote(.withdrawn))),

            Draft(by: nil, title(other, "By nobody, and withdrawn")),
            Draft(by: nil, .ideaField(other, .withdrawn(true))),
            Draft(by: nil, .ideaField(other, .buildsOn(hidden))),
            Draft(by: nil, .ideaField(other, .source("elsewhere:x, \"7\""))),
            Draft(by: nil, .status(other, .open, note: "only a note")),

            Draft(by: alice, .vote(untitled, Vote(.disagree))),
            Draft(by: nil, .ideaField(untitled, .source("elsewhere:8"))),

            Draft(by: nil, .sameAs(pair, isOn: true)),
            Draft(by: bob, .carry(pair, .objects)),
            Draft(by: alice, .carry(pair, .consents)),

            Draft(by: nameless, .comment(comment(3), .text(idea: bench, "=1+1"))),
            Draft(by: alice, .comment(comment(2), .text(idea: bench, "\"two\"\nlines\n"))),
            Draft(by: alice, .comment(comment(2), .withdrawn(true))),
            Draft(by: nil, .comment(comment(1), .text(idea: untitled, "''+ of nobody"))),
            Draft(by: nil, .hidden(.comment(comment(1)), isOn: true, reason: "")),
        ]
        // Some at one moment, so that the counters of their times tell them apart.
        for (number, draft) in drafts.enumerated() {
            if number.isMultiple(of: 5) { boards.clock.advance(by: .milliseconds(7)) }
            try board.write([draft])
        }
    }
}
