import CommunisTestSupport
import Foundation
import NIOCore
import Testing

@testable import CommunisHub

/// What a hub bounds, seen over real connections.
@Suite("A hub's limits")
struct HubLimitsTests {
    private let boards: TestBoards
    private let kiosks = (1...3).map { TestBoards.key(5, $0) }

    init() throws {
        boards = try TestBoards()
        try boards.admit(kiosks)
    }

    private func limits(_ change: (inout HubLimits) -> Void) -> HubLimits {
        var limits = HubLimits()
        change(&limits)
        return limits
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    @Test("A silent connection, half a head, half a body: each is closed in time")
    func silent() async throws {
        let kiosk = kiosks[0]
        let limits = limits { $0.idleTime = .milliseconds(300) }
        let seen = try await HubRun.with(boards.founder, limits) { hub in
            let body = try hub.exchange(kiosk)
            let halves = [
                [], Array("POST /sync/v1 HTTP/1.1\r\nHost: x\r\nCont".utf8),
                Array(try hub.head(body, by: kiosk).utf8) + body.prefix(10),
            ]
            var seen: [(text: String, seconds: Double)] = []
            for half in halves {
                let socket = try hub.connect()
                socket.write(half)
                var text = ""
                let seconds = Self.seconds { text = socket.readToEnd() }
                seen.append((text, seconds))
            }
            return (seen, try hub.connections())
        }
        #expect(seen.0.count == 3)
        for (text, seconds) in seen.0 {
            #expect(text == "")
            #expect(seconds > 0.25 && seconds < 10, "\(seconds)")
        }
        #expect(seen.1 == 1)
    }

    @Test("Where all places are taken a request waits, and is answered once they are free")
    func places() async throws {
        let limits = limits {
            $0.idleTime = .milliseconds(500)
            $0.connections = 4
        }
        let (count, seconds) = try await HubRun.with(boards.founder, limits) { hub in
            let silent = try (0..<4).map { _ in try hub.connect() }
            var count: Int?
            let seconds = try Self.seconds { count = try hub.connections() }
            withExtendedLifetime(silent) {}
            return (count, seconds)
        }
        #expect(count == 1)
        #expect(seconds > 0.2)
    }

    @Test("A body that drips is cut off; so is one that is refused already")
    func dripping() async throws {
        let kiosk = kiosks[0]
        let limits = limits {
            $0.idleTime = .milliseconds(500)
            $0.rate.start = .seconds(1)
        }
        let seen = try await HubRun.with(boards.founder, limits) { hub in
            let body = [UInt8](repeating: 7, count: 1_000)
            let refused = "POST /sync/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
            return try [hub.head(body, by: kiosk), refused].map { head in
                let socket = try hub.connect()
                socket.write(head)
                Thread.detachNewThread {
                    while socket.write([7]) { usleep(50_000) }
                }
                var text = ""
                let seconds = Self.seconds { text = socket.readToEnd() }
                return (String(text.prefix(12)), seconds)
            }
        }
        #expect(seen.map(\.0) == ["", "HTTP/1.1 401"])
        for (_, seconds) in seen { #expect(seconds < 10) }
    }

    @Test("An answer that nobody reads is dropped in time")
    func unreadDropped() async throws {
        try boards.fill(comments: 60)
        let kiosk = kiosks[0]
        let limits = limits { $0.readingTime = .milliseconds(300) }
        let count = try await HubRun.with(boards.founder, limits) { hub in
            let unread = try hub.ask(kiosk, receiving: 4_096)
            _ = unread.read(atMost: 12)
            let end = ContinuousClock.now + .seconds(20)
            while try hub.connections() != 1, ContinuousClock.now < end { usleep(20_000) }
            let count = try hub.connections()
            withExtendedLifetime(unread) {}
            return count
        }
        #expect(count == 1)
    }

    @Test("A body that is compressed is refused, whatever it would become")
    func compressed() async throws {
        let kiosk = kiosks[0]
        let head = try await HubRun.with(boards.founder, HubLimits()) { hub in
            try hub.answer(kiosk, more: "Content-Encoding: gzip\r\n").head
        }
        #expect(head.hasPrefix("HTTP/1.1 400"))
    }
}
