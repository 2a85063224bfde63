import CommunisCore
import Foundation
import GRDB

extension Board {
    /// How many hexadecimal digits of a changeset's id have to be given.
    private static let leastDigits = 8

    /// The changeset, in the log or held beside it, that the beginning of its id names.
    ///
    /// - Throws: `notFound`; `notUnderstood` if these are not 8 to 64 hexadecimal digits, or name
    ///   several.
    package func changeset(_ reference: String) throws(BoardError) -> ChangesetID {
        let digits = reference.lowercased()
        guard (Self.leastDigits...64).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
        else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) is not the beginning of a changeset's id",
                "give 8 or more of the digits that `communis log --json` shows")
        }
        let found = try read { database in
            try database.rows(
                """
                SELECT id FROM changeset WHERE substr(lower(hex(id)), 1, ?1) = ?2
                UNION SELECT id FROM held WHERE substr(lower(hex(id)), 1, ?1) = ?2 LIMIT 2
                """, digits.utf8.count, digits
            ).map { try $0.identifier(0) as ChangesetID }
        }
        guard let first = found.first else {
            throw BoardError(
                .notFound, "no changeset \(reference.quoted) on this board",
                "see `communis log --json` for the changesets")
        }
        guard found.count == 1 else {
            throw BoardError(
                .notUnderstood, "\(reference.quoted) names several changesets",
                "give more of its digits")
        }
        return first
    }
}
