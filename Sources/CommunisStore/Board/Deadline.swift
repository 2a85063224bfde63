import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Until when SQLite may work on a file that others may have written: what makes it work without end
/// (https://www.sqlite.org/security.html) makes an error then.
final class Deadline: Sendable {
    /// What a read of a stranger's board may take. The largest boards take seconds.
    static let strange = Duration.seconds(60)
    /// What a transaction may take in another copy that is this account's own: it may have to compute
    /// the view anew.
    static let peer = Duration.seconds(600)
    /// SQLite asks each time it has run so many instructions of its virtual machine, some 0.1 ms.
    private static let instructions: Int32 = 10_000

    private let limit: UInt64
    /// In nanoseconds of the monotonic clock.
    private let end: Atomic<UInt64>

    init(_ limit: Duration) {
        let nanoseconds = UInt64(clamping: limit.components.seconds).multipliedReportingOverflow(
            by: 1_000_000_000
        ).partialValue
        self.limit = nanoseconds
        end = Atomic(DispatchTime.now().uptimeNanoseconds &+ nanoseconds)
    }

    /// Begins the time for a transaction.
    func begin() {
        end.store(DispatchTime.now().uptimeNanoseconds &+ limit, ordering: .relaxed)
    }

    /// Lets SQLite ask; whoever opens the connection keeps this value as long.
    func watch(_ database: Database) {
        sqlite3_progress_handler(
            database.sqliteConnection, Self.instructions,
            { context in
                guard let context else { return 0 }
                let deadline = Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue()
                let end = deadline.end.load(ordering: .relaxed)
                return DispatchTime.now().uptimeNanoseconds > end ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
