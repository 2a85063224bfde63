import CommunisCore
import CommunisLog
import CommunisSQLite
import CommunisSchema
import Foundation
import GRDB
import GRDBSQLite

/// What a board is opened for.
package enum BoardUse: Hashable, Sendable {
    /// By a command that writes, or by a hub.
    case writing
    /// By a command that only looks: nothing is sealed or signed.
    case reading
    /// As another copy than the one that syncs, which is this node; `nil` where there is none yet, or
    /// where the other copy is on another machine.
    case peer(of: NodeID?)
}

extension Board {
    /// "Comm", in the SQLite file's header, tells a board from other databases
    /// (https://www.sqlite.org/fileformat2.html#application_id).
    static let applicationID: Int32 = 0x436F_6D6D

    /// Opens a board file, brings it up to this version, and lets what was parked and is due into
    /// the view.
    ///
    /// A file that this account may not write, or that is not this account's own (`BoardPlace`), is
    /// opened for reading.
    package static func open(
        _ path: String, for use: BoardUse = .writing, environment: BoardEnvironment = .system
    ) throws(BoardError) -> Board {
        let path = absolute(path)
        let place = try BoardPlace(path)
        do {
            let file = try OpenFile(place, use, environment)
            let version = try file.queue.writeWithoutTransaction { database in
                let version = try checkedVersion(database, path)
                if file.isDoubted, let fault = try BoardDefences.fault(in: database) {
                    throw BoardError.damaged(path, "\(fault)")
                }
                return version
            }
            let narrowed = place.objection == nil ? place.narrow() : []
            if version < Schema.migrations.count {
                guard !file.queue.configuration.readonly else {
                    throw BoardError(
                        .inputOutput, "\(path) is of an older version and cannot be written",
                        "open it once where you may write it")
                }
                try migrate(file.queue, path, environment)
            }
            let state = try file.queue.writeWithoutTransaction { try BoardState.load($0) }
            guard use != .peer(of: state.node) else { throw BoardError.ownNode(path) }
            let board = Board(
                path: path, state: state, file: file, narrowed: narrowed, environment: environment)
            if !board.isReadOnly { try board.settle(state, for: use) }
            return board
        } catch {
            throw BoardError(error, path: path)
        }
    }

    /// What an opening may have to do before anything else: name a restored copy, compute a view of
    /// older rules anew, fill what older versions did not keep, let what is due into the view.
    private func settle(_ state: BoardState, for use: BoardUse) throws(BoardError) {
        let (hasRanges, isErasing) = try read {
            (try $0.hasLogRanges(), try Erasure.isUnfinished($0))
        }
        // Where there is no room for that now, the next opening tries again.
        if isErasing { try? rewrite() }
        if state.store == nil || state.viewVersion != BoardState.currentViewVersion || !hasRanges {
            let environment = self.environment
            try write { database in
                var state = try BoardState.load(database)
                if state.store == nil {
                    state.store = environment.randomBytes(BoardState.storeByteCount)
                    state.isRestored = true
                }
                let intake = try LogIntake(database, state: state, peer: nil)
                if state.viewVersion != BoardState.currentViewVersion {
                    try intake.judgeAll()
                    var report = MergeReport()
                    try intake.finish(&state, &report)
                    state.viewVersion = BoardState.currentViewVersion
                }
                try state.save(database)
            }
        }
        // What is pending is sealed before anything is let in. A command that looks does not sign.
        if use == .reading, try read({ try $0.hasPending() }) { return }
        try admitDue()
    }

    static func absolute(_ path: String) -> String {
        // The key lies beside the file, not beside a link to it.
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    /// SQLite counts what it allocates, under one lock for all its threads, unless it is told not to
    /// before its first use. Nothing reads the counts.
    private static let uncounted: Void = { _ = communis_stop_counting_memory() }()

    /// - Parameters:
    ///   - deadline: for another copy's file, and for one that somebody else may have written.
    ///   - isLocked: whether the file counts as locked by this connection, from before it is read.
    static func configuration(
        _ environment: BoardEnvironment, deadline: Deadline? = nil, isLocked: Bool = false
    ) -> Configuration {
        uncounted
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        let isDurable = environment.isDurable
        configuration.prepareDatabase { database in
            try BoardDefences.defend(database)
            if let deadline {
                deadline.watch(database)
                try BoardDefences.doubt(database)
            }
            if isLocked { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            // An acknowledged vote survives a power cut: FULL. The checkpoint at close is what made
            // that slow for a process of one vote; it remains where the log became long.
            communis_set_checkpoint_on_close(database.sqliteConnection, 0)
            try database.execute(
                sql: """
                    PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL");
                    PRAGMA cache_size = -32768;
                    PRAGMA wal_autocheckpoint = \(WriteAheadLog.pagesWhileOpen);
                    PRAGMA temp_store = MEMORY;
                    """)
        }
        return configuration
    }

    /// How many migrations the file has seen, if it is a board's, not of a newer version, and laid
    /// out as that version's boards are.
    private static func checkedVersion(_ database: Database, _ path: String) throws -> Int {
        let application = try database.integer("PRAGMA application_id") ?? 0
        guard application == Int64(applicationID) else { throw BoardError.notABoard(path) }
        let version = Int(try database.integer("PRAGMA user_version") ?? 0)
        guard version <= Schema.migrations.count else {
            throw BoardError.newerFile(path, version: version)
        }
        guard version > 0, try BoardSchema.isThat(ofVersion: version, database) else {
            throw BoardError.damaged(path, "it is not laid out as a board is")
        }
        return version
    }

    /// The version of the file from which on changesets are of the format as it is. Before it was
    /// settled, ids were drawn and what cannot be erased could hold words.
    private static let firstOfThisFormat = 12

    /// Whether the log's first changeset, which founds the board or admits its node, is none by now.
    private static func holdsEarlierFormat(_ database: Database) throws -> Bool {
        guard
            let row = try database.row(
                "SELECT header, payload, signature FROM changeset ORDER BY arrival LIMIT 1")
        else { return false }
        let first = SealedChangeset(
            header: try row.bytes(0), payload: try row.bytes(1), signature: try row.bytes(2))
        guard let header = ChangesetHeader(first.header) else { return false }
        let board = header.isFounding ? nil : header.board
        do {
            _ = try first.open(board: board, verifyingSignature: false)
            return false
        } catch {
            return error == .malformed
        }
    }

    /// Runs the migrations that the file has not seen, forward only, in one transaction.
    static func migrate(_ queue: DatabaseQueue, _ path: String, _ environment: BoardEnvironment)
        throws
    {
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.exclusive) {
                let version = Int(try database.integer("PRAGMA user_version") ?? 0)
                // A new file holds nothing, and no tables.
                let mayHoldEarlier = 1..<firstOfThisFormat ~= version
                guard try !mayHoldEarlier || !holdsEarlierFormat(database) else {
                    throw BoardError.earlierFormat(path)
                }
                for sql in Schema.migrations.dropFirst(version) { try database.execute(sql: sql) }
                try database.execute(sql: "PRAGMA user_version = \(Schema.migrations.count)")
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                return .commit
            }
        }
    }
}
