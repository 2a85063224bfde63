import CommunisCore
import CommunisLog
import CommunisStore

/// What the called copy answers.
package struct SyncAnswer: Hashable, Sendable {
    package enum Body: Hashable, Sendable {
        /// The caller's last changeset that is known here; `nil` if there is none.
        case hello(last: SealedChangeset?)
        case exchanged(Exchanged)
        /// The cursor is of another copy, or beyond the end of this one.
        case unknownCursor
        /// A message of Negentropy V1.
        case reconciled([UInt8])
        case moved(Moved)
        case joined(Joined)
        case failed(Failed)
    }

    package struct Exchanged: Hashable, Sendable {
        package var changesets: [SealedChangeset]
        /// The arrival number up to which the changesets tell everything.
        package var cursor: Int64
        /// Whether nothing is left after them.
        package var isComplete: Bool
        /// What became of the caller's changesets.
        package var merged: MergedThere
    }

    package struct Moved: Hashable, Sendable {
        package var changesets: [SealedChangeset]
        /// How many of the ids that were asked for are answered, from the first.
        package var taken: Int
        package var merged: MergedThere
    }

    package struct Joined: Hashable, Sendable {
        package var role: Role
        /// The board's secret, sealed to the caller by HPKE; `nil` for a reader.
        package var secret: SealedSecret?
    }

    /// What went wrong: an exit code of sysexits.h, and words for a person.
    package struct Failed: Hashable, Sendable {
        package var code: Int32
        package var problem: String
        package var remedy: String
    }

    package var board: BoardID
    package var founder: NodeID
    /// Who answers.
    package var node: NodeID
    /// The time; `nil` where that copy has reasons to doubt its clock.
    package var time: Milliseconds?
    package var snapshot: SyncSnapshot
    package var body: Body
}

extension SyncAnswer {
    /// Tells a stranger what is wrong, and nothing of the board but the id that they named.
    package static func refusal(
        _ error: BoardError, of board: BoardID, by node: NodeID
    ) -> SyncAnswer {
        SyncAnswer(
            board: board, founder: node, node: node, time: nil,
            snapshot: SyncSnapshot(
                store: SignedRequest.unknownStore, count: 0, digest: CheckValue().digest,
                lastArrival: 0),
            body: .failed(Failed(error)))
    }
}

extension SyncAnswer.Failed {
    init(_ error: BoardError) {
        self.init(
            code: error.code.rawValue, problem: error.problem.english,
            remedy: error.advice.english)
    }
}

/// What a log holds at one moment.
package struct SyncSnapshot: Hashable, Sendable {
    /// Names the copy of the file; cursors into it mean nothing in another.
    package var store: [UInt8]
    package var count: UInt64
    /// The digest of the check value, 32 bytes.
    package var digest: [UInt8]
    /// The arrival number of the last changeset; 0 if there is none.
    package var lastArrival: Int64

    package init(store: [UInt8], count: UInt64, digest: [UInt8], lastArrival: Int64) {
        self.store = store
        self.count = count
        self.digest = digest
        self.lastArrival = lastArrival
    }

    package init(_ snapshot: LogSnapshot) {
        self.init(
            store: snapshot.store, count: snapshot.check.count, digest: snapshot.check.digest,
            lastArrival: snapshot.lastArrival)
    }
}

/// What the called side did with the caller's changesets.
package struct MergedThere: Hashable, Sendable {
    package var refused: [Refusal: Int] = [:]
    /// How many are held outside its log.
    package var held = 0

    package init() {}

    package init(_ report: MergeReport) {
        refused = report.refused
        held = report.heldWithoutRole
    }
}
