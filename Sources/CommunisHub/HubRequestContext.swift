import Hummingbird
import NIOCore

/// What is known of a request beside itself.
struct HubRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Reads from and writes to the connection that the request came by.
    let loop: any EventLoop

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        loop = source.channel.eventLoop
    }
}
