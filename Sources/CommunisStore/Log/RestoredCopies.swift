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
