import CommunisCore
import GRDB

/// The one order of changes where their times are equal: by node, then changeset, then place.
struct ChangeOrder {
    private let database: Database
    /// This copy's node, the author of what is pending.
    private let node: NodeID

    init(_ database: Database, node: NodeID) {
        self.database = database
        self.node = node
    }

    /// Who made a changeset, for the rare change that is equal in time to another.
    func author(of arrival: Int64) throws -> (NodeID, ChangesetID) {
        if try isPending(arrival) { return (node, .zero) }
        guard
            let row = try database.row(
                """
                SELECT node.id, changeset.id FROM changeset JOIN node ON node.key = changeset.node
                WHERE arrival = ?
                """, arrival)
        else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a changeset is missing")
        }
        return (try row.identifier(0), try row.identifier(1))
    }

    /// Whether this is where the view puts what is not sealed yet.
    func isPending(_ arrival: Int64) throws -> Bool {
        try arrival == 0 || arrival >= database.nextArrival()
    }

    /// Whether a vote wins over another of the same member: by proof and time, then in this order.
    func isGreater(_ vote: VoteEntry, _ other: VoteEntry) throws -> Bool {
        if vote.rank != other.rank { return vote.rank > other.rank }
        if vote.arrival == other.arrival { return vote.position > other.position }
        let (node, changeset) = try author(of: vote.arrival)
        let (otherNode, otherChangeset) = try author(of: other.arrival)
        return node != otherNode ? node > otherNode : changeset > otherChangeset
    }
}
