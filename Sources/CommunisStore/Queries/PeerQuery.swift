import CommunisCore
import Foundation
import GRDB

/// A peer that this copy calls, as `peer list` shows it.
package struct PeerRow: Sendable {
    package var address: String
    /// The node it was at the last sync.
    package var node: NodeID?
    package var nodeName: String?
    package var lastSync: Milliseconds?
    /// How many changesets came from it.
    package var received: Int
    /// How many changesets it has that are here and did not come from it.
    package var sent: Int
    /// Whether there is anything here that it was not told yet.
    package var hasNews: Bool
    /// A file of certificates that are trusted there instead of the system's.
    package var authority: String?
}

extension Board {
    /// The peers that this copy calls and what was exchanged with each, by address. A node that
    /// also called here has a second row for that.
    package func peerRows() throws(BoardError) -> [PeerRow] {
        try read { database in
            let names = try NodeNames(database)
            let isPending = try database.integer("SELECT EXISTS(SELECT 1 FROM pending)") == 1
            return try database.rows(
                """
                WITH same AS (SELECT peer.key AS peer, other.key AS other, other.sent AS sent
                    FROM peer JOIN peer AS other
                        ON other.key = peer.key OR other.node = peer.node),
                own AS (SELECT peer.key AS peer, changeset.arrival <= (SELECT max(sent) FROM same
                        WHERE same.peer = peer.key) AS is_sent
                    FROM peer JOIN changeset ON changeset.came_from IS NULL OR
                        changeset.came_from NOT IN (SELECT other FROM same
                            WHERE same.peer = peer.key)
                    WHERE peer.address IS NOT NULL)
                SELECT address, node, last_sync,
                    (SELECT count(*) FROM changeset
                        WHERE came_from IN (SELECT other FROM same WHERE same.peer = peer.key)),
                    (SELECT count(*) FROM own WHERE own.peer = peer.key AND is_sent),
                    EXISTS(SELECT 1 FROM own WHERE own.peer = peer.key AND NOT is_sent),
                    authority
                FROM peer WHERE address IS NOT NULL ORDER BY address
                """
            ).map { row in
                let node = (try row[1] as Data?).flatMap { NodeID($0) }
                return PeerRow(
                    address: try row[0], node: node, nodeName: node.flatMap { names[$0] },
                    lastSync: (try row[2] as Int64?).map { Milliseconds(clamping: $0) },
                    received: try row[3], sent: try row[4], hasNews: try row[5] || isPending,
                    authority: try row[6])
            }
        }
    }

    /// Calls a peer no more.
    ///
    /// Its row stays, as that of one that only called here: changesets say that they came from it.
    ///
    /// - Returns: whether it was called before.
    package func forgetPeer(at address: String) throws(BoardError) -> Bool {
        try write { database in
            try database.run(
                "UPDATE peer SET address = NULL, authority = NULL WHERE address = ?", address)
            return database.changesCount > 0
        }
    }
}
