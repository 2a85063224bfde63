import CommunisCore
import GRDB

/// What a board is, in numbers.
package struct BoardCounts: Sendable {
    /// Everybody who ever voted, wrote or was named.
    package var members: Int
    /// The ideas that are listed.
    package var ideas: Int
    /// The standing votes on them.
    package var votes: Int
}

extension Board {
    package func counts() throws(BoardError) -> BoardCounts {
        try read { database in
            let members = try database.integer("SELECT count(*) FROM member") ?? 0
            let row = try database.row(
                """
                SELECT count(*), coalesce(sum(agree + disagree + pass), 0) FROM tally
                WHERE listed = 1
                """)
            return BoardCounts(
                members: Int(members), ideas: try row?[0] ?? 0, votes: try row?[1] ?? 0)
        }
    }
}
