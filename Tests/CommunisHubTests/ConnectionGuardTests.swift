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
    private let limits = HubLimits()

    init() throws {
        channel = EmbeddedChannel(handler: ConnectionGuard(limits, metrics))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func begin() throws {
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/sync/v1")
        try channel.writeInbound(HTTPRequestPart.head(head))
    }

    private func answer() throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    private func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    private func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    @Test("A request that does not end is ended, however busily it drips")
    func endless() throws {
        try begin()
        for _ in 0..<10 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
            pass(.seconds(59))
        }
        #expect(channel.isActive)
        pass(.seconds(10))
        #expect(!channel.isActive)
        #expect(metrics.current.connections == 0)
    }

    @Test("One that is answered in time leaves the connection for the next")
    func answered() throws {
        for _ in 0..<3 {
            try begin()
            try channel.writeInbound(HTTPRequestPart.end(nil))
            pass(.seconds(599))
            try answer()
            pass(.seconds(1_000))
            #expect(channel.isActive)
        }
        #expect(metrics.current.connections == 1)
        try channel.close().wait()
        #expect(metrics.current.connections == 0)
    }

    @Test("A request sent before the answer to the one before it has its own time, and no more")
    func pipelined() throws {
        try begin()
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try begin()
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
        setWritable(false)
        pass(.seconds(59))
        setWritable(true)
        pass(.seconds(59))
        setWritable(false)
        try answer()
        pass(.seconds(59))
        #expect(channel.isActive)
        pass(.seconds(1))
        #expect(!channel.isActive)
    }
}
