import CommunisCore
import CommunisStore

/// Why a sync stopped. What was merged before stays.
package enum SyncFault: Error, Hashable, Sendable {
    /// The peer answered something that was not asked.
    case unexpectedAnswer
    /// The peer asked for more rounds, or named more changesets, than any sync needs.
    case overLimits
    /// The peer is a copy of another board.
    case otherBoard
    /// The peer says that it cannot.
    case failed(SyncAnswer.Failed)
    /// The peer sent a message of reconciliation that is none.
    case malformed(NegentropyError)

    /// The same for a person.
    package func boardError(_ address: String) -> BoardError {
        switch self {
        case .otherBoard: .otherBoard(address)
        case .failed(let failed):
            BoardError(
                BoardError.Code(rawValue: failed.code) ?? .unavailable,
                "\(address) answers: \(failed.problem.printable)", "\(failed.remedy.printable)")
        case .unexpectedAnswer, .overLimits, .malformed:
            BoardError(
                .unavailable, "\(address) does not speak as a copy of a board does",
                "check the address; what came before is kept")
        }
    }
}
