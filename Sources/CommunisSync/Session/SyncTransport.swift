/// One round trip with a peer, whatever carries it. Transports have no logic of sync.
package protocol SyncTransport {
    /// Sends a request and waits for the answer.
    ///
    /// - Throws: `BoardError` where the peer cannot be reached or does not speak as one.
    func ask(_ request: SyncRequest) throws -> SyncAnswer
}
