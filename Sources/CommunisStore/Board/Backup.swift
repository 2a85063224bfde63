import CommunisCore
import Foundation
import GRDB

extension Board {
    /// Writes a copy of the board and of its key to a place where nothing is yet.
    ///
    /// The copy does not name itself: whoever opens it becomes a copy of its own, so that a peer
    /// notices a restore. The copy gets its name when it is whole and on the disk.
    package func backup(to target: String) throws(BoardError) {
        let target = Self.absolute(target)
        try Self.checkFree(target)
        let key = try keyFile()
        let draft = "\(target).new-\(Hexadecimal.encode(environment.randomBytes(6)))"
        do {
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM INTO ?", arguments: [draft])
            }
            try Self.forgetStore(draft, environment)
            try key.create(beside: target)
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
