import CommunisCore
import Foundation
import GRDB

extension Board {
    /// The member that a person's address or handle names on this board.
    ///
    /// - Parameter who: trimmed, NFC-normalised and lowercased.
    /// - Throws: `notPermitted` at a reader's node, which does not hold the board's secret.
    package func member(who: String) throws(BoardError) -> MemberID {
        MemberID(.who, who, secret: try secret())
    }

    /// What a member is called by, so that one person is one member however they type it: trimmed,
    /// NFC-normalised and lowercased without a locale.
    ///
    /// - Returns: `nil` for what is no address or handle: empty, longer than 200 scalars, or with
    ///   invisible characters.
    package static func normalised(who text: String) -> String? {
        let who = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .precomposedStringWithCanonicalMapping.lowercased()
        let isVisible = !who.unicodeScalars.contains { $0.isControl || $0.isDirectionMark }
        return who.isEmpty || who.unicodeScalars.count > whoScalars || !isVisible ? nil : who
    }

    package static var whoScalars: Int { 200 }

    /// The board's secret, from the key file.
    package func secret() throws(BoardError) -> BoardSecret {
        guard let secret = try keyFile().secret else {
            throw try role() < .contributor ? .reader(node) : .secretMissing
        }
        return secret
    }

    /// Whether this copy may write and cannot: it was a reader when it was made, and the board's
    /// secret has not come yet.
    package func lacksSecret() throws(BoardError) -> Bool {
        guard !isReadOnly, try role() >= .contributor else { return false }
        return try keyFile().secret == nil
    }

    /// Keeps the board's secret in the key file, which is replaced in one step.
    package func keep(_ secret: BoardSecret) throws(BoardError) {
        var key = try keyFile()
        key.secret = secret
        try key.replace(beside: path)
    }

    /// Remembers, on this node only, which member an address is.
    package func remember(_ address: String, as member: MemberID) throws(BoardError) {
        try write { try $0.remember(address, as: member) }
    }

    /// A setting of this copy, never synced.
    package func setting(_ name: String) throws(BoardError) -> String? {
        try read { try $0.row("SELECT value FROM setting WHERE name = ?", name)?[0] }
    }

    package func set(_ name: String, to value: String) throws(BoardError) {
        try write {
            try $0.run("INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", name, value)
        }
    }

    /// What the board is called, and how it is voted on.
    package func name() throws(BoardError) -> String? {
        try read { try $0.row("SELECT value FROM board_setting WHERE name = 'name'")?[0] }
    }

    package func ballot() throws(BoardError) -> BallotKind {
        try read { try ViewWriter.ballot($0) }
    }

    /// The display name of a member, if there is one.
    package func name(of member: MemberID) throws(BoardError) -> String? {
        try read { database in
            // A member may have no name: it is read as one that may be missing.
            try database.row("SELECT name FROM member WHERE id = ?", member.data).flatMap {
                try $0[0] as String?
            }
        }
    }
}

extension Board {
    /// Whether this account may only read the file.
    package var isReadOnly: Bool { queue.configuration.readonly }

    /// Why nothing is written with this file, or signed: this account is not the only one that may
    /// have written it. `nil` where it is.
    package var objection: BoardError? { file.objection }
}

extension Database {
    /// Remembers, in this copy only, which member an address is.
    func remember(_ address: String, as member: MemberID) throws {
        try run("INSERT OR IGNORE INTO contact(address, member) VALUES(?, ?)", address, member.data)
    }
}
