import CommunisCore
import CommunisLog
import GRDB

/// One change as `log` shows it.
package struct LogEntry: Sendable {
    package enum State: String, Sendable {
        /// Made here, not yet sealed.
        case pending
        /// In a changeset whose signature was verified when it came in.
        case signed
        /// Signed, and beyond the horizon.
        case parked
        /// Signed, and without meaning.
        case void

        package var words: Phrase {
            switch self {
            case .pending: "pending"
            case .signed: "signed"
            case .parked: "parked"
            case .void: "void"
            }
        }
    }

    /// What an erased or unknown slot says is not known.
    package var change: Change?
    package var at: HybridTimestamp
    package var kind: UInt16
    package var memberName: String?
    package var node: NodeID
    package var nodeName: String?
    package var changeset: ChangesetID?
    package var state: State
}

extension Board {
    /// The newest changes, newest first; of one idea if one is given.
    package func log(of idea: IdeaID?, limit: Int) throws(BoardError) -> [LogEntry] {
        guard limit > 0 else { return [] }
        return try read { database in
            let comments = try idea.map { try Self.comments(of: $0, database) } ?? []
            let reader = try LogReader(database, board: self, idea: idea, comments: comments)
            return try reader.newest(limit)
        }
    }

    private static func comments(of idea: IdeaID, _ database: Database) throws -> Set<CommentID> {
        Set(
            try database.rows(
                """
                SELECT comment.id FROM comment JOIN idea ON idea.key = comment.idea
                WHERE idea.id = ?
                """, idea.data
            ).map { try $0.identifier(0) })
    }
}

private final class LogReader {
    private let database: Database
    private let board: Board
    private let idea: IdeaID?
    private let comments: Set<CommentID>
    private let nodeNames: NodeNames

    init(_ database: Database, board: Board, idea: IdeaID?, comments: Set<CommentID>) throws {
        self.database = database
        self.board = board
        self.idea = idea
        self.comments = comments
        nodeNames = try NodeNames(database)
    }

    /// Reads changesets from the latest back, until none that is left can hold a change as new as
    /// those found: a changeset's time is its greatest change's.
    func newest(_ limit: Int) throws -> [LogEntry] {
        var found: [LogEntry] = try database.pendingChanges().compactMap { pending in
            entry(
                pending.change, kind: pending.change.content.kind.rawValue,
                at: pending.timestamp, node: board.node, changeset: nil, .pending)
        }
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(ChangesetRow.columns), timestamp FROM changeset
                ORDER BY timestamp DESC, id DESC
                """)
        while let row = try rows.next() {
            if found.count >= limit {
                found = Array(found.sorted { $0.at > $1.at }.prefix(limit))
                if try found[limit - 1].at >= row.timestamp(6) { break }
            }
            found += try entries(ChangesetRow(row))
        }
        var entries = Array(found.sorted { $0.at > $1.at }.prefix(limit))
        for index in entries.indices {
            guard let member = entries[index].change?.member else { continue }
            entries[index].memberName =
                try database.row("SELECT name FROM member WHERE id = ?", member.data).flatMap {
                    try $0[0] as String?
                }
        }
        return entries
    }

    private func entries(_ row: ChangesetRow) throws -> [LogEntry] {
        let changeset = try row.sealed.open(board: board.id, verifyingSignature: false)
        let state: LogEntry.State =
            switch row.verdict {
            case .applied, .unknown: .signed
            case .parked: .parked
            case .void: .void
            }
        let slots = [Slot](payload: row.sealed.payload) ?? []
        return zip(slots, changeset.slots).flatMap { slot, opened -> [LogEntry] in
            let changes: [Change?] =
                switch opened.content {
                case .votes(let block): block.votes.map(\.change)
                case .change(let change): [change]
                case .erased, .unknown, .invalid: [nil]
                }
            return changes.compactMap { change in
                entry(
                    change, kind: slot.kind, at: change?.timestamp ?? slot.timestamp,
                    node: changeset.header.node, changeset: changeset.id, state)
            }
        }
    }

    private func entry(
        _ change: Change?, kind: UInt16, at: HybridTimestamp, node: NodeID,
        changeset: ChangesetID?, _ state: LogEntry.State
    ) -> LogEntry? {
        if let idea, change?.content.concerns(idea, comments) != true { return nil }
        return LogEntry(
            change: change, at: at, kind: kind, memberName: nil, node: node,
            nodeName: nodeNames[node], changeset: changeset, state: state)
    }
}

extension ChangeContent {
    /// Whether a change is about an idea or one of its comments.
    fileprivate func concerns(_ idea: IdeaID, _ comments: Set<CommentID>) -> Bool {
        switch self {
        case .vote(let other, _), .idea(let other), .ideaField(let other, _),
            .label(let other, _, _),
            .status(let other, _, _):
            other == idea
        case .revision(let revision): revision.idea == idea
        case .comment(let comment, _): comments.contains(comment)
        case .sameAs(let pair, _), .carry(let pair, _): pair.first == idea || pair.second == idea
        case .hidden(.idea(let other), _, _): other == idea
        case .hidden(.comment(let comment), _, _): comments.contains(comment)
        case .member, .board, .node, .nodeName, .erase: false
        }
    }
}
