import CommunisCore
import Foundation
import GRDB
import GRDBSQLite

/// A board's file as SQLite has it open, and what watches over it.
struct OpenFile: Sendable {
    let queue: DatabaseQueue
    /// Why nothing may be written with it, or signed; `nil` where it is this account's own.
    let objection: BoardError?
    /// For another copy's file, and for every one that somebody else may have written.
    let deadline: Deadline?
    /// Whether somebody else may have written it: it is not this account's own, or lies without a
    /// key, as what was downloaded does.
    let isDoubted: Bool
    /// Of a file that is not this account's own.
    let image: FileImage?

    /// A file that this account has just made.
    init(_ queue: DatabaseQueue) {
        self.queue = queue
        objection = nil
        deadline = nil
        isDoubted = false
        image = nil
    }

    init(_ place: BoardPlace, _ use: BoardUse, _ environment: BoardEnvironment) throws {
        objection = place.objection
        guard place.objection == nil else {
            let deadline = Deadline(Deadline.strange)
            image = FileImage(place.path)
            self.deadline = deadline
            isDoubted = true
            queue = try Self.openStrange(
                place.path, hasLog: image?.log != nil, deadline, environment)
            return
        }
        image = nil
        isDoubted = FileStatus(KeyFile.path(beside: place.path)) == nil
        deadline =
            switch use {
            case .peer: Deadline(Deadline.peer)
            case .reading, .writing: isDoubted ? Deadline(Deadline.strange) : nil
            }
        let configuration = Board.configuration(environment, deadline: deadline)
        let folder = BoardPlace.folder(of: place.path)
        if access(place.path, W_OK) == 0 && access(folder, W_OK) == 0 {
            try place.reserveCompanions()
            queue = try DatabaseQueue(path: place.path, configuration: configuration)
        } else {
            queue = try Self.openReadOnly(place.path, configuration)
        }
    }

    /// One's own file that may not be written.
    private static func openReadOnly(_ path: String, _ configuration: Configuration) throws
        -> DatabaseQueue
    {
        var configuration = configuration
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
            return try DatabaseQueue(
                path: address(of: path, "immutable=1"), configuration: configuration)
        }
    }

    /// A file that others may have written: nothing is written beside it, and no memory shared with
    /// its owner.
    ///
    /// SQLite keeps the index of a `-wal` in memory of its own where the file is locked exclusively
    /// (https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory); as that of a stranger
    /// cannot be locked, by a file system without locks. `FileImage` notices what the owner writes.
    private static func openStrange(
        _ path: String, hasLog: Bool, _ deadline: Deadline, _ environment: BoardEnvironment
    ) throws -> DatabaseQueue {
        var configuration = Board.configuration(
            environment, deadline: deadline, isLocked: hasLog)
        configuration.readonly = true
        configuration.prepareDatabase { database in
            let length = BoardDefences.strangeLength
            sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, length)
        }
        return try DatabaseQueue(
            path: address(of: path, hasLog ? "mode=ro&vfs=unix-none" : "immutable=1"),
            configuration: configuration)
    }

    /// A path as SQLite reads it with parameters (https://www.sqlite.org/uri.html).
    private static func address(of path: String, _ parameters: String) -> String {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: ";")
        let encoded = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
        return "file:\(encoded)?\(parameters)"
    }
}
