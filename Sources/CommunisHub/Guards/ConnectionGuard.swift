import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends connections that hold a place without using it: a request that takes too long from its first
/// byte to the end of its answer, and an answer that is not read.
///
/// Connections without a request, and those that fall silent in the middle of one, are ended by the
/// server's own idle time.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: HubLimits
    private let metrics: HubMetrics
    /// Requests whose answers are not whole yet; a caller may send the next before the answer.
    private var unanswered = 0
    private var requestEnd: Scheduled<Void>?
    private var readingEnd: Scheduled<Void>?
    private var isCounted = false

    init(_ limits: HubLimits, _ metrics: HubMetrics) {
        self.limits = limits
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isCounted = true
        metrics.connectionOpened()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        requestEnd?.cancel()
        readingEnd?.cancel()
        if isCounted { metrics.connectionClosed() }
        isCounted = false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            unanswered += 1
            if requestEnd == nil {
                requestEnd = close(context.channel, in: limits.requestTime)
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            // The answer is whole, though perhaps not read: from here on the reader's time runs.
            requestEnd?.cancel()
            unanswered -= 1
            requestEnd = unanswered > 0 ? close(context.channel, in: limits.requestTime) : nil
            if !context.channel.isWritable { watchReader(context) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingEnd?.cancel()
        readingEnd = nil
        if !context.channel.isWritable { watchReader(context) }
        context.fireChannelWritabilityChanged()
    }

    private func watchReader(_ context: ChannelHandlerContext) {
        guard readingEnd == nil else { return }
        readingEnd = close(context.channel, in: limits.readingTime)
    }

    private func close(_ channel: any Channel, in time: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

/// What a hub bounds.
package struct HubLimits: Sendable {
    /// Connections at a time; further ones wait to be accepted.
    package var connections = 10_000
    /// Requests at a time whose bodies may be large, and those that wait for the board.
    package var largeRequests = 8
    package var waiting = 256
    /// How long a connection may be silent, before and within a request.
    package var idleTime = TimeAmount.seconds(30)
    /// How long a request may take, from its first byte to the last of its answer.
    package var requestTime = TimeAmount.seconds(600)
    /// How long an answer may lie unread.
    package var readingTime = TimeAmount.seconds(60)
    /// Bytes of all headers of a request.
    package var headerBytes = 16_384

    package init() {}
}
