import CommunisCore
import CommunisLog
import Crypto
import Foundation
import GRDB

/// An invitation as `node invite --list` shows it.
package struct Invitation: Sendable {
    /// The beginning of the digest of its secret, by which it is withdrawn.
    package var name: String
    package var role: Role
    /// How many copies may use it, and how many did.
    package var uses, used: Int
    package var created, expires: Milliseconds

    package func isOpen(at now: Milliseconds) -> Bool { used < uses && now < expires }
}

/// What the line of an invitation carries: whom to ask, and the secret that admits.
package struct InvitationToken: Hashable, Sendable {
    /// The node that gave it, so that no other is believed.
    package var node: NodeID
    package var secret: [UInt8]

    package static let secretByteCount = 16

    package init(node: NodeID, secret: [UInt8]) {
        self.node = node
        self.secret = secret
    }

    /// - Returns: `nil` for a text that is no token.
    package init?(_ text: String) {
        guard text.utf8.count < 100, let bytes = Base32.decode(text),
            bytes.count == NodeID.byteCount + Self.secretByteCount
        else { return nil }
        node = NodeID(truncating: bytes.prefix(NodeID.byteCount))
        secret = Array(bytes.suffix(Self.secretByteCount))
    }

    package var text: String { Base32.encode(node.bytes + secret) }
}

extension Board {
    /// Makes an invitation; only the digest of its secret is kept.
    ///
    /// - Throws: `notPermitted` where this node may not give the role.
    package func invite(as role: Role, uses: Int, expires: Milliseconds) throws(BoardError)
        -> (Invitation, InvitationToken)
    {
        // Judged for a node that is nobody: the rights are those of the admission to come.
        try checkRight(
            to: .node(NodeID(truncating: [UInt8](repeating: 1, count: 32)), .role(role, heads: [])))
        _ = try secret()
        let secret = environment.randomBytes(InvitationToken.secretByteCount)
        let digest = Data(SHA256.hash(data: secret))
        let invitation = Invitation(
            name: Self.name(digest), role: role, uses: uses, used: 0, created: environment.now(),
            expires: expires)
        try write { database in
            try database.run(
                """
                INSERT INTO invitation(node, digest, role, uses, created, expires)
                VALUES(?, ?, ?, ?, ?, ?)
                """,
                node.data, digest, Int64(role.rawValue), uses,
                Int64(invitation.created.sinceEpoch), Int64(expires.sinceEpoch))
        }
        return (invitation, InvitationToken(node: node, secret: secret))
    }

    /// The invitations that this node gave, the newest first.
    package func invitations() throws(BoardError) -> [Invitation] {
        try read { database in
            try database.rows("\(Self.selection) ORDER BY created DESC, key DESC", node.data)
                .map { try Self.invitation($0) }
        }
    }

    /// Takes an invitation back; whom it admitted stays.
    ///
    /// - Returns: whether there was one.
    package func withdrawInvitation(_ name: String) throws(BoardError) -> Bool {
        try write { database in
            for row in try database.rows(Self.selection, node.data)
            where Self.name(try row[1]) == name {
                let key: Int64 = try row[0]
                try database.run("DELETE FROM invitation_use WHERE invitation = ?", key)
                try database.run("DELETE FROM invitation WHERE key = ?", key)
                return true
            }
            return false
        }
    }

    static let selection = """
        SELECT key, digest, role, uses,
            (SELECT count(*) FROM invitation_use WHERE invitation = invitation.key), created, expires
        FROM invitation WHERE node = ?
        """

    static func invitation(_ row: Row) throws -> Invitation {
        guard let role = Role(rawValue: UInt8(truncatingIfNeeded: try row[2] as Int64)) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an invitation has no role")
        }
        return Invitation(
            name: name(try row[1]), role: role, uses: try row[3], used: try row[4],
            created: Milliseconds(clamping: try row[5]), expires: Milliseconds(clamping: try row[6])
        )
    }

    private static func name(_ digest: Data) -> String { Base32.encode(Array(digest.prefix(5))) }
}
