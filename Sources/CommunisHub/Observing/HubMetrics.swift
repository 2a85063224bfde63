import CommunisCore
import Synchronization

/// What a hub counts about itself, since it began.
package final class HubMetrics: Sendable {
    struct Values: Sendable {
        /// By path and status.
        var requests: [Request: Int] = [:]
        var seconds: [String: Double] = [:]
        var bytesReceived = 0
        var bytesSent = 0
        var connections = 0
        var evicted = 0
        var traffic = SyncEndpoint.Traffic()
        var peerSyncs = 0
        var peerFailures = 0
    }

    struct Request: Hashable, Sendable {
        var path: String
        var status: Int
    }

    private let values = Mutex(Values())

    package init() {}

    var current: Values { values.withLock { $0 } }

    func connectionOpened() { values.withLock { $0.connections += 1 } }
    /// One that has to make room for another.
    func connectionEvicted() { values.withLock { $0.evicted += 1 } }
    func connectionClosed() { values.withLock { $0.connections -= 1 } }

    func answered(_ path: String, _ status: Int, sent: Int, in time: Duration) {
        values.withLock {
            $0.requests[Request(path: path, status: status), default: 0] += 1
            $0.seconds[path, default: 0] += time / .seconds(1)
            $0.bytesSent += sent
        }
    }

    /// A body that was read; what a caller announces counts for nothing.
    func received(bytes: Int) { values.withLock { $0.bytesReceived += bytes } }

    func count(_ traffic: SyncEndpoint.Traffic) {
        values.withLock {
            $0.traffic.received += traffic.received
            $0.traffic.sent += traffic.sent
            $0.traffic.refused += traffic.refused
            $0.traffic.held += traffic.held
        }
    }

    func syncedWithPeer(isDone: Bool) {
        values.withLock { isDone ? ($0.peerSyncs += 1) : ($0.peerFailures += 1) }
    }
}
