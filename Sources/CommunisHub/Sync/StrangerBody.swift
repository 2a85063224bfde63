import Synchronization

/// What a node without a role sent, until it is worked on or its place is needed by another.
final class StrangerBody: Sendable {
    private let state = Mutex<(bytes: [UInt8], isLost: Bool)>(([], false))

    func put(_ bytes: [UInt8]) { state.withLock { if !$0.isLost { $0.bytes = bytes } } }

    func lose() { state.withLock { $0 = ([], true) } }

    /// - Throws: `Overloaded` where it was lost.
    func take() throws(Overloaded) -> [UInt8] {
        let bytes: [UInt8]? = state.withLock { state in
            defer { state.bytes = [] }
            return state.isLost ? nil : state.bytes
        }
        guard let bytes else { throw Overloaded() }
        return bytes
    }
}
