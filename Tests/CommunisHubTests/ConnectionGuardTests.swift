import CommunisTestSupport
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import CommunisHub

@Suite("Connections that hold a place without using it")
struct ConnectionGuardTests {
    private let channel: EmbeddedChannel
    private let metrics = HubMetrics()

    init() throws {
        var limits = HubLimits()
        limits.rate.start = .seconds(100)
        limits.rate.bytesPerSecond = 1_000
        channel = EmbeddedChannel(handler: ConnectionGuard(limits, metrics, ConnectionPlaces(100)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Begins a request, of which the rest is awaited.
    private func begin(body bytes: Int = 0) throws {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/sync/v1")
        head.headerFields[.contentLength] = String(bytes)
        try channel.writeInbound(HTTPRequestPart.head(head))
        channel.read()
    }

    private func drip(_ bytes: Int = 1) throws {
        try channel.writeInbound(
            HTTPRequestPart.body(ByteBuffer(repeating: 0, count: bytes)))
        channel.read()
    }

    private func tell(_ finding: ConnectionGuard.Finding) {
        channel.triggerUserOutboundEvent(finding, promise: nil)
    }

    private func beginAnswer(body bytes: Int) throws {
        var head = HTTPResponse(status: .ok)
        head.headerFields[.contentLength] = String(bytes)
        try channel.writeOutbound(HTTPResponsePart.head(head))
    }

    private func answer() throws {
        try beginAnswer(body: 0)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    private func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

    private func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    private func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    @Test("A connection without a request is ended, and counted no more")
    func silent() throws {
        pass(.seconds(29))
        #expect(channel.isActive && metrics.current.connections == 1)
        pass(.seconds(1))
        #expect(!channel.isActive && metrics.current.connections == 0)
    }

    @Test("A request that falls silent is ended, unless it is this side that does not read")
    func silentRequest() throws {
        try begin(body: 10)
        pass(.seconds(29))
        try drip()
        pass(.seconds(29))
        // Comes, and nobody reads on.
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        pass(.seconds(40))
        #expect(channel.isActive)
        channel.read()
        pass(.seconds(30))
        #expect(!channel.isActive)
    }

    @Test(
        "A request that drips is ended when one would be that brings nothing, whatever came before",
        arguments: [1, 900_000, 19_000_000])
    func slowRequest(_ bytes: Int) throws {
        // 100 s and a second for each 1,000 bytes that came, but never more than 100 s from then.
        try begin(body: 20_000_000)
        try drip(bytes)
        for _ in 0..<5 {
            try drip()
            pass(.milliseconds(19_999))
        }
        #expect(channel.isActive)
        try drip()
        pass(.milliseconds(30))
        #expect(!channel.isActive)
    }

    @Test("One that is as fast as the least rate may take as long as it needs")
    func steadyRequest() throws {
        try begin(body: 20_000_000)
        for _ in 0..<100 {
            pass(.seconds(20))
            try drip(20_000)
        }
        #expect(channel.isActive)
        // And no longer once it stops.
        for _ in 0..<4 {
            pass(.seconds(20))
            try drip()
        }
        #expect(channel.isActive)
        pass(.seconds(21))
        #expect(!channel.isActive)
    }

    @Test("One of a node without a role has a time of its own, however steadily it comes")
    func strangersRequest() throws {
        try begin(body: 60_000)
        tell(.stranger)
        for _ in 0..<29 {
            pass(.seconds(1))
            try drip(2_000)
        }
        #expect(channel.isActive)
        pass(.seconds(1))
        #expect(!channel.isActive)
    }

    @Test("One that drips while the one before it is answered has no more time when its turn comes")
    func pipelinedDrip() throws {
        try begin()
        try end()
        try begin(body: 1_000)
        pass(.seconds(25))
        try answer()
        try drip()
        for _ in 0..<4 {
            pass(.seconds(24))
            try drip()
        }
        #expect(channel.isActive)
        pass(.seconds(5))
        #expect(!channel.isActive)
    }

    @Test("A connection whose place is needed is ended, whether its answers are read or not")
    func evicted() throws {
        try begin()
        try end()
        try beginAnswer(body: 10)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
        tell(.evicted)
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive && metrics.current.connections == 0)
    }

    @Test("The oldest connection makes room; one of a node with a role is not among strangers'")
    func places() throws {
        let places = ConnectionPlaces(4)
        func connect() throws -> EmbeddedChannel {
            let channel = EmbeddedChannel(
                handler: ConnectionGuard(HubLimits(), metrics, places))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            return channel
        }
        let first = try connect()
        let second = try connect()
        first.embeddedEventLoop.run()
        #expect(!first.isActive && second.isActive)
        second.triggerUserOutboundEvent(
            ConnectionGuard.Finding.node(TestBoards.key(8, 1).node), promise: nil)
        let third = try connect()
        second.embeddedEventLoop.run()
        #expect(second.isActive && third.isActive)
        // Another of the same kind takes its place, and what is gone takes none.
        third.triggerUserOutboundEvent(
            ConnectionGuard.Finding.node(TestBoards.key(8, 2).node), promise: nil)
        second.embeddedEventLoop.run()
        #expect(!second.isActive && third.isActive && metrics.current.evicted == 2)
        try third.close().wait()
        third.embeddedEventLoop.run()
        #expect(places.nodes.count == 0 && places.strangers.count == 0)
    }

    @Test(
        "An announced length counts for nothing",
        arguments: [
            "99999999999999999999", "9223372036854775807", "25000000", "-1", "",
        ])
    func announced(_ length: String) throws {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/sync/v1")
        head.headerFields[.contentLength] = length
        try channel.writeInbound(HTTPRequestPart.head(head))
        pass(.seconds(99))
        #expect(channel.isActive)
        pass(.seconds(1))
        #expect(!channel.isActive)
    }

    @Test("One that is answered in time leaves the connection for the next")
    func answered() throws {
        for _ in 0..<3 {
            try begin()
            try end()
            pass(.seconds(599))
            try answer()
            pass(.seconds(29))
            #expect(channel.isActive)
        }
        pass(.seconds(1))
        #expect(!channel.isActive)
    }

    @Test("An early refusal is followed by the rest of its request, but not for long")
    func early() throws {
        try begin(body: 1_000_000)
        try answer()
        for _ in 0..<2 {
            pass(.seconds(14))
            try drip()
        }
        #expect(channel.isActive)
        pass(.seconds(2))
        #expect(!channel.isActive)
    }

    @Test("A connection whose refused request was read to its end takes the next")
    func earlyAndOn() throws {
        try begin(body: 10)
        try answer()
        pass(.seconds(20))
        try end()
        pass(.seconds(20))
        try begin()
        try end()
        pass(.seconds(500))
        try answer()
        #expect(channel.isActive)
    }

    @Test("A request sent before the answer to the one before it has its own time, and no more")
    func pipelined() throws {
        try begin()
        try end()
        try begin()
        try end()
        pass(.seconds(500))
        try answer()
        pass(.seconds(599))
        #expect(channel.isActive)
        pass(.seconds(1))
        #expect(!channel.isActive)
    }

    @Test("An answer that is not read is dropped; a slow reader who goes on is not")
    func slowReader() throws {
        try begin()
        try end()
        try beginAnswer(body: 200_000)
        for _ in 0..<4 {
            setWritable(false)
            pass(.seconds(59))
            setWritable(true)
        }
        #expect(channel.isActive)
        setWritable(false)
        pass(.seconds(60))
        #expect(!channel.isActive)
    }

    @Test("A reader slower than the least rate is ended, however steadily it reads")
    func tooSlowReader() throws {
        try begin()
        try end()
        try beginAnswer(body: 50_000)
        for _ in 0..<14 {
            setWritable(false)
            pass(.seconds(10))
            setWritable(true)
        }
        #expect(channel.isActive)
        pass(.seconds(10))
        #expect(!channel.isActive)
    }

    @Test(
        "A close waits until the answers before it are gone, but no longer than a reader may take")
    func closeAfterAnswer() throws {
        try begin()
        try end()
        try beginAnswer(body: 10)
        let gone = channel.eventLoop.makePromise(of: Void.self)
        // Written and not flushed, it stays in the channel.
        channel.write(HTTPResponsePart.end(nil), promise: gone)
        channel.close(promise: nil)
        #expect(channel.isActive)
        channel.flush()
        #expect(!channel.isActive)
        #expect(throws: Never.self) { try gone.futureResult.wait() }
    }

    @Test(
        "A reader that takes no more of an answer does not keep a connection that is to be closed")
    func closeUnread() throws {
        try begin()
        try end()
        try beginAnswer(body: 10)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
        channel.close(promise: nil)
        setWritable(false)
        pass(.seconds(59))
        #expect(channel.isActive)
        pass(.seconds(1))
        #expect(!channel.isActive)
    }
}
