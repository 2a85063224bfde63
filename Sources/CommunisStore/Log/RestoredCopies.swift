import CommunisCore
import CommunisLog

extension Board {
    /// Whether this copy was restored from a backup and has not yet all that a peer has: what it
    /// sealed after the backup may be elsewhere only.
    package func isRestored() throws(BoardError) -> Bool {
        try read { try BoardState.load($0).isRestored }
    }

    /// Notes that this copy has all that a peer has.
    package func noteWhole() throws(BoardError) {
        guard !isReadOnly, try isRestored() else { return }
        try write { try $0.run("UPDATE state SET restored = 0") }
    }

    /// Notes that this file is older than a peer has seen it, as when a copy of it was put back by
    /// hand: it becomes another store, into which no cursor is known.
    ///
    /// - Parameter arrival: up to which the peer has seen this store.
    package func noteRestored(seenTo arrival: Int64) throws(BoardError) {
        guard !isReadOnly, try read({ try $0.nextArrival() }) <= arrival else { return }
        let environment = self.environment
        try write { database in
            // Numbers of changesets that left the log were given too.
            guard try database.nextArrival() <= arrival else { return }
            var state = try BoardState.load(database)
            state.store = environment.randomBytes(BoardState.storeByteCount)
            state.isRestored = true
            try state.save(database)
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

    /// Whether two copies wrote with this copy's key.
    package func isForked() throws(BoardError) -> Bool {
        try read { database in
            try database.integer(
                "SELECT changesets > sequence FROM node WHERE id = ?", node.data) == 1
        }
    }
}

extension Board {
    /// The changesets that say what a node may do, the newest first, as far as they have room.
    package func statements(of node: NodeID, byteLimit: Int) throws(BoardError)
        -> [SealedChangeset]
    {
        try read { database in
            var found: [SealedChangeset] = []
            var bytes = 0
            for row in try database.rows(
                """
                SELECT \(ChangesetRow.columns) FROM changeset
                WHERE arrival IN (SELECT changeset FROM role_statement
                    WHERE node = (SELECT key FROM node WHERE id = ?))
                ORDER BY timestamp DESC, id
                """, node.data)
            {
                let sealed = try ChangesetRow(row).sealed
                bytes += sealed.byteCount
                guard bytes <= byteLimit else { break }
                found.append(sealed)
            }
            return found
        }
    }

    /// Merges what stewards' nodes signed, this one's own among it, whoever brings it.
    ///
    /// - Parameter node: who brought it; it may have no role.
    package func mergeStatements(_ changesets: [SealedChangeset], broughtBy node: NodeID)
        throws(BoardError)
    {
        var believed: [SealedChangeset] = []
        for changeset in changesets {
            guard let header = ChangesetHeader(changeset.header) else { continue }
            if try role(of: header.node) >= .steward { believed.append(changeset) }
        }
        guard !believed.isEmpty else { return }
        try merge(believed, from: caller(node))
    }
}
