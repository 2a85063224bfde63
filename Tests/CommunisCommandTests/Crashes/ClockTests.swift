import CommunisCore
import CommunisStore
import CommunisTestSupport
import CommunisSync
import Foundation
import Testing

/// Computers whose clock is a year off, with the program itself.
@Suite(.enabled(if: ShiftedClock.isAvailable, "no C compiler to make a shifted clock with"))
struct ClockTests {
    let folder = TestFolder()
    let ref: String

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.succeed("clone", ".", "--board", "peer.sqlite")
    }

    @Test func theClockIsShifted() throws {
        let clock = try ShiftedClock.variables(days: -365, in: folder)
        try folder.succeed("init", "--board", "past.sqlite", environment: clock)
        let nodes = try folder.succeed("node", "list", "--json", "--board", "past.sqlite").json()
        let year = try #require(nodes[0]["lastChange"].string?.prefix(4))
        #expect(Int(year)! < Calendar(identifier: .gregorian).component(.year, from: Date()))
    }

    @Test func aYearBackWorks() throws {
        let clock = try ShiftedClock.variables(days: -365, in: folder)
        let outcome = try folder.run("vote", ref, "--as", "bob", environment: clock)
        #expect(outcome.code == 0)
        #expect(
            outcome.errors.hasPrefix("communis: warning: this computer's clock is 36"))
        let idea = try folder.run("submit", "A lamp", "--as", "bob", environment: clock)
        #expect(idea.code == 0)
        #expect(try folder.run("sync", "peer.sqlite", environment: clock).code == 0)
        let report = try folder.verified("peer.sqlite")
        #expect(report["parked"].int == 0)
        let ideas = try folder.succeed("list", "--json", "--board", "peer.sqlite").json()
        #expect(ideas.items.count == 2 && ideas[0]["agree"].int == 1)
        // The clock never runs back on a board: the vote is later than the idea.
        try folder.verified()
        try folder.succeed("vote", ref, "--disagree", "--as", "bob")
        #expect(try folder.succeed("show", ref, "--json").json()["disagree"].int == 1)
    }

    @Test func aYearAheadWorksAndWarnsAndIsParked() throws {
        let clock = try ShiftedClock.variables(days: 365, in: folder)
        let outcome = try folder.run(
            "vote", ref, "--as", "bob", "--board", "peer.sqlite", environment: clock)
        #expect(outcome.code == 0)
        expectLine(outcome)
        #expect(outcome.errors.contains("warning: this computer's clock is 36"))
        #expect(outcome.errors.contains("days ahead"))
        try folder.verified("peer.sqlite")
        #expect(
            try folder.succeed("show", ref, "--json", "--board", "peer.sqlite")
                .json()["agree"].int == 1)

        // Here it waits, and one is told.
        let sync = try folder.run("sync", "peer.sqlite", "--json")
        #expect(sync.code == 0)
        #expect(try sync.json()[0]["parked"].int == 1 && sync.json()[0]["equal"].bool == true)
        let spoken = try folder.run("sync", "peer.sqlite")
        #expect(spoken.code == 0)
        #expect(try folder.verified()["parked"].int == 1)
        #expect(try folder.succeed("show", ref, "--json").json()["agree"].int == 0)

        // A parked change does not move the clock here, and its time comes.
        let vote = try folder.succeed("vote", ref, "--as", "carol")
        #expect(vote.output.contains("(1 agree"))
        let later = try ShiftedClock.variables(days: 366, in: folder)
        // A command that looks seals nothing, and so lets nothing in before what is pending here.
        let before = try folder.run("show", ref, "--json", environment: later)
        #expect(try before.json()["agree"].int == 1)
        let verified = try folder.run("verify", "--json", environment: later)
        #expect(try verified.json()["parked"].int == 0 && verified.json()["ok"].bool == true)
        let shown = try folder.run("show", ref, "--json", environment: later)
        #expect(try shown.json()["agree"].int == 2)
    }

    /// Days from now to 1970, and to 2038.
    private static let lostClocks = [1 - Int(Date().timeIntervalSince1970 / 86_400), 365 * 12]

    @Test(
        "A kiosk in 1970 or 2038 votes, learns the time from its hub, and is mended",
        arguments: lostClocks)
    func aLostClock(days: Int) throws {
        let clock = try ShiftedClock.variables(days: days, in: folder)
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "kiosk.sqlite")
        let voted = try folder.run(
            "vote", ref, "--as", "bob", "--board", "kiosk.sqlite", environment: clock)
        #expect(voted.code == 0 && voted.errors.contains("this computer's clock is"))
        let added = try folder.run(
            "submit", "A lamp", "--as", "bob", "--board", "kiosk.sqlite", environment: clock)
        #expect(added.code == 0)

        let spoken = try folder.run("sync", "--board", "kiosk.sqlite", environment: clock)
        #expect(spoken.code == 0)
        expectLine(spoken)
        #expect(spoken.errors.contains(days < 0 ? "behind the one at" : "ahead of the one at"))
        #expect(spoken.errors.contains("changes were dated anew"))
        for board in ["communis.sqlite", "kiosk.sqlite"] {
            let verified = try folder.run(
                "verify", "--json", "--board", board,
                environment: board == "kiosk.sqlite" ? clock : [:])
            #expect(try verified.json()["parked"].int == 0 && verified.code == 0)
        }
        let ideas = try folder.succeed("list", "--json").json()
        #expect(ideas.items.count == 2)
        let age = try Self.age(of: #require(ideas.items.first { $0["title"].string == "A lamp" }))
        #expect(age >= 0 && age < 120)
        // The vote at the hub is later, and counts.
        try folder.succeed("vote", ref, "--disagree", "--as", "bob")
        let again = try folder.run(
            "sync", "--json", "--board", "kiosk.sqlite", environment: clock)
        #expect(try again.json()[0]["equal"].bool == true)
        let shown = try folder.run(
            "show", ref, "--json", "--board", "kiosk.sqlite", environment: clock)
        #expect(try shown.json()["disagree"].int == 1 && shown.json()["agree"].int == 0)
    }

    @Test("A copy that is made by a clock in 1970 shows the board", arguments: lostClocks)
    func aCopyByALostClock(days: Int) throws {
        let clock = try ShiftedClock.variables(days: days, in: folder)
        let hub = try RunningHub(folder)
        let line = try #require(
            folder.succeed("node", "invite", "--address", hub.address, "--json").json()["line"]
                .string)
        let address = String(line.dropFirst("communis clone '".count).dropLast())
        let made = try folder.run("clone", address, "--board", "new.sqlite", environment: clock)
        #expect(made.code == 0 && made.errors.contains("the one at"))
        let ideas = try folder.run("list", "--json", "--board", "new.sqlite", environment: clock)
        #expect(try ideas.json().items.count == 1)
    }

    /// How many seconds ago an idea was made.
    private static func age(of idea: JSON) throws -> Double {
        let text = try #require(idea["createdAt"].string)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date().timeIntervalSince(try style.parse(text))
    }

    @Test func aSyncWithTheFutureWarns() throws {
        let clock = try ShiftedClock.variables(days: 365, in: folder)
        _ = try folder.run("vote", ref, "--as", "bob", "--board", "peer.sqlite", environment: clock)
        let outcome = try folder.run("sync", "peer.sqlite")
        #expect(outcome.code == 0)
        expectLine(outcome)
        #expect(outcome.errors.contains("warning: 1 changeset from the future"))
    }
}

/// The same with an injected clock, on every machine.
struct InjectedClockTests {
    private let folder = TestFolder()

    /// Two copies of one board and what each takes for the time.
    private func copies() throws -> (Board, Board, Milliseconds) {
        let now = BoardEnvironment.system.now()
        let here = try Board.found(at: folder.path("a.sqlite"), name: "", ballot: .agree)
        let outcome = try PathClone.run(
            from: here, address: here.path, to: folder.path("b.sqlite"), name: nil)
        return (here, outcome.board, now)
    }

    private func vote(_ board: Board, days: Int64, from now: Milliseconds) throws -> ClockDoubt? {
        let time = now.advanced(by: .seconds(days * 86_400))
        var environment = BoardEnvironment.system
        environment.now = { time }
        let shifted = try Board.open(board.path, environment: environment)
        defer { shifted.close() }
        let member = try shifted.member(who: "alice")
        let (idea, drafts) = Draft.titledIdea(1, "Idea", on: board.id, by: member)
        return try shifted.write(drafts + [Draft(by: member, .vote(idea, Vote(.agree)))])
    }

    @Test func aYearBackWorks() throws {
        let (here, there, now) = try copies()
        guard case .behind = try vote(there, days: -365, from: now) else {
            Issue.record("no warning")
            return
        }
        let report = try PathSync.run(here, with: there, address: there.path, now: now)
        #expect(report.isEqual && report.parked == 0)
        #expect(try here.ideas(IdeaQuery()).first?.tally.agree == 1)
        #expect(try here.verify().isSound && there.verify().isSound)
    }

    @Test func aYearAheadIsParkedAtThePeer() throws {
        let (here, there, now) = try copies()
        guard case .ahead = try vote(there, days: 365, from: now) else {
            Issue.record("no warning")
            return
        }
        let report = try PathSync.run(here, with: there, address: there.path, now: now)
        #expect(report.isEqual && report.parked == 1)
        #expect(try here.ideas(IdeaQuery()).isEmpty)
        #expect(try here.verify().parked == 1 && here.verify().isSound)
        #expect(try there.ideas(IdeaQuery()).first?.tally.agree == 1)
        #expect(try there.verify().isSound)
    }
}
