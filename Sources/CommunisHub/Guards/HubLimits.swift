import CommunisSync
import NIOCore

/// What a hub bounds.
package struct HubLimits: Sendable {
    /// Connections at a time, or fewer where this process may not have so many files open; further
    /// ones wait to be accepted.
    package var connections = 10_000
    /// Requests of one node at a time that wait for the board.
    package var waiting = 128
    /// Bytes of requests of nodes with a role that are being received or worked on.
    package var bodyBytes = 192 << 20
    /// Bytes of answers that are not read yet.
    package var answerBytes = 256 << 20
    /// How much of either one node may have, unless that is more than is left for others; of answers
    /// all that have no role count as one.
    package var nodeBytes = 48 << 20
    /// Requests at a time of nodes without a role, of 64 KiB each.
    package var strangers = 256
    /// How long such a request may take to come in as a whole.
    package var strangerTime = TimeAmount.seconds(30)
    /// How long a connection may be silent: before a request, and within one.
    package var idleTime = TimeAmount.seconds(30)
    /// How slowly requests may come in, by what of them is here, and answers be read as a whole.
    package var rate = LeastRate()
    /// How long a request that is here may wait and be worked on.
    package var workTime = TimeAmount.seconds(600)
    /// How long a piece of an answer may lie unread.
    package var readingTime = TimeAmount.seconds(60)
    /// How long what runs may go on after SIGTERM.
    package var shutdownTime = Duration.seconds(10)
    /// Bytes of all headers of a request.
    package var headerBytes = 16_384
    /// Lines of the log in a second about requests of one node, and about those of all that have no role
    /// from one address.
    package var logLines = 20
    /// Of all that have no role, wherever they are.
    package var strangersLogLines = 100

    package init() {}
}
