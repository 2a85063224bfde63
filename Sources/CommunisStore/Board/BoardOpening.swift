import CommunisCore
import CommunisSQLite
import CommunisSchema
import Foundation
import GRDB
import GRDBSQLite

extension Board {
    /// "Comm", in the SQLite file's header, tells a board from other databases
    /// (https://www.sqlite.org/fileformat2.html#application_id).
    static let applicationID: Int32 = 0x436F_6D6D

    /// Opens a board file, brings it up to this version, and lets what was parked and is due into
    /// the view.
    ///
    /// A file that this account may not write is opened for reading.
    package static func open(_ path: String, environment: BoardEnvironment = .system)
        throws(BoardError) -> Board
    {
        let path = absolute(path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .noBoard(path)
        }
        guard !isFolder.boolValue else { throw .notABoard(path) }
        do {
            let queue = try openQueue(path, environment)
            let isReadOnly = queue.configuration.readonly
            let version = try queue.read { try fileVersion($0, path) }
            if version < Schema.migrations.count && !isReadOnly {
                try migrate(queue, path, environment)
            } else if version < Schema.migrations.count {
                throw BoardError(
                    .inputOutput, "\(path) is of an older version and cannot be written",
                    "open it once where you may write it")
            }
            let state = try queue.read { try BoardState.load($0) }
            let board = Board(path: path, state: state, queue: queue, environment: environment)
            if !isReadOnly { try board.settle(state) }
            return board
        } catch {
            throw BoardError(error, path: path)
        }
    }

    /// What an opening may have to do before anything else: name a restored copy, compute a view of
    /// older rules anew, fill what older versions did not keep, let what is due into the view.
    private func settle(_ state: BoardState) throws(BoardError) {
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
        try admitDue()
    }

    static func absolute(_ path: String) -> String {
        // The key lies beside the file, not beside a link to it.
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func openQueue(_ path: String, _ environment: BoardEnvironment) throws
        -> DatabaseQueue
    {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let isWritable = access(path, W_OK) == 0 && access(folder, W_OK) == 0
        if isWritable {
            return try DatabaseQueue(path: path, configuration: configuration(environment))
        }
        var configuration = configuration(environment)
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.read { try $0.integer("PRAGMA user_version") }
            return queue
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            // Without the -wal and -shm files, which we may not make, SQLite opens a file of WAL
            // mode only when told that nobody changes it (https://www.sqlite.org/wal.html#readonly).
            // With a -wal there would be changes that this could not see.
            guard !FileManager.default.fileExists(atPath: path + "-wal") else { throw error }
            var allowed = CharacterSet.urlPathAllowed
            allowed.remove(charactersIn: ";")
            let encoded = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
            return try DatabaseQueue(
                path: "file:\(encoded)?immutable=1", configuration: configuration)
        }
    }

    /// SQLite counts what it allocates, under one lock for all its threads, unless it is told not to
    /// before its first use. Nothing reads the counts.
    private static let uncounted: Void = { _ = communis_stop_counting_memory() }()

    static func configuration(_ environment: BoardEnvironment) -> Configuration {
        uncounted
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        let isDurable = environment.isDurable
        configuration.prepareDatabase { database in
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

    /// How many migrations the file has seen, if it is a board's and not of a newer version.
    private static func fileVersion(_ database: Database, _ path: String) throws -> Int {
        let application = try database.integer("PRAGMA application_id") ?? 0
        guard application == Int64(applicationID) else { throw BoardError.notABoard(path) }
        let version = Int(try database.integer("PRAGMA user_version") ?? 0)
        guard version <= Schema.migrations.count else {
            throw BoardError.newerFile(path, version: version)
        }
        return version
    }

    /// Runs the migrations that the file has not seen, forward only, in one transaction.
    static func migrate(_ queue: DatabaseQueue, _ path: String, _ environment: BoardEnvironment)
        throws
    {
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.exclusive) {
                let version = Int(try database.integer("PRAGMA user_version") ?? 0)
                for sql in Schema.migrations.dropFirst(version) { try database.execute(sql: sql) }
                try database.execute(sql: "PRAGMA user_version = \(Schema.migrations.count)")
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                return .commit
            }
        }
    }
}
