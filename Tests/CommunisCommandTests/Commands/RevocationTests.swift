import Foundation
import Testing

/// What a revocation and a disavowal say before and after is what the board shows then.
@Suite struct RevocationTests {
    private let folder = TestFolder()
    private let ref: String
    private let kiosk: String

    /// A hall's board with an idea, and a kiosk's copy where two people voted on it.
    init() throws {
        try folder.succeed("init", "--name", "Hall")
        let told = try folder.succeed("submit", "A bench", "--as", "alice@example.org", "--json")
        ref = try #require(try told.json()["ref"].string)
        try folder.makeContributor()
        kiosk = try #require(
            try folder.succeed("node", "list", "--json").json().items
                .first { $0["name"].string == "Kiosk 3" }?["id"].string)
        for who in ["bob", "eve"] { try vote(who) }
    }

    /// Somebody votes at the kiosk, perhaps while its clock is so many days ahead.
    private func vote(_ who: String, daysAhead days: Int = 0) throws {
        let clock = days == 0 ? [:] : try ShiftedClock.variables(days: days, in: folder)
        let outcome = try folder.run(
            "vote", ref, "--as", who, "--board", "b.sqlite", environment: clock)
        #expect(outcome.code == 0)
        // Sealed by itself.
        try folder.verified("b.sqlite")
    }

    private func sync() throws { #expect(try folder.run("sync", "b.sqlite").code == 0) }

    /// The votes of the kiosk that count, as the export tells them.
    private func counting() throws -> Int {
        try folder.succeed("export", "votes", "--json").json().items
            .filter { $0["node"].string == kiosk }.count
    }

    private func titles() throws -> [String] {
        try folder.succeed("list", "--json").json().items.compactMap { $0["title"].string }
    }

    /// Ideas at the kiosk with times of long ago.
    private func backDate() throws {
        try folder.write("title\nOf long ago\n", to: "old.csv")
        try folder.succeed(
            "import", "csv", "old.csv", "--date", "2020-01-01", "--board", "b.sqlite")
        try folder.verified("b.sqlite")
    }

    @Test("With --since a changeset of long ago at the end of the chain keeps nothing before it")
    func since() throws {
        try backDate()
        try sync()
        #expect(try counting() == 2 && titles().count == 2)
        var trial: JSON?
        try folder.unchanged {
            trial = try folder.succeed(
                "node", "revoke", kiosk, "--since", "1d", "--dry-run", "--json"
            ).json()
        }
        #expect(trial?["dryRun"].bool == true && trial?["role"].string == "contributor")
        let told = try folder.succeed("node", "revoke", kiosk, "--since", "1d", "--json").json()
        #expect(told["dryRun"].bool == false && told["role"].string == "none")
        let (loses, keeps) = (told["effect"]["loses"], told["effect"]["keeps"])
        #expect(loses["votes"].int == 2 && loses["people"].int == 2 && loses["ideas"].int == 1)
        #expect(loses["votedIdeas"].int == 1 && keeps["votes"].int == 0)
        for part in ["keeps", "loses", "gains", "losesWaiting", "othersLose", "othersGain"] {
            for key in told["effect"][part].keys {
                #expect(trial?["effect"][part][key].int == told["effect"][part][key].int)
            }
        }
        #expect(try counting() == 0 && titles() == ["A bench"])
        try folder.verified()
        let again = try folder.succeed("node", "revoke", kiosk, "--since", "1d").output
        #expect(again.contains("has no role already"))
    }

    @Test("What is kept and lost is told in votes, people and ideas, and that it is for good")
    func words() throws {
        try sync()
        let plain = try folder.succeed("node", "revoke", kiosk, "--dry-run").output
        #expect(plain.contains("Keeps counting: 2 votes of 2 people on 1 idea; 0 ideas"))
        #expect(plain.contains("Counts no more: 0 votes"))
        #expect(plain.contains("sync with it first"))
        #expect(plain.contains("Nothing was changed"))
        let told = try folder.succeed("node", "revoke", kiosk, "--since", "1d").output
        #expect(told.contains("Counts no more: 2 votes of 2 people on 1 idea; 0 ideas"))
        #expect(told.contains("cannot be undone") && !told.contains("Undo:"))
    }

    @Test("A second revocation takes out what the first kept")
    func again() throws {
        try sync()
        let first = try folder.succeed("node", "revoke", kiosk).output
        #expect(first.contains("Undo: communis node admit"))
        #expect(try counting() == 2)
        try folder.succeed("node", "revoke", kiosk, "--since", "1d")
        #expect(try counting() == 0)
        try folder.succeed("node", "admit", kiosk)
        #expect(try counting() == 0)
    }

    @Test(
        "What was planted with a time to come never counts after a revocation",
        .enabled(if: ShiftedClock.isAvailable), arguments: ["revoke", "admit"])
    func planted(_ command: String) throws {
        try vote("mallory", daysAhead: 3)
        let clock = try ShiftedClock.variables(days: 3, in: folder)
        #expect(
            try folder.run(
                "submit", "Planted", "--as", "mallory", "--board", "b.sqlite", environment: clock
            ).code == 0)
        try folder.verified("b.sqlite")
        try sync()
        #expect(try counting() == 2)
        let options = command == "admit" ? ["--role", "reader"] : []
        let told = try folder.start(["node", command, kiosk, "--json"] + options).wait().json()
        #expect(told["effect"]["keeps"]["votes"].int == 2)
        #expect(told["effect"]["loses"]["votes"].int == 0)
        let waiting = told["effect"]["losesWaiting"]
        #expect(waiting["votes"].int == 1 && waiting["ideas"].int == 1)
        try sync()
        let later = try ShiftedClock.variables(days: 4, in: folder)
        for board in ["communis.sqlite", "b.sqlite"] {
            let ideas = try folder.run("list", "--json", "--board", board, environment: later)
                .json().items
            #expect(ideas.compactMap { $0["title"].string } == ["A bench"])
            #expect(ideas.first?["agree"].int == 2)
        }
        try folder.verified()
    }

    @Test("A disavowal tells whose votes go and come, and its end gives them back")
    func disavowal() throws {
        try folder.succeed("vote", ref, "--disagree", "--as", "bob")
        try vote("bob")
        try sync()
        #expect(try counting() == 2)
        try folder.unchanged {
            let trial = try folder.succeed("node", "disavow", kiosk, "--dry-run").output
            #expect(trial.contains("Counts no more: 2 votes of 2 people on 1 idea"))
        }
        let told = try folder.succeed("node", "disavow", kiosk, "--json").json()
        #expect(told["effect"]["loses"]["votes"].int == 2 && told["disavowed"].bool == true)
        #expect(told["effect"]["othersGain"]["votes"].int == 1)
        #expect(try counting() == 0)
        let back = try folder.succeed("node", "disavow", kiosk, "--withdraw", "--json").json()
        #expect(back["effect"]["gains"]["votes"].int == 2)
        #expect(back["effect"]["othersLose"]["votes"].int == 1)
        #expect(try counting() == 2)
        #expect(try folder.succeed("node", "disavow", kiosk).output.contains("--withdraw"))
    }

    @Test(
        "On a terminal it is told before, and asked; without a yes nothing is changed",
        .enabled(if: Machine.has("script"), "no script(1) to make a terminal with"),
        arguments: ["node revoke", "node revoke --since 1d", "node disavow"])
    func asks(_ command: String) throws {
        try sync()
        func answer(_ word: String) throws -> Outcome {
            try folder.shell(
                """
                echo \(word) | script -qec "$PROGRAM \(command) \(kiosk)" /dev/null
                """)
        }
        try folder.unchanged {
            let refused = try answer("no")
            #expect(refused.output.contains("of 2 people on 1 idea"))
            #expect(refused.output.contains("Type yes:"))
            #expect(refused.output.contains("nothing was changed"))
        }
        #expect(try answer("yes").output.contains("of 2 people on 1 idea"))
        #expect(try counting() == (command == "node revoke" ? 2 : 0))
    }
}
