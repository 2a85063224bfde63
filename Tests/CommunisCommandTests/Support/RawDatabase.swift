import GRDB

extension TestFolder {
    /// Opens a board's file behind the program's back.
    func database(_ board: String = "communis.sqlite") throws -> DatabaseQueue {
        try DatabaseQueue(path: path(board))
    }

    /// Changes a board's file behind the program's back.
    func change(_ sql: String, _ board: String = "communis.sqlite") throws {
        let queue = try database(board)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
