import CommunisCore
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Testing

/// What a sync may cost, in bytes and round trips: the model of docs/performance.md.
@Suite struct SyncCostTests {
    private let boards: TestBoards
    private let hall: Board
    private let kiosk: Board

    init() throws {
        boards = try TestBoards()
        hall = boards.founder
        kiosk = try PathClone.run(
            from: hall, address: "hall", to: boards.folder.file("kiosk.sqlite"), name: "kiosk",
            environment: .virtual(boards.clock, seed: 40)
        ).board
        _ = try sync()
    }

    private func sync(_ address: String = "hall") throws -> (report: SyncReport, bytes: Int) {
        let transport = CountingTransport(hall)
        let report = try SyncDriver.run(
            kiosk, over: transport, address: address, now: boards.clock.now)
        #expect(report.isEqual)
        return (report, transport.bytes)
    }

    @Test(
        "New votes at each side: one round trip of 25 bytes a vote and little besides",
        arguments: [(1_000, 53_248), (10, 1_536)])
    func news(_ count: Int, _ byteLimit: Int) throws {
        var workload = VoteWorkload(ideas: 1_000, members: 10_000)
        for board in [hall, kiosk] {
            // Imported votes, which may be far apart in time: the longest form there is.
            let votes = (0..<count).map { _ in workload.next() }
            try board.write(
                votes.map { Draft(by: $0.member, .vote($0.idea, $0.vote), at: $0.timestamp) })
        }
        let (report, bytes) = try sync()
        #expect(report.mode == .cursor && report.roundTrips == 1)
        #expect(report.sent.changesets == 1 && report.sent.changes == count)
        #expect(report.received.changesets == 1 && report.received.changes == count)
        #expect(report.sent.bytes + report.received.bytes <= byteLimit)
        // The messages around them: who asks, whom, and what both logs hold.
        #expect(bytes - report.sent.bytes - report.received.bytes < 512)
        #expect(try kiosk.verify().fingerprint == hall.verify().fingerprint)
    }

    @Test("Nothing new: one round trip of less than a kilobyte, headers of changesets and all")
    func nothingNew() throws {
        let (report, bytes) = try sync()
        #expect(report.roundTrips == 1)
        #expect(report.sent == SyncTraffic() && report.received == SyncTraffic())
        #expect(report.reconciliationBytes == 0)
        #expect(bytes < 512)
    }

    @Test("Where 20 of 5,000 changesets differ, a repair moves those 20, and 5 KB to find them")
    func repair() throws {
        var workload = VoteWorkload(ideas: 10, members: 5_000)
        var chains = try (1...2).map { try boards.chain(TestBoards.key(9, $0)) }
        try hall.merge(
            workload.voteChangesets(5_000, perChangeset: 1, &chains[0]), from: nil)
        _ = try sync()
        for (index, board) in [hall, kiosk].enumerated() {
            try board.merge(
                workload.voteChangesets(10, perChangeset: 1, &chains[index]), from: nil)
        }
        // By an address that is not known, so without a cursor.
        let (report, bytes) = try sync("elsewhere")
        #expect(report.mode == .repair)
        #expect(report.sent.changesets == 10 && report.received.changesets == 10)
        // hello; at most two of reconciliation; what is missing; and the check.
        #expect(report.roundTrips <= 5)
        #expect(report.reconciliationBytes <= 5_120)
        let moved = report.sent.bytes + report.received.bytes
        #expect(bytes - moved - report.reconciliationBytes < 4_096)
        #expect(try sync("elsewhere").report.roundTrips == 1)
        #expect(try kiosk.verify().fingerprint == hall.verify().fingerprint)
    }
}
