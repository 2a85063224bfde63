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
            return (seen, hub.connections(until: 0))
        }
        #expect(seen.0.count == 3)
        for (text, seconds) in seen.0 {
            #expect(text == "")
            #expect(seconds > 0.25 && seconds < 10, "\(seconds)")
        }
        #expect(seen.1 == 0)
    }

    @Test("Where all places are taken by silent connections, the oldest makes room for a request")
    func places() async throws {
        let limits = limits { $0.connections = 9 }
        let kiosk = kiosks[0]
        let (count, heads, seconds) = try await HubRun.with(boards.founder, limits) { hub in
            // Twice as many as there are places, of which four are for strangers.
            let silent = try (0..<18).map { _ in try hub.connect() }
            let count = hub.connections(until: 4)
            var heads: [String] = []
            let seconds = try Self.seconds {
                for _ in 0..<3 { heads.append(try hub.answer(kiosk).head) }
            }
            withExtendedLifetime(silent) {}
            return (count, heads, seconds)
        }
        #expect(count == 4)
        #expect(heads.allSatisfy { $0.hasPrefix("HTTP/1.1 200") })
        // None of them was silent for as long as it may.
        #expect(seconds < 15)
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

    @Test("Who has sent as much as a node may is told to come again; another node is served")
    func bodies() async throws {
        let kiosks = kiosks
        let limits = limits { $0.nodeBytes = 200_000 }
        let statuses = try await HubRun.with(boards.founder, limits) { hub in
            let large = [UInt8](repeating: 7, count: 90_000)
            func send(_ more: String = "", wait: Duration) throws -> Socket {
                let socket = try hub.connect(timeout: wait)
                socket.write(try hub.head(large, by: kiosks[0], more: more))
                // What is only announced takes nothing.
                socket.write(Array(large.dropLast()))
                return socket
            }
            var (third, other) = ("", "")
            // Once more where the third was taken in before the two.
            for _ in 0..<20 where other.isEmpty {
                let held = try (0..<2).map { _ in try send(wait: .seconds(20)) }
                usleep(50_000)
                let last = try send("Connection: close\r\n", wait: .seconds(1))
                third = String(decoding: last.read(), as: UTF8.self)
                if third.hasPrefix("HTTP/1.1 503") { other = try hub.answer(kiosks[1]).head }
                withExtendedLifetime(held) {}
            }
            return (third, other)
        }
        #expect(statuses.0.contains("Retry-After: 1"))
        #expect(statuses.1.hasPrefix("HTTP/1.1 200"))
    }

    @Test("A slow reader gets the whole of an answer that takes longer than a piece may")
    func slowReader() async throws {
        try boards.fill(comments: 120)
        let kiosk = kiosks[0]
        let limits = limits { $0.readingTime = .milliseconds(700) }
        let seen = try await HubRun.with(boards.founder, limits) { hub in
            let socket = try hub.ask(kiosk, receiving: 16_384)
            var bytes = 0
            let seconds = Self.seconds {
                while case let part = socket.read(), !part.isEmpty {
                    bytes += part.count
                    // The last part is the end of a message, not of the connection.
                    if bytes > 120 * 32_768 { break }
                    usleep(UInt32(part.count / 2))
                }
            }
            return (bytes, seconds)
        }
        #expect(seen.0 > 120 * 32_768)
        #expect(seen.1 > 1.4)
    }

    @Test("Answers that nobody reads: one node fills its part, all fill the whole, and no more")
    func unread() async throws {
        try boards.fill(comments: 60)
        let kiosks = kiosks
        // One answer has some 2 MB.
        let limits = limits {
            $0.nodeBytes = 3_000_000
            $0.answerBytes = 5_000_000
        }
        let heads = try await HubRun.with(boards.founder, limits) { hub in
            var heads: [String] = []
            var unread: [Socket] = []
            for kiosk in kiosks.prefix(2) {
                unread.append(try hub.ask(kiosk, receiving: 4_096))
                // When it begins, its memory is taken.
                heads.append(String(decoding: unread.last!.read(atMost: 12), as: UTF8.self))
                heads.append(try hub.answer(kiosk).head)
            }
            heads.append(try hub.answer(kiosks[2]).head)
            unread.removeAll()
            // Gone with their connections.
            var last = ""
            let end = ContinuousClock.now + .seconds(20)
            while !last.hasPrefix("HTTP/1.1 200"), ContinuousClock.now < end {
                last = try hub.answer(kiosks[2]).head
            }
            return heads + [last]
        }
        #expect(
            heads.map { $0.prefix(12) }
                == ["200", "503", "200", "503", "503", "200"].map {
                    "HTTP/1.1 \($0)"[...]
                })
        #expect(heads[1].contains("Retry-After: 1"))
    }

    @Test("An answer that nobody reads is dropped in time")
    func unreadDropped() async throws {
        try boards.fill(comments: 60)
        let kiosk = kiosks[0]
        let limits = limits { $0.readingTime = .milliseconds(300) }
        let count = try await HubRun.with(boards.founder, limits) { hub in
            let unread = try hub.ask(kiosk, receiving: 4_096)
            _ = unread.read(atMost: 12)
            let count = hub.connections(until: 0)
            withExtendedLifetime(unread) {}
            return count
        }
        #expect(count == 0)
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
