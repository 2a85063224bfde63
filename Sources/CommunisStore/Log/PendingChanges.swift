import CommunisCore
import CommunisLog
import GRDB

/// A change that is durable and in the view, and not yet sealed.
struct PendingChange {
    enum Content {
        case vote(CastVote)
        /// A change with the slot that it will be.
        case other(Slot, Change)
    }

    var key: Int64
    var content: Content
    /// Whether the view names the changeset already in which it will be sealed.
    var isPlaced: Bool
    /// What this computer's clock said; `nil` for a change that brought its own time.
    var clock: Milliseconds?

    var change: Change {
        switch content {
        case .vote(let vote): vote.change
        case .other(_, let change): change
        }
    }

    var vote: CastVote? {
        if case .vote(let vote) = content { vote } else { nil }
    }

    var timestamp: HybridTimestamp {
        switch content {
        case .vote(let vote): vote.timestamp
        case .other(_, let change): change.timestamp
        }
    }

    var loose: Slot.Loose {
        switch content {
        case .vote(let vote): .vote(vote)
        case .other(let slot, _): .slot(slot)
        }
    }
}

extension PendingChange.Content {
    /// - Parameter salt: as long as a slot's, where the kind is not closed.
    init(_ change: Change, salt: @autoclosure () -> [UInt8]) {
        if let vote = change.castVote {
            self = .vote(vote)
        } else {
            self = .other(change.slot(salt: salt()), change)
        }
    }

    /// The same with another time, which its bytes may hold too.
    func stamped(_ timestamp: HybridTimestamp) -> Self {
        switch self {
        case .vote(var vote):
            vote.timestamp = timestamp
            return .vote(vote)
        case .other(let slot, var change):
            change.timestamp = timestamp
            var salt: [UInt8] = []
            if case .salted(_, let known) = slot.content { salt = known }
            return .other(change.slot(salt: salt), change)
        }
    }
}

// MARK: - How it is kept

extension PendingChange.Content {
    /// A vote waits as idea ‖ member ‖ ballot: what a block makes of one vote is twice as long, and
    /// most of what sealing took was to read that.
    private static let voteByteCount = IdeaID.byteCount + MemberID.byteCount + 1

    /// The columns `kind`, `timestamp`, `salt` and `bytes`.
    var columns: (kind: Int64, timestamp: Int64, salt: [UInt8]?, bytes: [UInt8]) {
        switch self {
        case .vote(let vote):
            var bytes = vote.idea.bytes
            bytes.append(vote.member)
            bytes.append(vote.vote.rawValue)
            return (Int64(Register.Kind.vote.rawValue), vote.timestamp.column, nil, bytes)
        case .other(let slot, _):
            let (bytes, salt): ([UInt8], [UInt8]?) =
                switch slot.content {
                case .plain(let bytes): (bytes, nil)
                case .salted(let bytes, let salt): (bytes, salt)
                case .erased(let digest): (digest, nil)
                }
            return (Int64(slot.kind), slot.timestamp.column, salt, bytes)
        }
    }

    /// `nil` if the columns hold no change.
    ///
    /// - Parameter board: the board, on which ids of what is made depend; asked for where it does.
    fileprivate init?(
        kind: Int64, timestamp: HybridTimestamp, salt: UnsafeRawBufferPointer?,
        bytes: UnsafeRawBufferPointer, on board: () throws -> BoardID
    ) throws {
        if kind == Register.Kind.vote.rawValue, bytes.count == Self.voteByteCount,
            let start = bytes.baseAddress
        {
            guard timestamp.isValid, let vote = Vote(rawValue: bytes[Self.voteByteCount - 1]) else {
                return nil
            }
            self = .vote(
                CastVote(
                    timestamp: timestamp, idea: IdeaID(loadingFrom: start),
                    member: MemberID(loadingFrom: start + IdeaID.byteCount), vote: vote))
            return
        }
        let slot = Slot(
            kind: UInt16(truncatingIfNeeded: kind), timestamp: timestamp, changeCount: 1,
            content: salt.map { .salted(Array(bytes), salt: Array($0)) } ?? .plain(Array(bytes)))
        guard let change = slot.singleChange(on: try board()), change.castVote == nil else {
            return nil
        }
        self = .other(slot, change)
    }
}

extension Board {
    /// How many changes are written here and not sealed yet.
    package func pendingCount() throws(BoardError) -> Int {
        try read { Int(try $0.integer("SELECT count(*) FROM pending") ?? 0) }
    }
}

extension Database {
    func hasPending() throws -> Bool {
        try integer("SELECT EXISTS(SELECT 1 FROM pending)") == 1
    }

    /// What is pending, in the order in which it was written.
    func pendingChanges() throws -> [PendingChange] {
        let statement = try DirectStatement(
            "SELECT key, kind, timestamp, salt, bytes, placed, clock FROM pending ORDER BY key",
            self)
        var changes: [PendingChange] = []
        var known: BoardID?
        let board = {
            if let known { return known }
            let board = try self.board()
            known = board
            return board
        }
        try statement.forEachRow { columns in
            guard
                let content = try PendingChange.Content(
                    kind: try columns[1], timestamp: HybridTimestamp(column: try columns[2]),
                    salt: try columns.bytes(3),
                    bytes: try columns.bytes(4) ?? .init(start: nil, count: 0), on: board)
            else {
                throw DatabaseError(
                    resultCode: .SQLITE_CORRUPT, message: "a pending change cannot be read")
            }
            changes.append(
                PendingChange(
                    key: try columns[0], content: content, isPlaced: try columns[5] != 0,
                    clock: try columns.optional(6).map { Milliseconds(clamping: $0) }))
        }
        return changes
    }

    /// The board of which this file is a copy.
    private func board() throws -> BoardID {
        guard let row = try row("SELECT board FROM state") else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the state is missing")
        }
        return try row.identifier(0)
    }

    /// Notes of pending votes that sealing has to find out whether they win.
    func markUnplaced(_ keys: [Int64]) throws {
        for key in keys { try run("UPDATE pending SET placed = 0 WHERE key = ?", key) }
    }

    /// The arrival number that the next changeset of the log gets. Nothing enters the log before
    /// what is pending is sealed, so that what is pending will be in this one.
    func nextArrival() throws -> Int64 {
        let last = try DirectStatement(
            "SELECT seq FROM sqlite_sequence WHERE name = 'changeset'", self
        ).row { try $0[0] }
        guard let last else { return 1 }
        guard last >= 0, last < .max else { throw Self.wrongNumbers }
        return last + 1
    }

    /// Errors where no number is left for a changeset: SQLite would say that the disk is full.
    func checkNumbering() throws {
        _ = try nextArrival()
        let last =
            try DirectStatement("SELECT max(arrival) FROM changeset", self)
            .row { try $0.optional(0) } ?? nil
        if last == .max { throw Self.wrongNumbers }
    }

    private static var wrongNumbers: DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "its changesets are numbered wrongly")
    }
}
