import CommunisCore
import Foundation
import GRDB

extension Board {
    /// Writes a copy of the board and of its key to a place where nothing is yet.
    ///
    /// The copy does not name itself: whoever opens it becomes a copy of its own, so that a peer
    /// notices a restore. The copy gets its name when it is whole and on the disk.
    ///
    /// - Returns: whether other accounts cannot read it; on a stick's file system they may.
    @discardableResult
    package func backup(to target: String) throws(BoardError) -> Bool {
        let target = Self.absolute(target)
        try Self.checkFree(target)
        let key = try keyFile()
        let draft = "\(target).new-\(Hexadecimal.encode(environment.randomBytes(6)))"
        do {
            // VACUUM fills an empty file. It is nobody else's to read, whatever the umask.
            try BoardPlace.reserve(draft)
            try BoardPlace(draft).reserveCompanions()
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM INTO ?", arguments: [draft])
            }
            try Self.forgetStore(draft, environment)
            // A stick's file system may hide nothing from other accounts: a backup goes there still.
            try key.create(beside: target, isUsed: false)
            do throws(BoardError) {
                try Self.publish(draft, as: target)
            } catch {
                unlink(KeyFile.path(beside: target))
                throw error
            }
        } catch {
            Self.removeFiles(draft)
            throw BoardError(error, path: target)
        }
        return [target, KeyFile.path(beside: target)].allSatisfy {
            FileStatus($0)?.isOpenToOthers == false
        }
    }

    private static func forgetStore(_ path: String, _ environment: BoardEnvironment) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration(environment))
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "UPDATE state SET store = NULL")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }
}
