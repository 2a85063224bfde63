import CommunisCore
import CommunisStore

/// The called side for transports that carry bytes: every request has an answer, if only what is
/// wrong.
package struct WireResponder: Sendable {
    private let responder: SyncResponder

    package init(_ responder: SyncResponder) { self.responder = responder }

    package func answer(_ request: [UInt8]) throws(BoardError) -> [UInt8] {
        let decoded: SyncRequest
        do throws(SyncWireError) {
            decoded = try SyncWire.decodeRequest(request)
        } catch {
            return SyncWire.encode(try responder.failure(.wire(error)))
        }
        do throws(BoardError) {
            return SyncWire.encode(try responder.answer(decoded))
        } catch {
            return SyncWire.encode(try responder.failure(error))
        }
    }
}

extension BoardError {
    /// What is wrong with a message, and what to do about it.
    package static func wire(_ error: SyncWireError) -> Self {
        switch error {
        case .malformed:
            Self(
                .notUnderstood, "a message of sync is malformed",
                "sync with the newest version on both sides")
        case .unknownVersion(let version):
            Self(
                .notUnderstood, "version \(version) of the sync protocol is not known here",
                "sync with the newest version on both sides")
        case .overLimits:
            Self(
                .notUnderstood, "a message of sync is larger than any may be",
                "sync with the newest version on both sides")
        }
    }
}
