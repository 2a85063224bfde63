import GRDB
import GRDBSQLite

@testable import CommunisStore

/// How much SQLite does, in steps of its virtual machine: the same at every run, on every computer.
enum SQLiteWork {
    /// The handler is called after so many steps.
    private static let unit = 10

    private final class Counter {
        var calls = 0
    }

    /// The steps that a board takes for something.
    static func steps(_ board: Board, _ body: () throws -> Void) throws -> Int {
        let counter = Counter()
        let context = Unmanaged.passUnretained(counter).toOpaque()
        board.queue.inDatabase { database in
            sqlite3_progress_handler(
                database.sqliteConnection, Int32(unit),
                { context in
                    if let context {
                        Unmanaged<Counter>.fromOpaque(context).takeUnretainedValue().calls += 1
                    }
                    return 0
                }, context)
        }
        defer {
            board.queue.inDatabase {
                sqlite3_progress_handler($0.sqliteConnection, 0, nil, nil)
            }
        }
        try body()
        return withExtendedLifetime(counter) { counter.calls * unit }
    }
}
