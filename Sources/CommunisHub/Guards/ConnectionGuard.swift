import CommunisCore
import CommunisSync
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends connections that hold a place without using it: silent ones, requests that come in too slowly
/// or take too long, answers that are not read; and those that make room for others.
///
/// How slow is too slow is judged by what is here of a request, never by what it announces: one that
/// drips is ended as soon as one that brings nothing.
///
/// It stands next to the network, so that it sees when a piece of an answer is really gone. A slow
/// reader who goes on reading keeps its connection, as long as it is not slower than the least rate,
/// also where the connection is to be closed after the answer: what stands behind closes it when the
/// answer is written, which would drop what is not gone yet.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What is told of the request that is answered next, as an event that is triggered from behind.
    enum Finding: Sendable {
        /// Its node has a role.
        case node(NodeID)
        /// Its node has none.
        case stranger
        /// Its place is needed by another.
        case evicted
    }

    private let limits: HubLimits
    private let metrics: HubMetrics
    private let places: ConnectionPlaces
    private var place: ConnectionPlaces.Place?
    /// When the request that is received began, how fast it comes, and how long it may take at most.
    private var receiving: (since: NIODeadline, pace: Pace, limit: TimeAmount?)?
    /// Requests whose answers are not whole yet; a caller may send the next before the answer.
    private var unanswered = 0
    private var isReceiving = false
    private var isAnswering = false
    /// Answers that are written to their end and not gone.
    private var unread = 0
    /// What waits for these.
    private var closing: [EventLoopPromise<Void>?] = []
    /// Ends the phase that the connection is in: idle, receiving, at work, answering.
    private var phaseEnd: Scheduled<Void>?
    /// Ends a request of which nothing comes, though this side would read.
    private var silenceEnd: Scheduled<Void>?
    /// Ends an answer of which nothing is read.
    private var readingEnd: Scheduled<Void>?
    private var isCounted = false
    private static let sendingBytes: SocketOptionValue = 262_144

    init(_ limits: HubLimits, _ metrics: HubMetrics, _ places: ConnectionPlaces) {
        self.limits = limits
        self.metrics = metrics
        self.places = places
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isCounted = true
        metrics.connectionOpened()
        place = places.enter(
            CallerAddress(context.channel.remoteAddress), evict: evicting(context))
        // What the system may keep of an answer that is not read. Linux doubles the number; without
        // one it goes up to the last of net.ipv4.tcp_wmem, commonly 4 MB.
        _ = context.channel.setOption(
            .socketOption(.so_sndbuf), value: Self.sendingBytes)
        // With TLS too: the handshake is part of this time.
        begin(context, limits.idleTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        for timer in [phaseEnd, silenceEnd, readingEnd] { timer?.cancel() }
        if isCounted { metrics.connectionClosed() }
        isCounted = false
        if let place { places.leave(place) }
        place = nil
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        silenceEnd?.cancel()
        switch unwrapInboundIn(data) {
        case .head:
            isReceiving = true
            unanswered += 1
            if unanswered == 1 { beginReceiving(context) }
        case .body(let part):
            if unanswered == 1, let since = receiving?.since {
                receiving?.pace.note(
                    part.readableBytes, at: Duration(context.eventLoop.now - since))
            }
        case .end:
            isReceiving = false
            // Answered before it was whole, the connection waits for the next; else it is at work.
            if unanswered == 0 {
                begin(context, limits.idleTime)
            } else if unanswered == 1 && !isAnswering {
                begin(context, limits.workTime)
            }
        }
        context.fireChannelRead(data)
    }

    /// Only while this side reads is silence the caller's.
    func read(context: ChannelHandlerContext) {
        silenceEnd?.cancel()
        if isReceiving { silenceEnd = end(context, in: limits.idleTime) }
        context.read()
    }

    private func beginReceiving(_ context: ChannelHandlerContext) {
        receiving = (context.eventLoop.now, Pace(limits.rate), nil)
        awaitRest(context)
    }

    /// Ends the request when it is slower than it may be.
    private func awaitRest(_ context: ChannelHandlerContext) {
        phaseEnd?.cancel()
        phaseEnd = nil
        guard isCounted, let due = receivingEnd else { return }
        let loop = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        phaseEnd = context.eventLoop.scheduleTask(deadline: due) {
            let (guarding, context) = loop.value
            if let later = guarding.receivingEnd, later > due {
                guarding.awaitRest(context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// When the request has to be here, if no more of it comes.
    private var receivingEnd: NIODeadline? {
        receiving.map {
            let time = TimeAmount($0.pace.due)
            return $0.since + ($0.limit.map { min($0, time) } ?? time)
        }
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let finding = event as? Finding else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch finding {
        case .node(let node):
            place = place.map { places.move($0, to: node, evict: evicting(context)) }
        case .stranger:
            // Where the request after it is here too, it is here to its end.
            if isReceiving && unanswered == 1 && !isAnswering {
                receiving?.limit = limits.strangerTime
                awaitRest(context)
            }
        case .evicted:
            metrics.connectionEvicted()
            context.close(promise: nil)
        }
        promise?.succeed()
    }

    private func evicting(_ context: ChannelHandlerContext) -> @Sendable () -> Void {
        let (loop, eventLoop, metrics) = (
            NIOLoopBound(context, eventLoop: context.eventLoop), context.eventLoop, metrics
        )
        return {
            metrics.connectionEvicted()
            eventLoop.execute { loop.value.close(promise: nil) }
        }
    }

    // MARK: - Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isAnswering = true
            let bytes = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            begin(context, TimeAmount(limits.rate.time(for: bytes)))
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isAnswering = false
            unanswered -= 1
            unread += 1
            let isLast = unanswered == 0 && !isReceiving
            if unanswered == 1 && isReceiving {
                // The next, of which the time begins when it is its turn.
                beginReceiving(context)
            } else if unanswered > 0 {
                begin(context, limits.workTime)
            } else if isReceiving {
                // An early refusal. What is still to come is read to the end, so that the caller
                // sees the answer, but not for long.
                begin(context, limits.idleTime)
            }
            let promise = promise ?? context.eventLoop.makePromise()
            let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
            promise.futureResult.assumeIsolated().whenComplete { _ in
                // Now it is not only written but gone.
                self.unread -= 1
                if isLast && self.unanswered == 0 { self.begin(loop.value, self.limits.idleTime) }
                if self.unread == 0 { self.closeNow(loop.value) }
            }
            context.write(data, promise: promise)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // Nobody waits any more when the time to end is over.
        if mode == .input && !closing.isEmpty { closeNow(context) }
        guard mode == .all, unread > 0, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        closing.append(promise)
    }

    private func closeNow(_ context: ChannelHandlerContext) {
        for promise in closing { context.close(mode: .all, promise: promise) }
        closing = []
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingEnd?.cancel()
        readingEnd = context.channel.isWritable ? nil : end(context, in: limits.readingTime)
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Time

    private func begin(_ context: ChannelHandlerContext, _ time: TimeAmount) {
        receiving = nil
        phaseEnd?.cancel()
        phaseEnd = isCounted ? end(context, in: time) : nil
    }

    /// Past `close`, which would wait.
    private func end(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: time) { loop.value.close(promise: nil) }
    }
}
