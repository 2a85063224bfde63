import Foundation
import Testing

struct VoteTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
    }

    @Test func oneVoteAMember() throws {
        #expect(
            try folder.succeed("vote", ref).output
                == "You agree with \(ref) \"A bench\" (1 agree, 0 disagree, 0 pass)\n")
        #expect(
            try folder.succeed("vote", ref, "--disagree").output
                == "You disagree with \(ref) \"A bench\" (0 agree, 1 disagree, 0 pass)\n")
        #expect(
            try folder.succeed("vote", ref, "--pass").output
                == "You pass on \(ref) \"A bench\" (0 agree, 0 disagree, 1 pass)\n")
        #expect(
            try folder.succeed("vote", ref, "--withdraw").output
                == "You took back your vote on \(ref) \"A bench\" (0 agree, 0 disagree, 0 pass)\n")
        #expect(
            try folder.succeed("vote", ref, "--withdraw").output
                == "You had no vote on \(ref) \"A bench\" (0 agree, 0 disagree, 0 pass)\n")
        try folder.verified()
    }

    @Test func reportsAsJSON() throws {
        try folder.succeed("vote", ref, "--disagree", "--as", "bob")
        let result = try folder.succeed("vote", ref, "--json").json()
        #expect(
            result.keys == ["idea", "ref", "vote", "score", "agree", "disagree", "pass"])
        #expect(result["ref"].string == ref)
        #expect(result["vote"].string == "agree")
        #expect(result["score"].int == 0)
        #expect(result["agree"].int == 1 && result["disagree"].int == 1)
    }

    @Test func aRefMayBeTypedFreely() throws {
        let id = try #require(try folder.succeed("show", ref, "--json").json()["id"].string)
        let typed = ref.uppercased().replacing("0", with: "O").replacing("1", with: "I")
        for name in [ref, id, typed, String(id.prefix(9))] {
            try folder.succeed("vote", name)
        }
        #expect(try folder.succeed("list", "--json").json()[0]["agree"].int == 1)
    }

    @Test func refusesTwoChoicesAndNoIdea() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("vote", ref, "--agree", "--pass"), 64)
            expectRefusal(try folder.run("vote"), 64, "idea")
            expectRefusal(try folder.run("vote", ref, "--maybe"), 64, "--maybe")
        }
    }

    @Test func onAnApprovalBoardOneAgreesOrSaysNothing() throws {
        try folder.succeed("init", "--ballot", "approve", "--board", "b.sqlite")
        try folder.succeed("me", "alice", "--board", "b.sqlite")
        let idea = try folder.submit("A bench", "b.sqlite")
        try folder.succeed("vote", idea, "--board", "b.sqlite")
        try folder.unchanged("b.sqlite") {
            for choice in ["--disagree", "--pass"] {
                expectRefusal(
                    try folder.run("vote", idea, choice, "--board", "b.sqlite"), 64, choice)
            }
        }
        try folder.succeed("vote", idea, "--withdraw", "--board", "b.sqlite")
    }
}

struct CommentTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
    }

    @Test func standsWithItsIdea() throws {
        #expect(
            try folder.succeed("comment", ref, "The one at the station too").output
                == "Your comment is on \(ref) \"A bench\"\n")
        let idea = try folder.succeed("show", ref, "--json").json()
        #expect(idea["comments"].int == 1)
        #expect(idea["discussion"][0]["text"].string == "The one at the station too")
        #expect(idea["discussion"][0]["createdBy"].string == "Alice")
    }

    @Test func reportsAsJSON() throws {
        let result = try folder.succeed("comment", ref, "-", "--json", input: Data("a\nb".utf8))
            .json()
        #expect(result.keys == ["id", "idea"])
        #expect(result["idea"].string?.hasPrefix(ref) == true)
        let discussion = try folder.succeed("show", ref, "--json").json()["discussion"]
        #expect(
            discussion[0].keys == [
                "id", "ref", "text", "createdAt", "createdBy", "node", "nodeName",
            ])
        #expect(discussion[0]["id"].string == result["id"].string)
        #expect(discussion[0]["text"].string == "a\nb")
    }

    @Test func refusesNothingAndTooMuch() throws {
        try folder.unchanged {
            expectRefusal(try folder.run("comment", ref, ""), 65, "empty")
            expectRefusal(try folder.run("comment", ref, " \n "), 65, "empty")
            expectRefusal(try folder.run("comment", ref, "a\u{1B}[2Jb"), 65, "U+1B")
            expectRefusal(
                try folder.run("comment", ref, "-", input: Data(repeating: 0x61, count: 40_000)),
                65, "32768 bytes")
            expectRefusal(try folder.run("comment", ref), 64, "text")
            expectRefusal(try folder.run("comment", "zzzzz", "Hello"), 66)
        }
    }
}
