import CommunisSchema
import CommunisStore
import Foundation
import GRDB

/// Empties a board's log and view by hand, which is faster than making a new file.
final class BlankBoard {
    private let queue: DatabaseQueue
    private let sql: String
    private var prefixes: Set<[Int]> = []

    init(_ board: Board) throws {
        queue = try DatabaseQueue(path: board.path)
        sql = try queue.read { database in
            let tables = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_master WHERE type = 'table'
                        AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search%'
                        AND name NOT IN ('state', 'setting')
                    """)
            return tables.map { "DELETE FROM \($0);" }.joined() + Schema.emptyView
                + "UPDATE state SET clock = 0, check_count = 0, check_sum = zeroblob(256);"
        }
    }

    func restore() throws {
        try queue.write { database in try database.execute(sql: sql) }
    }

    /// Whether these places come for the first time.
    func isNew(_ places: ArraySlice<Int>) -> Bool { prefixes.insert(Array(places)).inserted }
}

enum Permutations {
    /// Every ordered choice of `count` of the numbers.
    static func of(_ numbers: Range<Int>, taking count: Int) -> [[Int]] {
        if count == 0 { return [[]] }
        return of(numbers, taking: count - 1).flatMap { beginning in
            numbers.filter { !beginning.contains($0) }.map { beginning + [$0] }
        }
    }
}
