import CommunisSQLite
import Foundation
import GRDB

/// How long SQLite's write-ahead log may become, in pages of 4 KiB
/// (https://www.sqlite.org/wal.html#ckpt).
///
/// A checkpoint writes each page once, however often the log has it: rare ones are cheap, and take a
/// third off a sync of 1,000 votes. But every process that opens a file which no other has open
/// first reads its log whole (https://www.sqlite.org/walformat.html#recovery): 60 MB of it made
/// `top` take 37 ms in place of 11.
enum WriteAheadLog {
    /// While a process goes on, as a hub does: 16 MB, and what the transaction writes that passes it.
    static let pagesWhileOpen = 4_000
    /// Where the last process closes the file: 4 MB.
    static let pagesAtClose = 1_000
    static let pageByteCount = 4_096
}

extension Board {
    /// Empties the log at once, of bytes that nobody shall find. Where others hold the file it stays.
    func truncateWriteAheadLog() {
        try? queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Lets closing the file, where no other process has it open, empty a log that is long.
    func emptyLongLogAtClose() {
        let limit = WriteAheadLog.pagesAtClose * WriteAheadLog.pageByteCount
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal"),
            let size = attributes[.size] as? Int, size > limit
        else { return }
        // Reentrant: a board may be released by what runs on its queue.
        queue.unsafeReentrantWrite { database in
            guard let connection = database.sqliteConnection else { return }
            _ = communis_set_checkpoint_on_close(connection, 1)
        }
    }
}
