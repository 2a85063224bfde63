import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Everything that people write can be erased, whatever it is written in; and what cannot be erased
/// holds no words.
struct ErasableTests {
    let folder = TestFolder()
    private let ref: String
    private let idea: IdeaID

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.succeed("verify")
        try folder.succeed("clone", ".", "--board", "forger.sqlite")
        try folder.succeed("clone", ".", "--board", "copy.sqlite")
        idea = try #require(
            IdeaID(base32: try folder.shown(ref)["id"].string ?? ""))
    }

    private func holds(_ word: String, _ board: String = "communis.sqlite") throws -> Bool {
        try ["", "-wal"].contains { suffix in
            guard folder.exists(board + suffix) else { return false }
            return try Data(contentsOf: URL(fileURLWithPath: folder.path(board + suffix)))
                .range(of: Data(word.utf8)) != nil
        }
    }

    private func expectGone(_ words: [String]) throws {
        try folder.succeed("sync", "copy.sqlite")
        for board in ["communis.sqlite", "copy.sqlite"] {
            for word in words { #expect(try !holds(word, board), "\(word) in \(board)") }
            try folder.verified(board)
        }
    }

    @Test func tagsSourcesAndNotesGoWithTheIdea() throws {
        var forger = try Forger(folder, copy: "forger.sqlite")
        let member = forger.member("mallory")
        let salt = [UInt8](repeating: 1, count: 16)
        func slot(_ content: ChangeContent) -> Slot {
            Change(.now(), by: member, content).slot(salt: salt)
        }
        try forger.give([
            slot(.label(idea, Label(.tag, "Tagxyz"), isOn: true)),
            slot(.ideaField(idea, .source("Sourcexyz"))),
            slot(
                .revision(Revision(id: .zero, idea: idea, field: .body, text: "Bodyxyz", heads: []))
            ),
        ])
        try folder.succeed("status", ref, "declined", "--note", "Notexyz")
        try folder.succeed("sync", "copy.sqlite")
        #expect(try holds("Tagxyz") && holds("Sourcexyz") && holds("Notexyz", "copy.sqlite"))
        try folder.succeed("erase", ref, "--yes")
        try expectGone(["Tagxyz", "tagxyz", "Sourcexyz", "Bodyxyz", "Notexyz"])
        #expect(try !folder.succeed("list", "--json").output.contains("xyz"))
    }

    @Test func namesOfCopies() throws {
        try folder.succeed("node", "rename", "Namexyz", "--board", "forger.sqlite")
        try folder.succeed("sync", "forger.sqlite")
        try folder.succeed("sync", "copy.sqlite")
        let node = try #require(
            try folder.succeed("node", "list", "--json").json().items
                .first { $0["name"].string == "Namexyz" }?["id"].string)
        let erased = try folder.succeed("erase", "--copy", node, "--yes", "--json").json()
        #expect(erased["kind"].string == "copy" && (erased["texts"].int ?? 0) >= 1)
        try expectGone(["Namexyz"])
        expectRefusal(try folder.run("erase", "--copy", node, "--yes"), 66)
        expectRefusal(try folder.run("erase", "--copy", "zzzzzzzz", "--yes"), 66)
    }

    /// What is void, of a later kind, of a later field or a later format says nothing of whom or what
    /// it speaks: it is erased by its changeset.
    @Test func whatIsNotUnderstood() throws {
        var forger = try Forger(folder, copy: "forger.sqlite")
        let long = String(repeating: "x", count: 300)
        var changesets = [
            try forger.give([
                Forger.slot(
                    kind: 2,
                    Wire.field(3, idea.bytes) + Wire.number(4, 1) + Wire.field(5, "Voidxyz\(long)"),
                    at: .now())
            ]),
            try forger.give([Forger.slot(kind: 4_242, Array("Kindxyz".utf8), at: .now())]),
            try forger.give([
                Forger.slot(
                    kind: 3,
                    Wire.field(2, idea.bytes) + Wire.number(5, 0) + Wire.field(77, "Fieldxyz"),
                    at: .now())
            ]),
            try forger.give([Forger.slot(kind: 14, Wire.field(9, "Ideaxyz"), at: .now())]),
        ]
        let later = try #require(laterFormat(&forger, "Formatxyz"))
        #expect(try forger.bring([later]).code == 0)
        changesets.append(later)
        try folder.succeed("sync", "copy.sqlite")
        let words = ["Voidxyz", "Kindxyz", "Fieldxyz", "Ideaxyz", "Formatxyz"]
        for word in words { #expect(try holds(word) && holds(word, "copy.sqlite")) }
        for changeset in changesets {
            let id = changeset.id.description
            let erased = try folder.succeed(
                "erase", "--changeset", String(id.prefix(12)), "--yes", "--json"
            ).json()
            #expect(erased["kind"].string == "changeset" && erased["texts"].int == 1)
            expectRefusal(try folder.run("erase", "--changeset", id, "--yes"), 66)
        }
        try expectGone(words)
        expectRefusal(try folder.run("erase", "--changeset", "123", "--yes"), 65)
        expectRefusal(try folder.run("erase", "--changeset", "00000000", "--yes"), 66)
        expectRefusal(try folder.run("erase", "--changeset", "--copy", "00000000", "--yes"), 64)
    }

    private func laterFormat(_ forger: inout Forger, _ text: String) -> SealedChangeset? {
        let sealed = forger.seal([Forger.slot(kind: 2, Array(text.utf8), at: .now())])
        guard var header = ChangesetHeader(sealed.header) else { return nil }
        header.format = 2
        let id = ChangesetID(ofHeader: header.bytes)
        return SealedChangeset(
            header: header.bytes, payload: sealed.payload,
            signature: forger.chain.key.sign(Array("communis changeset 1\0".utf8) + id.bytes))
    }

    @Test func whatLeftTheLogWithItsNode() throws {
        var forger = try Forger(folder, copy: "forger.sqlite")
        let lost = try forger.give([
            Change(.now(), by: nil, .comment(.zero, .text(idea: idea, "Lostxyz")))
                .slot(salt: Array(repeating: 1, count: 16))
        ])
        let node = Base32.encode(forger.node.bytes)
        try folder.run("node", "revoke", node, "--since", "1h", "--yes")
        #expect(try folder.verified()["held"].int == 1)
        #expect(try holds("Lostxyz"))
        try folder.succeed("erase", "--changeset", lost.id.description, "--yes")
        try expectGone(["Lostxyz"])
    }

    /// Votes, roles and erasures cannot be erased: one with anything more in it is no change at all.
    @Test func nothingHidesInWhatStays() throws {
        var forger = try Forger(folder, copy: "forger.sqlite")
        let (time, member) = (HybridTimestamp.now(), forger.member("mallory"))
        let vote = CastVote(timestamp: time, idea: idea, member: member, vote: Vote(.agree))
        let block = VoteBlock([vote]).bytes
        let note = Wire.field(99, "Hiddenxyz")
        let role = Wire.field(2, forger.node.bytes) + Wire.field(4, Wire.number(1, 3))
        let erasure = Wire.field(2, forger.board.bytes) + Wire.number(3, 1)
        let slots = [
            Forger.slot(kind: 1, block + note, at: time, isSalted: false),
            Forger.slot(kind: 1, block, at: time, isSalted: true),
            Forger.slot(kind: 12, role + note, at: time, isSalted: false),
            Forger.slot(kind: 12, role, at: time, isSalted: true),
            Forger.slot(kind: 13, erasure + note, at: time, isSalted: false),
            // Without salt, and so to be guessed when it is erased.
            Forger.slot(kind: 4_242, Array("Hiddenxyz".utf8), at: time, isSalted: false),
            Forger.slot(kind: 2, Array("Hiddenxyz".utf8), at: time, isSalted: false),
        ]
        for slot in slots {
            let outcome = try forger.bring([forger.seal([slot])])
            #expect(try outcome.json()["refused"]["malformed"].int == 1, "kind \(slot.kind)")
        }
        #expect(try !holds("Hiddenxyz"))
        #expect(try folder.shown(ref)["agree"].int == 0)
        try folder.verified()
    }
}
