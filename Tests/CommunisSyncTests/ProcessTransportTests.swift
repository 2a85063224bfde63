import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisSync

@Suite("A peer that is a program")
struct ProcessTransportTests {
    private func ask(
        _ script: String, bytes: Int, silence: Duration, rate: LeastRate = LeastRate()
    ) throws -> SyncAnswer {
        let transport = try ProcessTransport(
            ["/bin/sh", "-c", script], address: "ssh://x/board",
            patience: .init(silence: silence, rate: rate))
        let boards = try TestBoards()
        // More than a pipe holds, so that a program that does not read is seen too.
        let page = SyncRequest.Join(
            name: "", invitation: [UInt8](repeating: 0, count: bytes), encryptionKey: [])
        return try transport.ask(
            SyncRequest(board: .zero, node: boards.founder.node, body: .join(page)))
    }

    @Test(
        "One that says nothing, or takes nothing, is left in time, and ended",
        arguments: [
            "exec sleep 1000", "head -c 200000 > /dev/null; exec sleep 1000",
            "trap '' TERM; head -c 200000 > /dev/null; printf '\\000\\000\\000\\144abc'; exec sleep 1000",
        ])
    func silent(_ script: String) throws {
        let start = ContinuousClock.now
        let error = #expect(throws: BoardError.self) {
            try ask(script, bytes: 200_000, silence: .milliseconds(300))
        }
        #expect(error?.code == .unavailable)
        #expect(error?.problem.english == "ssh://x/board does not answer")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(
        "One that drips, in the length or in the message, or takes drops, is left in time, and ended",
        arguments: [
            "head -c 200000 > /dev/null; printf '\\000\\000'; while sleep 0.1; do :; done",
            """
            head -c 200000 > /dev/null; printf '\\000\\020\\000\\000'
            while printf x; do sleep 0.1; done
            """,
            "while dd bs=1 count=1 of=/dev/null 2> /dev/null; do sleep 0.1; done",
            """
            trap '' TERM HUP PIPE; head -c 200000 > /dev/null; printf '\\000\\020\\000\\000'
            while printf x 2> /dev/null || :; do sleep 0.1; done
            """,
        ])
    func dripping(_ script: String) throws {
        let start = ContinuousClock.now
        var rate = LeastRate(start: .milliseconds(600))
        rate.bytesPerSecond = 100_000_000
        let error = #expect(throws: BoardError.self) {
            try ask(script, bytes: 200_000, silence: .seconds(500), rate: rate)
        }
        #expect(error?.code == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("One that ends and leaves a child behind with its pipes is left in time")
    func childLeftBehind() throws {
        let start = ContinuousClock.now
        let error = #expect(throws: BoardError.self) {
            try ask("sleep 60 & exit 3", bytes: 16, silence: .milliseconds(300))
        }
        #expect(error?.code == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("A file that may be run and is no program is told in one line")
    func noProgram() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("ssh")
        try Data([0x7F, 0x45, 0x4C, 0x46, 0, 0, 0, 0]).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let error = #expect(throws: BoardError.self) {
            _ = try ProcessTransport([path], address: "ssh://x/board")
        }
        #expect(error?.problem.english == "\(path) cannot be started")
    }

    @Test("One that writes more than is read, after a message that is too long, is ended")
    func oversize() throws {
        let start = ContinuousClock.now
        let error = #expect(throws: BoardError.self) {
            try ask("printf '\\377\\377\\377\\377'; exec yes", bytes: 16, silence: .seconds(30))
        }
        #expect(error?.code == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
