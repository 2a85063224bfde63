import CommunisCore
import CommunisStore
import Testing

/// status, hide, unhide and withdraw.
struct ModerationTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
    }

    @Test func aStatusIsTheOrganisationsAnswer() throws {
        let first = try folder.succeed("status", ref, "building", "--note", "In spring")
        #expect(
            first.output
                == "\(ref) \"A bench\" is now building\nUndo: communis status \(ref) open\n")
        let text = try folder.succeed("show", ref).output
        #expect(text.contains("Answer of the organisation (building), by Alice, "))
        #expect(text.contains(":\nIn spring\n"))
        let idea = try folder.shown(ref)
        #expect(idea["status"].string == "building" && idea["statusNote"].string == "In spring")
        #expect(idea["statusBy"].string == "Alice" && idea["statusAt"].isTime)
        #expect(
            try folder.succeed("log", "--limit", "1").output
                .contains("\(ref) \"A bench\" is building: \"In spring\""))
        try folder.verified()
        #expect(try folder.shown(ref)["statusBy"].string == "Alice")

        let next = try folder.succeed("status", ref, "shipped")
        #expect(next.output.hasSuffix("Undo: communis status \(ref) building --note 'In spring'\n"))
        #expect(try folder.shown(ref)["statusNote"].isNull)
        #expect(try folder.shown(ref)["statusBy"].string == "Alice")
    }

    @Test func theUndoOfAStatusUndoesIt() throws {
        try folder.succeed("status", ref, "building", "--note", "It's \"$HOME\"\n`now`")
        let undo =
            try folder.succeed("status", ref, "declined").output
            .components(separatedBy: "Undo: communis ").last ?? ""
        #expect(try folder.shell("\"$PROGRAM\" \(undo)").code == 0)
        let idea = try folder.shown(ref)
        #expect(idea["status"].string == "building")
        #expect(idea["statusNote"].string == "It's \"$HOME\"\n`now`")
    }

    @Test func theSameStatusTwiceWritesNothing() throws {
        try folder.succeed("status", ref, "building", "--note", "In spring")
        try folder.unchanged {
            for words in [[], ["--note", "In spring"]] {
                let outcome = try folder.start(["status", ref, "building", "--json"] + words).wait()
                let result = try outcome.json()
                #expect(result.keys == ["idea", "ref", "status", "note", "changed"])
                #expect(result["changed"].bool == false && result["note"].string == "In spring")
            }
        }
        try folder.succeed("status", ref, "building", "--note", "")
        #expect(try folder.shown(ref)["statusNote"].isNull)
    }

    @Test func hidingAnIdeaAndBack() throws {
        let outcome = try folder.succeed("hide", ref, "--reason", "It's an ad")
        #expect(
            outcome.output == "You hid \(ref) \"A bench\"\nUndo: communis unhide \(ref)\n")
        #expect(try folder.succeed("list", "--json").json().items.isEmpty)
        let idea = try folder.shown(ref)
        #expect(idea["hidden"].bool == true && idea["hiddenBy"].string == "Alice")
        #expect(idea["hiddenReason"].string == "It's an ad")
        let text = try folder.succeed("show", ref).output
        #expect(text.contains("hidden by Alice, ") && text.contains(": It's an ad\n"))
        try folder.unchanged {
            let again = try folder.succeed("hide", ref)
            #expect(again.output.contains("is hidden already"))
        }
        let back = try folder.succeed("unhide", ref).output
        #expect(back.hasSuffix("Undo: communis hide \(ref) --reason 'It'\\''s an ad'\n"))
        #expect(try folder.succeed("list", "--json").json().items.count == 1)
        #expect(try folder.shown(ref)["hiddenReason"].isNull)
        try folder.unchanged {
            let again = try folder.succeed("unhide", ref)
            #expect(again.output.contains("is not hidden"))
        }
        let log = try folder.succeed("log", ref).output
        #expect(log.contains("hides \(ref) \"A bench\": \"It's an ad\""))
        #expect(log.contains("shows \(ref) \"A bench\" again"))
    }

    @Test func hiddenCommentsAreCountedOnly() throws {
        let spam = try folder.comment(ref, "Spam", as: "bob")
        _ = try folder.comment(ref, "Yes")
        let result = try folder.succeed("hide", spam, "--json").json()
        #expect(result.keys == ["kind", "id", "ref", "idea", "hidden", "changed"])
        #expect(result["kind"].string == "comment" && result["ref"].string == spam)
        let text = try folder.succeed("show", ref).output
        #expect(!text.contains("Spam") && text.contains("\n1 comment is hidden by a moderator\n"))
        let idea = try folder.shown(ref)
        #expect(idea["comments"].int == 1 && idea["hiddenComments"].int == 1)
        #expect(idea["discussion"].items.map { $0["text"].string } == ["Yes"])
        #expect(
            try folder.succeed("log", "--limit", "1").output.contains("hides comment \(spam) on"))
        try folder.succeed("unhide", spam)
        #expect(try folder.shown(ref)["hiddenComments"].int == 0)
    }

    @Test func onlyTheAuthorWithdraws() throws {
        let comment = try folder.comment(ref, "No", as: "bob")
        try folder.unchanged {
            expectRefusal(try folder.run("withdraw", ref, "--as", "bob"), 77, "not written by you")
            expectRefusal(try folder.run("withdraw", comment), 77, "not written by you")
        }
        for (target, who) in [(ref, "alice@example.org"), (comment, "bob")] {
            let outcome = try folder.succeed("withdraw", target, "--as", who)
            #expect(outcome.output.hasSuffix("\nUndo: communis withdraw \(target) --undo\n"))
            try folder.unchanged {
                let again = try folder.succeed("withdraw", target, "--as", who)
                #expect(again.output.contains("already"))
            }
        }
        #expect(try folder.succeed("list", "--json").json().items.isEmpty)
        #expect(try folder.shown(ref)["withdrawn"].bool == true)
        #expect(try folder.shown(ref)["discussion"].items.isEmpty)
        for (target, who) in [(ref, "alice@example.org"), (comment, "bob")] {
            let back = try folder.succeed("withdraw", target, "--undo", "--as", who, "--json")
            #expect(try back.json()["withdrawn"].bool == false)
            try folder.unchanged {
                try folder.succeed("withdraw", target, "--undo", "--as", who)
            }
        }
        #expect(try folder.succeed("list", "--json").json()[0]["comments"].int == 1)
    }

    @Test func contributorsMayNotModerate() throws {
        try folder.makeContributor()
        try folder.makeReader()
        try folder.succeed("status", ref, "building")
        for board in ["b.sqlite", "reader.sqlite"] {
            try folder.unchanged(board) {
                for words in [
                    ["status", ref, "shipped"], ["hide", ref], ["unhide", ref],
                    ["board", "name", "x"], ["board", "ballot", "approve"],
                ] {
                    let outcome = try folder.start(words + ["--as", "bob", "--board", board]).wait()
                    expectRefusal(outcome, 77, board == "b.sqlite" ? "steward" : "reader")
                }
            }
        }
        expectRefusal(
            try folder.run("withdraw", ref, "--as", "bob", "--board", "reader.sqlite"), 77)
    }

    @Test func refusesWrongUse() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("status", ref, "lost"), 64, "open, recognised")
            expectRefusal(try folder.run("status", "zzzzz", "open"), 66)
            expectRefusal(try folder.run("hide", "zzzzz"), 66, "no idea or comment")
            expectRefusal(try folder.run("hide", "x"), 65, "not a ref")
            expectRefusal(try folder.run("hide", ref, "--reason", "a\u{202E}b"), 65, "U+202E")
            expectRefusal(try folder.run("withdraw", "zzzzz"), 66)
        }
    }

    @Test func anIdeaAndACommentOfOnePrefix() throws {
        let board = try Board.open(folder.path("communis.sqlite"))
        let member = try board.member(who: "alice@example.org")
        let bench: IdeaID = try board.idea(ref)
        let (idea, comment) = try AlikeIdentifiers.ideaAndComment(
            on: bench, "Light", on: board.id, by: member)
        try board.write([
            Draft.idea(on: board.id, by: member, key: idea.1).draft,
            Draft.revision(of: idea.0, .title, to: "A lamp", on: board.id, by: member).draft,
            Draft.comment(on: bench, "Light", on: board.id, by: member, key: comment.1).draft,
        ])
        board.close()
        let (idea32, comment32) = (idea.0.base32, comment.0.base32)
        let short = String(idea32.prefix(5))
        let ideaRef = AlikeIdentifiers.ref(idea32, among: comment32)
        let commentRef = AlikeIdentifiers.ref(comment32, among: idea32)
        // The idea's own ref is short: comments do not make it longer.
        #expect(try folder.shown(short)["ref"].string == short)
        #expect(try folder.shown(ref)["discussion"][0]["ref"].string == commentRef)
        try folder.unchanged {
            expectRefusal(
                try folder.run("hide", short), 65, "several ideas or comments",
                "\n  \(ideaRef)  A lamp\n", "\n  \(commentRef)  \"Light\"\n", lines: 3)
        }
        try folder.succeed("hide", commentRef)
        #expect(try folder.shown(ref)["hiddenComments"].int == 1)
        try folder.succeed("hide", ideaRef)
        #expect(try folder.shown(short)["hidden"].bool == true)
    }
}
