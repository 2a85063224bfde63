import CommunisCore
import CommunisLog
import Crypto
import Foundation
import GRDB

extension Board {
    /// Admits a node that brings the secret of an invitation.
    ///
    /// The use is counted before the admission is sealed, and once a node: who lost the answer asks
    /// again, and whom a power cut left unadmitted is admitted then.
    ///
    /// - Returns: the node's role now.
    /// - Throws: `notPermitted` for a secret that is wrong, late or used up; all in the same words.
    package func admit(_ node: NodeID, called name: String?, by secret: [UInt8])
        throws(BoardError) -> Role
    {
        let now = environment.now()
        let digest = SHA256.hash(data: secret)
        let before = try self.role(of: node)
        let role: Role? = try write { database in
            // A steward's later word about the node stands: who was revoked or demoted does not come
            // back by an invitation used before, and who was revoked not by any.
            let hasStanding = try database.hasRoleStatement(of: node)
            if hasStanding && before == .none { return nil }
            var found: (key: Int64, invitation: Invitation)?
            // Every one is compared, each in constant time: how long it takes tells nothing.
            for row in try database.rows(Self.selection, self.node.data)
            where digest == (try row[1] as Data) {
                found = (try row[0], try Self.invitation(row))
            }
            guard let (key, invitation) = found else { return nil }
            let hasUsed = try database.integer(
                "SELECT count(*) FROM invitation_use WHERE invitation = ? AND node = ?", key,
                node.data)
            // Who lost the answer may ask again when the invitation is over.
            if hasStanding && (hasUsed != 0 || before >= invitation.role) { return before }
            guard now < invitation.expires else { return nil }
            if hasUsed == 0 {
                guard invitation.used < invitation.uses else { return nil }
                try database.run(
                    "INSERT INTO invitation_use(invitation, node, at) VALUES(?, ?, ?)", key,
                    node.data, Int64(now.sinceEpoch))
            }
            return invitation.role
        }
        guard let role else { throw .notInvited }
        guard before < role else { return before }
        try setRole(of: node, to: role, name: name)
        return role
    }
}

extension BoardError {
    package static let notInvited = Self(
        .notPermitted,
        "this invitation does not hold: it is used up, expired, withdrawn or another's",
        "ask a steward for a new one: communis node invite")
}

extension Board {
    /// Whether a node had a role and has none any more.
    package func isRevoked(_ node: NodeID) throws(BoardError) -> Bool {
        guard try role(of: node) == .none else { return false }
        return try read { try $0.hasRoleStatement(of: node) }
    }
}

extension Database {
    /// Whether a role of the node was ever stated.
    fileprivate func hasRoleStatement(of node: NodeID) throws -> Bool {
        try integer(
            """
            SELECT 1 FROM role_statement JOIN node ON node.key = role_statement.node
            WHERE node.id = ? LIMIT 1
            """, node.data) != nil
    }
}
