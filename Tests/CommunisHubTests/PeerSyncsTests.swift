import CommunisStore
import CommunisTestSupport
import Foundation
import Logging
import Synchronization
import Testing

@testable import CommunisHub
@testable import CommunisSync

@Suite("A hub's syncs with its own peers")
struct PeerSyncsTests {
    /// Waits in its first request until it may go on, and fails with words of a stranger.
    private struct SilentTransport: SyncTransport {
        let mayGoOn: DispatchSemaphore
        let authenticates = false

        func ask(_ request: SyncRequest) throws -> SyncAnswer {
            mayGoOn.wait()
            throw BoardError(.unavailable, "gone\n\u{1B}[31mlevel=error forged", "")
        }
    }

    private final class Lines: LogHandler, Sendable {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .info }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }
            lines.withLock { $0.append(fields.sorted().joined(separator: " ")) }
        }
    }

    /// Looks again and again, on a thread of its own: Swift's few threads may be held by other tests
    /// for longer than any time that could be waited for here.
    private func wait(until isTrue: @escaping @Sendable () -> Bool) async throws {
        try await OwnThreads.run {
            let end = ContinuousClock.now + .seconds(30)
            while !isTrue(), ContinuousClock.now < end { usleep(5_000) }
        }
    }

    @Test("A silent peer keeps no other waiting; its words cannot forge a line of the log")
    func silentPeer() async throws {
        let boards = try TestBoards()
        let copy = try boards.emptyCopy()
        try boards.admit([TestBoards.key(77, 1)])
        let (metrics, lines, mayGoOn) = (HubMetrics(), Lines(), DispatchSemaphore(value: 0))
        let syncs = PeerSyncs(
            copy, every: .milliseconds(10), metrics, Logger(label: "test") { _ in lines }
        ) { [founder = boards.founder] address, _ in
            if address == "silent" { return SilentTransport(mayGoOn: mayGoOn) }
            return PathTransport(founder)
        }
        try await wait {
            syncs.begin(["silent", "good"])
            return metrics.current.peerSyncs >= 3
        }
        #expect(metrics.current.peerSyncs >= 3)
        #expect(metrics.current.peerFailures == 0)
        #expect(syncs.isBusy)
        mayGoOn.signal()
        try await wait { metrics.current.peerFailures == 1 }
        try await wait { !syncs.isBusy }
        #expect(!syncs.isBusy)
        let told = lines.lines.withLock { $0 }.filter { $0.contains("silent") }
        #expect(told.count == 1)
        #expect(told.first?.contains("gone") == true)
        #expect(told.first?.unicodeScalars.contains { $0.value < 32 } == false)
    }
}
