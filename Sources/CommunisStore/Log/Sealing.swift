import CommunisCore
import CommunisLog
import Foundation
import GRDB

extension Board {
    /// Seals what is pending into changesets of this node, signed with its key.
    ///
    /// Sealing is lazy: a change waits until it is about to leave, so that a day of votes at a
    /// kiosk is one signature. Nothing happens, and no key is needed, where nothing is pending.
    ///
    /// - Parameter last: a changeset of this node that a peer knows: if it is later than what is
    ///   here, as after a backup was restored, the chain goes on after it.
    package func sealPending(after last: SealedChangeset? = nil) throws(BoardError) {
        guard try read({ try $0.hasPending() }) else { return }
        let key = try keyFile().key
        let clock = environment.now()
        try write { database in
            var state = try BoardState.load(database)
            try state.time.raiseHorizon(clock, database)
            try seal(database, &state, with: key, after: last)
            try state.save(database)
        }
    }

    /// Seals what is pending where this account can: not in a file it may only read, nor without
    /// the key. What stays pending has left to nobody, so that nothing is missing without it.
    ///
    /// - Returns: whether nothing is pending any more.
    @discardableResult
    package func sealPendingIfPermitted() throws(BoardError) -> Bool {
        guard !isReadOnly else { return false }
        do {
            try sealPending()
            return true
        } catch {
            guard error.code == .notPermitted else { throw error }
            return false
        }
    }

    func seal(
        _ database: Database, _ state: inout BoardState, with key: NodeKey,
        after last: SealedChangeset? = nil
    ) throws {
        let pending = try database.pendingChanges()
        // Votes of one moment on joined ideas are told apart by their changesets and places, which
        // they get here.
        let intake = try LogIntake(database, state: state, peer: nil)
        let view = intake.view
        try view.noteVoters(of: pending.lazy.compactMap(\.vote))
        let trust = try intake.nodes.trust(of: node)
        let rights = trust.rights(as: trust.role)
        var position = try chainPosition(database)
        if let known = ownPosition(last), known.sequence > position.sequence { position = known }
        let waiting = try database.nextArrival()
        var votes: [VoteEntry] = []
        let batches = Slot.pack(loose: pending.map { $0.loose })
        for batch in batches {
            let changeset = SealedChangeset.seal(
                batch.map(\.slot), board: id, after: position, with: key)
            // What is sealed can never be mended: it must be what every peer will understand.
            let opened = try changeset.open(board: id, verifyingSignature: false)
            guard case .meaningful = opened.judgement() else {
                throw BoardError(
                    .fault, "what is pending would be sealed without meaning",
                    "please report this; nothing was lost")
            }
            position = ChainPosition(sequence: position.sequence + 1, last: changeset.id)
            guard let arrival = try intake.enterOwn(opened) else { continue }
            let origin = Origin(arrival: arrival, node: node, changeset: changeset.id)
            votes += try place(
                batch.map { $0.sources.map { pending[$0] } }, origin, view, rights,
                isWhole: batches.count == 1)
            try view.noteJudging(of: opened, arrival: arrival, as: rights.role)
            try intake.noteStandings()
        }
        try view.point(votes, from: waiting, rights)
        try database.run("DELETE FROM pending")
        var report = MergeReport()
        try intake.finish(&state, &report)
    }

    /// Makes the view say in which changeset changes now are, which it does not say of all of them.
    ///
    /// - Parameters:
    ///   - slots: what each slot of the changeset holds.
    ///   - isWhole: whether all that was pending is in this changeset.
    /// - Returns: the votes of which it does not say so yet. Most have their place since they were
    ///   written. The others are those in a second changeset; those that have to be told from a
    ///   sealed vote by their ids; and those of one moment, whose order within the changeset decides.
    private func place(
        _ slots: [[PendingChange]], _ origin: Origin, _ view: ViewWriter, _ rights: Rights,
        isWhole: Bool
    ) throws -> [VoteEntry] {
        var votes: [VoteEntry] = []
        var index = 0
        for changes in slots {
            for (number, pending) in changes.enumerated() {
                defer { index += 1 }
                if let vote = pending.vote {
                    let isAlone = [number - 1, number + 1].allSatisfy {
                        !changes.indices.contains($0)
                            || changes[$0].timestamp != vote.timestamp
                    }
                    if isWhole && pending.isPlaced && isAlone { continue }
                    votes.append(try view.entry(vote, index: index, origin, rights))
                    continue
                }
                let change = pending.change
                if try !point(change, to: origin.arrival, index: index, view.database) {
                    // What is not the winner may be one now: among changes of this node of one
                    // moment the id decides, which what is pending does not have.
                    try view.apply(change, index: index, origin, rights)
                } else if case .revision(let revision) = change.content {
                    try view.point(
                        revision,
                        to: Precedence(
                            timestamp: change.timestamp, node: origin.node,
                            changeset: origin.changeset, index: index))
                }
            }
        }
        return votes
    }

    /// Makes the view say in which changeset a winner now is.
    ///
    /// - Returns: whether the change is the winner of its register.
    private func point(_ change: Change, to arrival: Int64, index: Int, _ database: Database) throws
        -> Bool
    {
        guard let register = change.register else { return true }
        try database.run(
            """
            UPDATE register SET changeset = ?, position = ?
            WHERE kind = ? AND key = ? AND changeset = 0 AND timestamp = ?
            """,
            arrival, index, Int64(register.kind.rawValue), Data(register.key),
            change.timestamp.column)
        return database.changesCount > 0
    }

    /// Where this node's chain stood after a changeset; `nil` if this node did not sign it.
    private func ownPosition(_ changeset: SealedChangeset?) -> ChainPosition? {
        guard let changeset, let opened = try? changeset.open(board: id),
            opened.header.node == node
        else { return nil }
        return ChainPosition(sequence: opened.header.sequence, last: opened.id)
    }

    /// Where this node's chain stands. What a revocation took out of the log is part of it: to go
    /// on before it would look like two copies of one key.
    func chainPosition(_ database: Database) throws -> ChainPosition {
        let key = try ViewWriter.nodeKey(node, database)
        var position = ChainPosition.start
        if let row = try database.row("SELECT sequence, head FROM node WHERE key = ?", key),
            let head = ChangesetID(try row.bytes(1))
        {
            position = ChainPosition(sequence: try row.count(0), last: head)
        }
        for row in try database.rows("SELECT id, header FROM held WHERE node = ?", key) {
            if let header = ChangesetHeader(try row.bytes(1)), header.sequence > position.sequence {
                position = ChainPosition(
                    sequence: header.sequence, last: try row.identifier(0))
            }
        }
        return position
    }
}
