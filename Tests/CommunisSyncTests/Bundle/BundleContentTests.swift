import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Crypto
import Foundation
import Testing

@testable import CommunisSync

/// What a bundle holds, and what is taken of it.
@Suite struct BundleContentTests {
    @Test("Since a moment: what came after its first changeset is in it, whatever its time")
    func since() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 2, members: 5)
        var chain = try boards.chain(TestBoards.key(8, 1))
        let late = workload.voteChangesets(3, perChangeset: 1, &chain)
        boards.clock.advance(by: .seconds(86_400))
        let moment = boards.clock.now
        func written(since: Milliseconds?) throws -> Int {
            let path = boards.folder.file(UUID().uuidString)
            return try BundleWriter.write(boards.founder, to: path, since: since).changesets
        }
        #expect(try written(since: moment) == 0)
        try boards.founder.write([Draft(by: nil, .board(setting: "name", value: "New"))])
        #expect(try written(since: moment) == 1)
        // Three of years ago, from a kiosk that was off; they are news to others too.
        try boards.founder.merge(late, from: nil)
        #expect(try written(since: moment) == 4)
        #expect(try written(since: nil) == 6)
    }

    @Test("Records that are no changesets fill a page too, so that memory stays bounded")
    func emptyRecords() throws {
        let boards = try TestBoards()
        let count = 200_000
        var bytes = BundleFormat.magic + boards.founder.id.bytes
        for _ in 0..<count { bytes += [0, 0, 0, 2, 0x0A, 0] }
        bytes += [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        bytes += Array(SHA256.hash(data: bytes))
        let path = boards.folder.file("hostile.bundle")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var pages = 0
        let report = try BundleReader.apply(path, to: boards.founder) { _ in pages += 1 }
        #expect(report.refused == [.malformed: count])
        #expect(pages == 2)
    }
}
