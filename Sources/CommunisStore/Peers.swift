import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// A peer's row in this file.
package struct PeerKey: Hashable, Sendable {
    package let rawValue: Int64
}

/// Another copy of the board with which this one syncs, and how far each has the other's.
package struct Peer: Sendable {
    package var key: PeerKey
    package var address: String
    /// Who answered there at the last sync.
    package var node: NodeID
    /// The copy it was at the last sync; another one there means that cursors say nothing.
    package var store: [UInt8]?
    /// The peer's arrival number up to which we have everything.
    package var received: Int64
    /// Our arrival number up to which the peer has everything.
    package var sent: Int64
    package var lastSync: Milliseconds?
    /// A file of certificates that are trusted there instead of the system's.
    package var authority: String?

    init(_ row: Row) throws {
        node = try row.identifier(6)
        key = PeerKey(rawValue: try row[0])
        address = try row[1]
        store = (try row[2] as Data?).map { Array($0) }
        received = try row[3]
        sent = try row[4]
        lastSync = (try row[5] as Int64?).map { Milliseconds(clamping: $0) }
        authority = try row[7]
    }

    static let columns = "key, address, store, received, sent, last_sync, node, authority"
}

/// How a sync moves its cursors; part of the transaction that stores what they speak of.
package struct CursorMove: Sendable {
    package var peer: PeerKey
    package var store: [UInt8]
    package var received: Int64
    /// `nil` leaves it where it is.
    package var sent: Int64?
    package var at: Milliseconds

    package init(peer: PeerKey, store: [UInt8], received: Int64, sent: Int64?, at: Milliseconds) {
        self.peer = peer
        self.store = store
        self.received = received
        self.sent = sent
        self.at = at
    }

    func apply(_ database: Database) throws {
        try database.run(
            """
            UPDATE peer SET store = ?, received = ?, sent = coalesce(?, sent), last_sync = ?
            WHERE key = ?
            """,
            Data(store), received, sent, Int64(at.sinceEpoch), peer.rawValue)
    }
}

extension Board {
    /// The peers that this copy calls, by address.
    package func peers() throws(BoardError) -> [Peer] {
        try read { database in
            try database.rows(
                "SELECT \(Peer.columns) FROM peer WHERE address IS NOT NULL ORDER BY address"
            ).map { try Peer($0) }
        }
    }

    /// The peer at an address, if this copy has called it before.
    package func knownPeer(at address: String) throws(BoardError) -> Peer? {
        try read { database in
            try database.row("SELECT \(Peer.columns) FROM peer WHERE address = ?", address)
                .map { try Peer($0) }
        }
    }

    /// The peer at an address, called from now on.
    package func peer(at address: String, node: NodeID) throws(BoardError) -> Peer {
        try write { database in
            try database.run(
                """
                INSERT INTO peer(address, node) VALUES(?, ?)
                ON CONFLICT(address) DO UPDATE SET node = excluded.node
                """, address, node.data)
            guard
                let row = try database.row(
                    "SELECT \(Peer.columns) FROM peer WHERE address = ?", address)
            else { throw BoardError(.fault, "a peer was not remembered", "please report this") }
            return try Peer(row)
        }
    }

    /// Trusts certificates at a peer that is called, from now on.
    ///
    /// - Parameter authority: the absolute path of a file.
    package func setAuthority(_ authority: String, at address: String) throws(BoardError) {
        guard let peer = try knownPeer(at: address), peer.authority != authority else { return }
        try write { database in
            try database.run(
                "UPDATE peer SET authority = ? WHERE address = ?", authority, address)
        }
    }

    /// The key of a node that calls here.
    package func caller(_ node: NodeID) throws(BoardError) -> PeerKey {
        if let known = try read({ try $0.peerKey(node) }) { return known }
        return try write { database in
            if let known = try database.peerKey(node) { return known }
            try database.run("INSERT INTO peer(node) VALUES(?)", node.data)
            return PeerKey(rawValue: database.lastInsertedRowID)
        }
    }
}

extension Database {
    fileprivate func peerKey(_ node: NodeID) throws -> PeerKey? {
        try integer("SELECT key FROM peer WHERE node = ?", node.data).map { PeerKey(rawValue: $0) }
    }
}
