import CommunisCore
import CommunisLog
import GRDB

/// What a word about a node does to what counts on the board: that of the node itself, and that of
/// others whose votes stand behind its own, or whom it gave their role.
package struct NodeEffect: Hashable, Sendable {
    /// A part of what a board shows.
    package struct Share: Hashable, Sendable {
        /// Votes that win their register and are not withdrawn, as `export votes` tells them.
        package var votes = 0
        /// The members whose votes they are.
        package var people = 0
        /// The ideas they are on.
        package var votedIdeas = 0
        /// Ideas that have a title.
        package var ideas = 0
        package var comments = 0
        /// All other registers that are won, but for first titles and erasures: later texts, labels,
        /// statuses, …
        package var others = 0

        package init() {}

        package var isEmpty: Bool { self == Share() }
    }

    /// What the node said, and counts before and after.
    package var kept = Share()
    /// What it said, and counts no more.
    package var lost = Share()
    /// What it said, and counts since now.
    package var gained = Share()
    /// What it said with a time that has not come, and will not count when it comes.
    package var lostWaiting = Share()
    /// What others said, and counts no more.
    package var othersLost = Share()
    /// What others said, and counts since now: it stood behind what the node said.
    package var othersGained = Share()
    /// How many other nodes have another role after it.
    package var changedRoles = 0
    /// How many changesets of the node that stay are of a newer version, in part or whole: what they
    /// say is not known here, and will count all the same.
    package var unread = 0

    package init() {}
}

extension Board {
    /// Gives a node a role, and tells what that does; or only tells it.
    ///
    /// - Parameter isTrial: whether nothing is written: all is done, looked at and taken back.
    /// - Returns: what it does, by the board as it is before and after within one transaction.
    @discardableResult
    package func make(_ change: RoleChange, isTrial: Bool) throws(BoardError) -> NodeEffect {
        try write(change.drafts, about: change.node, isTrial: isTrial)
    }

    /// Lets a node's votes count or not, and tells what that does; or only tells it.
    @discardableResult
    package func disavow(_ node: NodeID, _ isOn: Bool, isTrial: Bool) throws(BoardError)
        -> NodeEffect
    {
        try write([Draft(by: nil, .node(node, .disavowed(isOn)))], about: node, isTrial: isTrial)
    }

    private func write(_ drafts: [Draft], about node: NodeID, isTrial: Bool) throws(BoardError)
        -> NodeEffect
    {
        let key = try keyFile().key
        try admitDue()
        return try transaction(isTrial: isTrial) { database in
            let clock = environment.now()
            try sealAll(database, clock, with: key)
            let measure = try NodeMeasure(of: node, database, board: id, founder: founder)
            _ = try append(drafts, database, BoardTime.load(database), clock) { _, _ in }
            try sealAll(database, clock, with: key)
            return try measure.effect(database)
        }
    }

    private func sealAll(_ database: Database, _ clock: Milliseconds, with key: NodeKey) throws {
        var state = try BoardState.load(database)
        try state.time.raiseHorizon(clock, database)
        if try database.hasPending() { try seal(database, &state, with: key) }
        try state.save(database)
    }

    /// - Parameter isTrial: whether all that the body does is taken back.
    private func transaction<Value>(isTrial: Bool, _ body: (Database) throws -> Value)
        throws(BoardError) -> Value
    {
        guard isTrial else { return try write(body) }
        do {
            return try queue.writeWithoutTransaction { database in
                let kind = Database.TransactionKind.immediate
                try DirectStatement("BEGIN \(kind.rawValue)", database).run([])
                defer { try? database.rollback() }
                return try body(database)
            }
        } catch {
            throw BoardError(error, path: path)
        }
    }
}
