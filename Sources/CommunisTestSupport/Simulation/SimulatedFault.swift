/// A fault of the store or of sync, brought about from outside it, by which the simulation shows
/// that it would find one.
package enum SimulatedFault: String, CaseIterable, Sendable {
    /// Of two votes of one moment the one that came first stays.
    case tieBreakSkipped
    /// The peer's check value is taken for one's own.
    case checkTrusted
    /// The cursor moves before what it speaks of is stored.
    case cursorBeforeCommit
}

/// What a simulation found, and how to see it again.
package struct SimulationFailure: Error, CustomStringConvertible {
    package var seed: Int
    package var step: Int
    package var what: String
    /// Whether a promise was broken, and not something else went wrong.
    package var isPromise = true

    package var description: String {
        "seed \(seed), step \(step): \(what); again: scripts/simulate --from \(seed) --seeds 1"
    }
}
