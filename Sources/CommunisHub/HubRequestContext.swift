import CommunisCore
import Hummingbird
import NIOCore
import Synchronization

/// What is known of a request beside itself.
struct HubRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection that the request came by.
    let channel: any Channel
    let address: CallerAddress
    let caller = Caller()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        address = CallerAddress(source.channel.remoteAddress)
    }

    /// Reads from and writes to the connection.
    var loop: any EventLoop { channel.eventLoop }

    /// Whose share the request counts for: before it is known who asks, and where who asks has no role,
    /// that of where it comes from.
    var sharer: Sharer { caller.admitted.map { .node($0) } ?? .address(address) }

    /// Tells what guards the connection who asks.
    func tell(_ finding: ConnectionGuard.Finding) {
        channel.triggerUserOutboundEvent(finding, promise: nil)
    }
}

/// The node that signed a request, once its signature is verified.
final class Caller: Sendable {
    private let known = Mutex<(node: NodeID, isAdmitted: Bool)?>(nil)

    var node: NodeID? { known.withLock { $0?.node } }

    /// The same, where it has a role.
    var admitted: NodeID? { known.withLock { $0.flatMap { $0.isAdmitted ? $0.node : nil } } }

    func note(_ node: NodeID, isAdmitted: Bool) { known.withLock { $0 = (node, isAdmitted) } }
}
