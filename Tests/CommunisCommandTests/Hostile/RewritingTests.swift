import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

/// A contributor's node that would change what others wrote: put words in their mouths, empty a
/// history, move an idea or its authorship. What is written stays what it was.
struct RewritingTests {
    let folder = TestFolder()
    private var forger: Forger
    private let ref: String
    private let idea: IdeaID

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("More bicycle stands")
        try folder.succeed("vote", ref)
        try folder.succeed("verify")
        try folder.succeed("clone", ".", "--board", "forger.sqlite")
        forger = try Forger(folder, copy: "forger.sqlite")
        idea = try #require(
            IdeaID(base32: try folder.shown(ref)["id"].string ?? ""))
    }

    private var alice: MemberID { forger.member("alice@example.org") }

    /// The slots of everything in the log, with what they say.
    private func written() throws -> [(slot: Slot, change: Change)] {
        let board = try Board.open(folder.path("communis.sqlite"))
        defer { board.close() }
        return try board.page(after: 0, excluding: nil).changesets.flatMap { changeset in
            ([Slot](payload: changeset.payload) ?? []).compactMap { slot in
                slot.singleChange(on: board.id).map { (slot, $0) }
            }
        }
    }

    @Test func commentsKeepTheirWords() throws {
        var forger = forger
        try folder.succeed("comment", ref, "I fully support this.")
        try folder.succeed("verify")
        let (slot, change) = try #require(
            try written().first { $0.change.content.kind == .comment })
        guard case .comment(let comment, _) = change.content,
            case .salted(_, let salt) = slot.content
        else {
            Issue.record("no comment")
            return
        }
        let text = Wire.field(3, Wire.field(1, idea.bytes) + Wire.field(2, "I hate this board."))
        // Under the comment's id, which no comment carries: without effect.
        try forger.give([
            Forger.slot(
                kind: 5, Wire.field(1, alice.bytes) + Wire.field(2, comment.bytes) + text,
                at: .now(), salt: salt[0])
        ])
        // With the comment's key: another comment, by the word of the forger's node.
        try forger.give([
            Slot(
                kind: 5, timestamp: .now(), changeCount: 1,
                content: .salted(Wire.field(1, alice.bytes) + text, salt: salt))
        ])
        let discussion = try folder.shown(ref)["discussion"].items
        #expect(
            discussion.map { $0["text"].string } == ["I fully support this.", "I hate this board."])
        #expect(discussion.first?["id"].string == comment.base32)
        // Whose word it is that Alice said so is told.
        #expect(discussion.last?["node"].string == Base32.encode(forger.node.bytes))
        #expect(discussion.first?["node"].string != discussion.last?["node"].string)
        // Withdrawn and shown again it has its words still.
        try folder.succeed("withdraw", comment.base32)
        try folder.succeed("withdraw", comment.base32, "--undo")
        #expect(
            try folder.shown(ref)["discussion"].items.first?["text"].string
                == "I fully support this.")
        let log = try folder.succeed("log", "--json").json().items
        let forged = log.first { $0["summary"].string?.contains("I hate this board.") == true }
        #expect(forged?["node"].string == Base32.encode(forger.node.bytes))
        try folder.verified()
    }

    @Test func historiesKeepTheirTexts() throws {
        var forger = forger
        try folder.succeed("revise", ref, "--title", "More bicycle racks")
        try folder.succeed("verify")
        let before = try folder.history(ref).map { [$0["id"].string, $0["text"].string] }
        for (slot, change) in try written() {
            guard case .revision(let revision) = change.content,
                case .salted(_, let salt) = slot.content
            else { continue }
            // The same key and other words; other heads; another idea; another member.
            for other in [
                (alice, idea, "Abolish the works council", [RevisionID]()),
                (alice, idea, revision.text, [RevisionID.zero]),
                (alice, IdeaID.zero, revision.text, revision.heads),
                (forger.member("mallory"), idea, revision.text, revision.heads),
            ] {
                try forger.give([
                    Change(
                        HybridTimestamp(Milliseconds(unchecked: 1_000)), by: other.0,
                        .revision(
                            Revision(
                                id: .zero, idea: other.1, field: .title, text: other.2,
                                heads: other.3))
                    ).slot(salt: salt)
                ])
            }
        }
        let after = try folder.history(ref).map { [$0["id"].string, $0["text"].string] }
        for revision in before { #expect(after.contains(revision)) }
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        let first = try #require(
            try folder.history(ref).first { $0["id"].string == before[0][0] }?["ref"].string)
        try folder.succeed("restore", ref, first)
        #expect(try folder.shown(ref)["title"].string == "More bicycle stands")
        try folder.verified()
    }

    @Test(arguments: [Int64(1), 1_000_000_000_000])
    func authorsAndTimesStay(_ moment: Int64) throws {
        var forger = forger
        let before = try folder.shown(ref)
        let time = HybridTimestamp(Milliseconds(unchecked: UInt64(moment)))
        let mallory = forger.member("mallory")
        // A title before all others, the creation itself before it was made, and another's of it.
        let creation = try #require(try written().first { $0.change.content.kind == .idea }).slot
        var early = creation
        early.timestamp = time
        guard case .salted(_, let salt) = creation.content else {
            Issue.record("no creation")
            return
        }
        try forger.give([
            Change(
                time, by: mallory,
                .revision(Revision(id: .zero, idea: idea, field: .title, text: "x", heads: []))
            ).slot(salt: Array(repeating: 1, count: 16)),
            early, Change(time, by: mallory, .idea(idea)).slot(salt: salt),
            // Old programs' way to say what it is: an id in the message.
            Forger.slot(
                kind: 14, Wire.field(1, mallory.bytes) + Wire.field(2, idea.bytes), at: time),
        ])
        let after = try folder.shown(ref)
        for key in ["createdAt", "createdBy", "score", "id"] {
            #expect("\(before[key].value)" == "\(after[key].value)", "\(key)")
        }
        #expect(try folder.succeed("mine", "--json").json()["ideas"].items.count == 1)
        #expect(
            try folder.succeed("mine", "--as", "mallory", "--json").json()["ideas"].items.isEmpty)
        try folder.succeed("withdraw", ref)
        try folder.verified()
    }

    /// To seal the same creation later moves an idea's time, at most to now, and nothing else; what
    /// its node said goes with its revocation.
    @Test func aCreationSealedAgainKeepsItsAuthor() throws {
        var forger = forger
        let before = try folder.shown(ref)
        var again = try #require(try written().first { $0.change.content.kind == .idea }).slot
        again.timestamp = .now(60)
        try forger.give([again])
        let after = try folder.shown(ref)
        #expect(after["createdBy"].string == before["createdBy"].string)
        #expect(after["id"].string == before["id"].string && after["score"].int == 1)
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        let copy = Base32.encode(forger.node.bytes)
        try folder.run("node", "revoke", copy, "--since", "1h", "--yes")
        #expect(try folder.shown(ref)["createdAt"].string == before["createdAt"].string)
        try folder.verified()
    }

    /// That a member withdrew is the word of a node, which the page says, and goes with it.
    @Test func aWithdrawalElsewhereIsToldAndGoes() throws {
        let copy = ["--board", "forger.sqlite"]
        try folder.succeed("withdraw", ref, "--as", "alice@example.org", copy[0], copy[1])
        try folder.succeed("submit", "Bob's", "--as", "bob", copy[0], copy[1])
        try folder.succeed("sync", "forger.sqlite")
        let page = try folder.shown(ref)
        #expect(page["withdrawn"].bool == true)
        let node = Base32.encode(forger.node.bytes)
        #expect(page["withdrawnAtNode"].string == node && page["node"].string != node)
        #expect(try folder.succeed("show", ref).output.contains("withdrawn at"))
        let other = try folder.succeed("list", "--json").json().items
        #expect(other.count == 1)
        let theirs = try #require(other.first?["ref"].string)
        #expect(try folder.shown(theirs)["node"].string == node)
        #expect(try folder.succeed("show", theirs).output.contains(", at "))
        try folder.succeed("node", "revoke", node, "--since", "1h", "--yes")
        #expect(try folder.shown(ref)["withdrawn"].bool == false)
        try folder.verified()
    }
}
