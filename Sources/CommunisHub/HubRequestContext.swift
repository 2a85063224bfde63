import CommunisCore
import Hummingbird
import NIOCore
import Synchronization

/// What is known of a request beside itself.
struct HubRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Reads from and writes to the connection that the request came by.
    let loop: any EventLoop
    let caller = Caller()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        loop = source.channel.eventLoop
    }
}

/// The node that signed a request, once its signature is verified.
final class Caller: Sendable {
    private let known = Mutex<NodeID?>(nil)

    var node: NodeID? { known.withLock { $0 } }

    func note(_ node: NodeID) { known.withLock { $0 = node } }
}
