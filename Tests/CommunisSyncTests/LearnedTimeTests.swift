import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import GRDB
import Testing

/// A kiosk whose clock is wrong learns the time from a steward's node.
@Suite("Learning the time") struct LearnedTimeTests {
    private static let wrongClocks: [Milliseconds] = [
        Milliseconds(unchecked: 60_000), Milliseconds(unchecked: 2_147_483_647_000),
    ]

    /// A hall and its kiosk, each with a clock of its own, and an idea.
    private struct Place {
        let boards: TestBoards
        let kiosk: Board
        let kioskClock: VirtualClock
        let idea: IdeaID
        var hall: Board { boards.founder }

        init(kioskClock: VirtualClock? = nil) throws {
            boards = try TestBoards()
            let clock = kioskClock ?? VirtualClock(boards.clock.now)
            self.kioskClock = clock
            kiosk = try PathClone.run(
                from: boards.founder, address: "hall", to: boards.folder.file("kiosk.sqlite"),
                name: "kiosk", environment: .virtual(clock, seed: 5)
            ).board
            idea = try #require(IdeaID(base32: "abcdefgh00000000"))
        }

        func advance(_ duration: Duration) {
            boards.clock.advance(by: duration)
            kioskClock.advance(by: duration)
        }

        func vote(_ board: Board, _ who: String, _ ballot: Ballot = .agree) throws {
            let member = try hall.member(who: who)
            try board.write([Draft(by: member, .vote(idea, Vote(ballot)))])
        }

        @discardableResult
        func sync() throws -> SyncReport {
            try PathSync.run(kiosk, with: hall, address: "hall", now: kioskClock.now)
        }

        /// When the votes that the hall shows were cast, by member.
        func times() throws -> [MemberID: Milliseconds] {
            Dictionary(
                uniqueKeysWithValues: try hall.votes(on: idea).map { ($0.member, $0.at.moment) })
        }

        func member(_ who: String) throws -> MemberID { try hall.member(who: who) }
    }

    @Test(
        "Votes of a kiosk that booted in 1970 or 2038 get their true times", arguments: wrongClocks)
    func trueTimes(wrong: Milliseconds) throws {
        let place = try Place()
        let start = place.boards.clock.now
        place.kioskClock.now = wrong
        place.advance(.seconds(100))
        try place.vote(place.kiosk, "alice")
        place.advance(.seconds(1_000))
        try place.vote(place.hall, "bob", .disagree)
        place.advance(.seconds(1_000))
        try place.vote(place.kiosk, "bob")
        place.advance(.seconds(1_000))
        try place.vote(place.hall, "alice", .disagree)
        place.advance(.seconds(1_000))

        let report = try place.sync()
        #expect(report.isEqual && report.mode == .cursor && report.restamped == 2)
        #expect(report.roundTrips == 2)
        #expect(report.clockOffset == place.boards.clock.now.since(place.kioskClock.now))
        let alice = try place.member("alice")
        let bob = try place.member("bob")
        // The later vote of each counts, whatever the kiosk's clock said.
        #expect(
            try place.times() == [
                alice: start.advanced(by: .seconds(3_100)),
                bob: start.advanced(by: .seconds(2_100)),
            ])
        #expect(
            try place.hall.votes(on: place.idea).map(\.vote.ballot.rawValue).sorted() == [1, 2])
        for board in [place.hall, place.kiosk] {
            let verified = try board.verify()
            #expect(verified.isSound && verified.parked == 0)
        }
    }

    @Test("A copy that is made in 1970 shows the board, and stamps by the time it was told")
    func clonedIn1970() throws {
        let clock = VirtualClock(Milliseconds(unchecked: 60_000))
        let place = try Place(kioskClock: clock)
        #expect(try place.kiosk.verify().parked == 0)
        #expect(try place.kiosk.nodes().count == 2)
        let before = place.boards.clock.now
        place.advance(.seconds(500))
        try place.vote(place.kiosk, "alice")
        #expect(try place.kiosk.pendingMoments() == [before])
        place.advance(.seconds(500))
        #expect(try place.sync().restamped == 1)
        #expect(
            try place.times() == [try place.member("alice"): before.advanced(by: .seconds(500))])
    }

    @Test("Who is no steward tells nobody the time, and neither does one whose clock is in doubt")
    func stewardsOnly() throws {
        let place = try Place()
        let other = try PathClone.run(
            from: place.hall, address: "hall", to: place.boards.folder.file("other.sqlite"),
            name: "other", environment: .virtual(VirtualClock(place.boards.clock.now), seed: 9)
        ).board
        place.kioskClock.now = Self.wrongClocks[0]
        try place.vote(place.kiosk, "alice")
        let told = try PathSync.run(
            place.kiosk, with: other, address: "other", now: place.kioskClock.now)
        #expect(told.isEqual && told.restamped == 0 && told.clockOffset == nil)

        // The hall's clock is behind what the hall has seen.
        place.boards.clock.now = Milliseconds(unchecked: 90_000)
        try place.vote(place.kiosk, "bob")
        let report = try place.sync()
        #expect(report.restamped == 0 && report.clockOffset == nil)
    }

    @Test("The horizon falls when the clock is right again, and what is beyond it is parked anew")
    func horizonFalls() throws {
        let place = try Place()
        let ahead = try PathClone.run(
            from: place.hall, address: "hall", to: place.boards.folder.file("ahead.sqlite"),
            name: "ahead",
            environment: .virtual(
                VirtualClock(place.boards.clock.now.advanced(by: .seconds(9 * 86_400))), seed: 8)
        ).board
        try place.vote(ahead, "carol")
        try ahead.sealPending()
        // The kiosk's clock is ahead too, takes what the other dated, and is then set right.
        place.kioskClock.advance(by: .seconds(20 * 86_400))
        _ = try PathSync.run(place.kiosk, with: ahead, address: "ahead", now: place.kioskClock.now)
        #expect(try place.kiosk.votes(on: place.idea).count == 1)
        #expect(try place.kiosk.verify().parked == 0)
        place.kioskClock.now = place.boards.clock.now
        let report = try place.sync()
        #expect(report.isEqual && report.clockOffset == nil)
        let (kiosk, hall) = (try place.kiosk.verify(), try place.hall.verify())
        #expect(kiosk.isSound && hall.isSound && kiosk.parked == 1 && hall.parked == 1)
        #expect(kiosk.horizon == hall.horizon && kiosk.view == hall.view)
    }

    @Test("With clocks that agree nothing is written, and a sync is one round trip")
    func agreement() throws {
        let place = try Place()
        try place.vote(place.kiosk, "alice")
        place.boards.clock.advance(by: .seconds(299))
        let report = try place.sync()
        #expect(report.roundTrips == 1 && report.clockOffset == nil && report.restamped == 0)
        let told = try DatabaseQueue(path: place.kiosk.path).read {
            try Int64.fetchOne($0, sql: "SELECT told_time FROM state")
        }
        #expect(told == nil)
    }

    @Test(
        "A quiet board that a steward's node is synced with daily does not ask for the time"
    )
    func quiet() throws {
        let place = try Place()
        for _ in 0..<4 {
            try place.sync()
            place.advance(.seconds(80_000))
        }
        try place.vote(place.kiosk, "ann")
        #expect(try place.sync().roundTrips == 1)
        place.advance(.seconds(200_000))
        try place.vote(place.kiosk, "bob")
        #expect(try place.sync().roundTrips == 2)
    }

    /// Over which anybody may say to be any node.
    private struct UnprovenTransport: SyncTransport {
        let responder: SyncResponder
        let authenticates = false

        func ask(_ request: SyncRequest) throws -> SyncAnswer { try responder.answer(request) }
    }

    @Test("A time is not learned from a node that nothing proves to be it")
    func unproven() throws {
        let wrong = Self.wrongClocks[1]
        let place = try Place()
        place.kioskClock.now = wrong
        try place.vote(place.kiosk, "ann")
        let report = try SyncDriver.run(
            place.kiosk, over: UnprovenTransport(responder: SyncResponder(place.hall)),
            address: "ssh://hall/board", now: wrong)
        #expect(report.restamped == 0 && report.clockOffset == nil)
    }

    @Test("What an import brought keeps its time")
    func imports() throws {
        let place = try Place()
        let cast = HybridTimestamp(place.boards.clock.now.advanced(by: .seconds(-86_400)))
        place.kioskClock.now = Self.wrongClocks[1]
        let member = try place.member("alice")
        _ = try place.kiosk.import([
            Draft(by: member, .vote(place.idea, Vote(.agree)), at: cast)
        ])
        #expect(try place.sync().isEqual)
        #expect(try place.times() == [member: cast.moment])
    }
}

extension Board {
    /// The times of what waits to be sealed.
    fileprivate func pendingMoments() throws -> [Milliseconds] {
        try DatabaseQueue(path: path).read { database in
            try Int64.fetchAll(database, sql: "SELECT timestamp FROM pending ORDER BY key").map {
                HybridTimestamp(rawValue: UInt64($0)).moment
            }
        }
    }
}
