/// One round trip with a peer, whatever carries it. Transports have no logic of sync.
package protocol SyncTransport {
    /// Whether it is proven that the node an answer names gave it. Where it is not, whoever is at the
    /// other end may name any node, and its word about the time or the board's secret is nothing.
    var authenticates: Bool { get }

    /// How many round trips there were beside one for each request: where one had to be made again.
    var repeats: Int { get }

    /// Whether the peer is only read: it takes nothing in.
    var isReadOnly: Bool { get }

    /// How many changes a peer that is only read has written and not sealed: nobody else can.
    var unsealedCount: Int { get throws }

    /// Sends a request and waits for the answer.
    ///
    /// - Throws: `BoardError` where the peer cannot be reached or does not speak as one.
    func ask(_ request: SyncRequest) throws -> SyncAnswer
}

extension SyncTransport {
    package var repeats: Int { 0 }
    package var isReadOnly: Bool { false }
    package var unsealedCount: Int { 0 }
}
