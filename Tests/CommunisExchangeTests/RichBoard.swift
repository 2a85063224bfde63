import CommunisCore
import CommunisStore
import CommunisTestSupport

/// A board with one of everything that an export can show, and all that is awkward in a CSV.
struct RichBoard {
    let bench, hidden, other: IdeaID
    /// Votes and a comment tell of it; it was made, and nobody has seen its title.
    let untitled: IdeaID
    let pair: IdeaPair

    private let board: BoardID
    private let creations: [Draft]

    private init(on board: BoardID, _ alice: MemberID, _ bob: MemberID) {
        func idea(_ name: String, by author: MemberID?) -> (id: IdeaID, draft: Draft) {
            Draft.idea(
                on: board, by: author, key: CreationKey(.idea, from: name, board: board))
        }
        let ideas = [
            idea("bench", by: alice), idea("hidden", by: bob),
            // It was imported.
            idea(Self.source, by: nil), idea("untitled", by: nil),
        ]
        (bench, hidden, other, untitled) = (ideas[0].id, ideas[1].id, ideas[2].id, ideas[3].id)
        creations = ideas.map(\.draft)
        guard let pair = IdeaPair(bench, other) else {
            preconditionFailure("they are two ideas")
        }
        (self.board, self.pair) = (board, pair)
    }

    /// What `other` was imported from.
    private static let source = "elsewhere:x, \"7\""

    private func text(
        _ idea: IdeaID, _ text: String, _ field: TextField = .title, by member: MemberID?
    ) -> Draft {
        Draft.revision(of: idea, field, to: text, on: board, by: member, key: key(text)).draft
    }

    private func comment(_ idea: IdeaID, _ text: String, by member: MemberID?) -> (
        id: CommentID, draft: Draft
    ) {
        Draft.comment(on: idea, text, on: board, by: member, key: key(text))
    }

    private func key(_ text: String) -> CreationKey {
        CreationKey(.comment, from: text, board: board)
    }

    @discardableResult
    static func fill(_ boards: TestBoards) throws -> RichBoard {
        let board = boards.founder
        let alice = try board.member(who: "alice@example.org")
        let bob = try board.member(who: "bob@example.org")
        let nameless = try board.member(who: "nameless")
        let silent = MemberID(truncating: Array(repeating: 9, count: MemberID.byteCount))
        let rich = RichBoard(on: board.id, alice, bob)
        let ofNameless = rich.comment(rich.bench, "=1+1", by: nameless)
        let ofAlice = rich.comment(rich.bench, "\"two\"\nlines\n", by: alice)
        let ofNobody = rich.comment(rich.other, "''+ of nobody", by: nil)
        let lost = rich.comment(rich.untitled, "On what nobody can see", by: nil)
        let (bench, hidden, other) = (rich.bench, rich.hidden, rich.other)
        let drafts: [Draft] = [
            Draft(by: nil, .member(alice, .name("=Alice, \"the\" first"))),
            Draft(by: nil, .member(bob, .name("'-Bob"))),
            Draft(by: nil, .member(bob, .rights(manage: true))),
            Draft(by: nil, .member(silent, .name("Silent"))),
            Draft(by: nil, .member(silent, .name(""))),

            rich.creations[0],
            rich.text(bench, "=HYPERLINK(\"x\"), 👩‍👩‍👧 and 漢字", by: alice),
            rich.text(bench, "-1\nis a \"need\",\r\nthat has lines", .need, by: alice),
            rich.text(bench, "'@body\twith\ttabs\n", .body, by: bob),
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

            rich.creations[1],
            rich.text(hidden, "Hidden", by: bob),
            Draft(by: nil, .hidden(.idea(hidden), isOn: true, reason: "rude, =really")),
            Draft(by: alice, .vote(hidden, Vote(.withdrawn))),

            rich.creations[2],
            rich.text(other, "By nobody, and withdrawn", by: nil),
            Draft(by: nil, .ideaField(other, .withdrawn(true))),
            Draft(by: nil, .ideaField(other, .buildsOn(hidden))),
            Draft(by: nil, .ideaField(other, .source(source))),
            Draft(by: nil, .status(other, .open, note: "only a note")),

            rich.creations[3],
            Draft(by: alice, .vote(rich.untitled, Vote(.disagree))),
            Draft(by: nil, .ideaField(rich.untitled, .source("elsewhere:8"))),

            Draft(by: nil, .sameAs(rich.pair, isOn: true)),
            Draft(by: bob, .carry(rich.pair, .objects)),
            Draft(by: alice, .carry(rich.pair, .consents)),

            ofNameless.draft, ofAlice.draft,
            Draft(by: alice, .comment(ofAlice.id, .withdrawn(true))),
            ofNobody.draft,
            Draft(by: nil, .hidden(.comment(ofNobody.id), isOn: true, reason: "")),
            lost.draft,
        ]
        // Some at one moment, so that the counters of their times tell them apart.
        for (number, draft) in drafts.enumerated() {
            if number.isMultiple(of: 5) { boards.clock.advance(by: .milliseconds(7)) }
            try board.write([draft])
        }
        return rich
    }
}
