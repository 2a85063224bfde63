import Foundation
import Testing

/// Which language is spoken, and that scripts see none of it.
@Suite struct LanguageTests {
    let folder = TestFolder()

    private static let dutch = "GEBRUIK: communis list"
    private static let english = "USAGE: communis list"

    struct Choice: CustomStringConvertible {
        var words: [String]
        var environment: [String: String]
        var isDutch: Bool
        var description: String { "\(words) \(environment)" }
    }

    static let choices: [Choice] = [
        Choice(words: ["list", "-h"], environment: [:], isDutch: false),
        Choice(words: ["list", "-h", "--lang", "nl"], environment: [:], isDutch: true),
        Choice(words: ["list", "--lang=nl", "-h"], environment: [:], isDutch: true),
        Choice(words: ["--lang", "nl", "list", "-h"], environment: [:], isDutch: true),
        Choice(words: ["--lang", "nl", "help", "list"], environment: [:], isDutch: true),
        Choice(words: ["help", "list", "--lang", "nl"], environment: [:], isDutch: true),
        Choice(words: ["list", "-h"], environment: ["LANG": "nl_NL.UTF-8"], isDutch: true),
        Choice(words: ["list", "-h"], environment: ["LANG": "nl_BE@euro"], isDutch: true),
        Choice(words: ["list", "-h"], environment: ["LANG": "nl"], isDutch: true),
        Choice(words: ["list", "-h"], environment: ["LANG": "nds_NL"], isDutch: false),
        Choice(words: ["list", "-h"], environment: ["LANG": "fr_FR.UTF-8"], isDutch: false),
        Choice(
            words: ["list", "-h"], environment: ["LC_MESSAGES": "nl_NL", "LANG": "en_GB"],
            isDutch: true),
        Choice(
            words: ["list", "-h"], environment: ["LC_ALL": "C", "LANG": "nl_NL"], isDutch: false),
        Choice(
            words: ["list", "-h"], environment: ["LC_ALL": "", "LANG": "nl_NL"], isDutch: true),
        Choice(
            words: ["list", "-h"],
            environment: ["LC_ALL": "nl_NL.UTF-8", "LC_MESSAGES": "en_GB", "LANG": "en_GB"],
            isDutch: true),
        Choice(
            words: ["list", "-h", "--lang", "en"], environment: ["LC_ALL": "nl_NL"],
            isDutch: false),
        Choice(
            words: ["list", "-h", "--lang", "nl", "--lang", "en"], environment: [:],
            isDutch: false),
    ]

    @Test(arguments: choices)
    func theLanguageIsThatOf(choice: Choice) throws {
        let outcome = try folder.start(choice.words, environment: choice.environment).wait()
        #expect(outcome.code == 0 && outcome.errors == "")
        #expect(outcome.output.contains(choice.isDutch ? Self.dutch : Self.english))
        #expect(!outcome.output.contains(choice.isDutch ? Self.english : Self.dutch))
    }

    @Test func noOtherLanguageIsSpoken() throws {
        for words in [["list", "--lang", "xx"], ["--lang=fr", "list"], ["help", "--lang", "NL"]] {
            expectRefusal(try folder.start(words).wait(), 64, "does not speak", "--lang nl")
        }
        expectRefusal(try folder.run("list", "--lang"), 64, "--lang")
        expectRefusal(try folder.run("list", "--lang="), 64, "--lang nl")
        // The environment still says in which language to complain.
        let outcome = try folder.run("list", "--lang", "xx", environment: ["LANG": "nl_NL"])
        expectRefusal(outcome, 64, "spreekt de taal \"xx\" niet")
    }

    @Test func whatFollowsTwoDashesIsText() throws {
        try folder.makeBoard()
        try folder.succeed("submit", "--", "--lang=nl")
        #expect(try folder.succeed("list", "--json").json()[0]["title"].string == "--lang=nl")
    }

    @Test func errorsAreOneLineInDutchWithTheSameCode() throws {
        try folder.makeBoard()
        let cases: [(words: [String], part: String)] = [
            (["list", "--board", "none"], "none; maak er een met `communis init`"),
            (["init"], "bestaat al; noem een plek"),
            (["show", "zzzzz"], "geen idee \"zzzzz\" op dit bord; zie"),
            (["submit", " "], "de titel is leeg; geef er"),
            (["comment", "zzzzz", "x"], "; zie `communis list`"),
            (["top", "--since", "now"], "is geen datum; schrijf"),
            (["list", "--limit=-1"], "--limit is een aantal ideeën, of 0 voor alles; zie"),
            (["dance"], "; zie `communis help`"),
            (["list", "--status", "erkend"], "open, recognised"), (["sync"], "; noem er een"),
            (["sync", "gone"], "er is geen bord op"), (["export", "ideas", "--all"], "hoort bij"),
            (["board", "ballot", "x"], "stemwijze"),
            (["import", "polis", "gone"], "de map \"gone\" is er niet; noem de map"),
        ]
        for (words, part) in cases {
            let english = try folder.start(words).wait()
            let dutch = try folder.start(words + ["--lang", "nl"]).wait()
            expectRefusal(dutch, english.code, part)
            #expect(dutch.errors != english.errors, "\(words)")
        }
    }

    @Test func peopleReadDutchAndScriptsDoNot() throws {
        try folder.makeBoard()
        let environment = ["LANG": "nl_NL.UTF-8"]
        let said = try folder.run("list", environment: environment).output
        #expect(
            said == "Er zijn hier nog geen ideeën. Dien er een in: communis submit \"Een idee\"\n")
        let ref = try folder.submit("Een bankje")
        let vote = try folder.succeed("vote", ref, environment: environment).output
        #expect(
            vote == "Je bent het eens met \(ref) \"Een bankje\" (1 eens, 0 oneens, 0 neutraal)\n")
        try folder.succeed("status", ref, "shipped", environment: environment)
        try folder.succeed("comment", ref, "Graag", environment: environment)
        #expect(try folder.run("list", "--lang", "nl").output.contains("opgeleverd"))
        #expect(try folder.run("show", ref, "--lang", "nl").output.contains("opgeleverd"))
        #expect(try folder.run("log", "--lang", "nl").output.contains("is het eens met \(ref)"))
        #expect(
            try folder.succeed("list", "--status", "shipped", environment: environment).output
                .contains("Een bankje"))
        #expect(try folder.run("verify", "--lang", "nl").output.hasPrefix("in orde: "))
        let page = try folder.run("top", "--format", "html", "--lang", "nl").output
        #expect(page.contains("<html lang=\"nl\">") && page.contains("opgeleverd"))

        let commands: [[String]] = [
            ["list"], ["show", ref, "--voters"], ["top"], ["log"], ["me"], ["verify"], ["mine"],
            ["node", "list"], ["board"], ["history", ref], ["export", "ideas"], ["peer", "list"],
            ["search", "bankje"], ["similar", "een bankje"],
        ]
        for words in commands {
            let english = try folder.start(words + ["--json"]).wait()
            let dutch = try folder.start(words + ["--json"], environment: environment).wait()
            #expect(english.code == 0 && dutch.code == 0, "\(words)")
            #expect(english.output == dutch.output, "\(words)")
        }
        for words in [["export", "ideas"], ["export", "votes"], ["top", "--format", "csv"]] {
            let english = try folder.start(words).wait()
            let dutch = try folder.start(words, environment: environment).wait()
            #expect(english.output == dutch.output, "\(words)")
        }
    }
}
