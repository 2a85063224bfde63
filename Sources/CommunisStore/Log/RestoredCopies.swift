import CommunisCore
import CommunisLog
import GRDB

extension Board {
    /// Whether this copy was restored from a backup and has not yet all that a peer has: what it
    /// sealed after the backup may be elsewhere only.
    package func isRestored() throws(BoardError) -> Bool {
        try read { try BoardState.load($0).isRestored }
    }

    /// Notes that this copy has all that a peer has.
    ///
    /// - Returns: whether it counted as restored until now.
    @discardableResult
    package func noteWhole() throws(BoardError) -> Bool {
        guard !isReadOnly, try isRestored() else { return false }
        try write { try $0.run("UPDATE state SET restored = 0") }
        return true
    }

    /// Notes that this file is older than a peer has seen it, as when a copy of it was put back by
    /// hand: it becomes another store, into which no cursor is known.
    ///
    /// A number says nothing of that: anyone may name one, and each new store costs everybody a
    /// repair. It takes what only this node can have made and what this file has lost: a changeset
    /// with its signature, later in its chain than all that is here. Once that is merged it proves
    /// nothing any more.
    ///
    /// - Parameters:
    ///   - store: the one that the peer means.
    ///   - arrival: up to which the peer has seen it.
    ///   - shown: what the peer shows, to be merged afterwards.
    /// - Returns: whether that proves it.
    package func noteRestored(
        _ store: [UInt8], seenTo arrival: Int64, showing shown: [SealedChangeset]
    ) throws(BoardError) -> Bool {
        guard !isReadOnly, let last = lastOwn(of: shown), let opened = try? last.open(board: id)
        else { return false }
        func isProven(_ database: Database) throws -> Bool {
            // Numbers of changesets that left the log were given too.
            try database.nextArrival() <= arrival
                && opened.header.sequence > chainPosition(database).sequence
        }
        guard try read(isProven) else { return false }
        let environment = self.environment
        return try write { database in
            var state = try BoardState.load(database)
            guard state.store == store, try isProven(database) else { return false }
            if state.isRestored { return true }
            state.store = environment.randomBytes(BoardState.storeByteCount)
            state.isRestored = true
            try state.save(database)
            return true
        }
    }

    /// The last changeset of a node that is in this log.
    package func lastChangeset(of node: NodeID) throws(BoardError) -> SealedChangeset? {
        try read { database in
            try database.row(
                """
                SELECT \(ChangesetRow.columns) FROM changeset
                WHERE id = (SELECT head FROM node WHERE id = ?1)
                    AND node = (SELECT key FROM node WHERE id = ?1)
                """, node.data
            ).map { try ChangesetRow($0).sealed }
        }
    }

    /// The setting that says up to where forks of this copy's key were told.
    private var toldForks: String { "forks_told_\(Base32.encode(node.bytes))" }

    /// Whether another copy wrote with this copy's key what was not told yet; it counts as told then.
    package func hasNewFork() throws(BoardError) -> Bool {
        let excess = try read { database in
            try database.integer(
                "SELECT changesets - sequence FROM node WHERE id = ?", node.data) ?? 0
        }
        let told = try setting(toldForks).flatMap { Int64($0) } ?? 0
        guard excess > told else { return false }
        if !isReadOnly { try set(toldForks, to: String(excess)) }
        return true
    }
}

extension Board {
    /// The changesets that say what a node may do, and what those may who said so, the newest first, as
    /// far as they have room.
    package func statements(of node: NodeID, byteLimit: Int) throws(BoardError)
        -> [SealedChangeset]
    {
        try read { database in
            var found: [SealedChangeset] = []
            var (bytes, open, seen) = (0, [node], Set([founder, node]))
            while let node = open.popLast() {
                for sealed in try database.statements(of: node) {
                    guard bytes + sealed.byteCount <= byteLimit else { continue }
                    bytes += sealed.byteCount
                    found.append(sealed)
                    if let author = ChangesetHeader(sealed.header)?.node,
                        seen.insert(author).inserted
                    {
                        open.append(author)
                    }
                }
            }
            return found
        }
    }

    /// Merges what is new of what stewards' nodes signed, this one's own among it, whoever brings it.
    ///
    /// A merge seals what is pending. A copy that was restored does that only after the last of its own
    /// that the caller brings, and with none does nothing.
    package func mergeStatements(_ changesets: [SealedChangeset]) throws(BoardError) {
        var believed: [SealedChangeset] = []
        var hasOwn = false
        for changeset in changesets {
            guard let opened = try? changeset.open(board: id) else { continue }
            let node = opened.header.node
            let isKnown = try read { database in
                try database.integer(
                    "SELECT 1 FROM changeset WHERE timestamp = ? AND id = ?",
                    opened.header.timestamp.column, opened.id.data) != nil
            }
            guard !isKnown else { continue }
            let isOwn = node == self.node
            if !isOwn, try role(of: node) < .steward { continue }
            hasOwn = hasOwn || isOwn
            believed.append(changeset)
        }
        guard !believed.isEmpty else { return }
        if !hasOwn, try isRestored() { return }
        try merge(believed, from: nil)
    }
}

extension Database {
    fileprivate func statements(of node: NodeID) throws -> [SealedChangeset] {
        try rows(
            """
            SELECT \(ChangesetRow.columns) FROM changeset
            WHERE arrival IN (SELECT changeset FROM role_statement
                WHERE node = (SELECT key FROM node WHERE id = ?))
            ORDER BY timestamp DESC, id
            """, node.data
        ).map { try ChangesetRow($0).sealed }
    }
}
