import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// A board file: the log, the view computed from it, and what is local to this copy.
///
/// Everything that changes the file does so in one transaction; everything that is read is read in
/// one. A board may be used from any thread; writes wait for each other.
package final class Board: Sendable {
    /// The file, as an absolute path.
    package let path: String
    package let id: BoardID
    /// The node that this copy is.
    package let node: NodeID
    /// The node that founded the board.
    package let founder: NodeID
    /// The files that other accounts could read until it was opened; they cannot any more.
    package let narrowed: [String]
    let file: OpenFile
    var queue: DatabaseQueue { file.queue }
    let environment: BoardEnvironment

    init(
        path: String, state: BoardState, file: OpenFile, narrowed: [String] = [],
        environment: BoardEnvironment
    ) {
        self.path = path
        self.id = state.board
        self.node = state.node
        self.founder = state.founder
        self.file = file
        self.narrowed = narrowed
        self.environment = environment
    }

    deinit { emptyLongLogAtClose() }

    /// Closes the file. A board that is merely released closes too.
    package func close() {
        emptyLongLogAtClose()
        try? queue.close()
    }

    /// Reads the file as it is at one moment.
    ///
    /// Not by GRDB's `read`: it sets `PRAGMA query_only` and takes it back, and after either SQLite
    /// prepares every statement of the connection anew (its pragma.c, OP_Expire), which took half of
    /// a small sync. What a reader wrote by mistake is undone.
    func read<Value>(_ body: (Database) throws -> Value) throws(BoardError) -> Value {
        do throws(BoardError) {
            let value = try transaction(.deferred) { database in
                let changes = database.totalChangesCount
                let value = try body(database)
                guard database.totalChangesCount == changes else {
                    throw BoardError(.fault, "a reader wrote", "please report this")
                }
                return value
            }
            guard file.image?.isCurrent ?? true else { throw BoardError.busy(path) }
            return value
        } catch {
            // What was read may be half of what its owner wrote meanwhile.
            throw file.image?.isCurrent ?? true ? error : .busy(path)
        }
    }

    /// - Throws: `notPermitted` where the file is not this account's own.
    func write<Value>(_ body: (Database) throws -> Value) throws(BoardError) -> Value {
        if let objection = file.objection { throw objection }
        return try transaction(.immediate, body)
    }

    /// Not by GRDB's `inTransaction`, which has SQLite parse the statements that begin and end one
    /// each time: a sixth of the instructions of a vote. So GRDB's observers and `transactionDate` do
    /// not work here, and it does not stop a body that goes on after an error of SQLite: none may.
    private func transaction<Value>(
        _ kind: Database.TransactionKind, _ body: (Database) throws -> Value
    ) throws(BoardError) -> Value {
        file.deadline?.begin()
        do {
            return try queue.writeWithoutTransaction { database in
                try DirectStatement("BEGIN \(kind.rawValue)", database).run([])
                do {
                    let value = try body(database)
                    try DirectStatement("COMMIT", database).run([])
                    return value
                } catch {
                    // After some errors, as that of a full disk, SQLite has done so already; then
                    // this does nothing.
                    try? database.rollback()
                    throw error
                }
            }
        } catch {
            throw BoardError(error, path: path)
        }
    }
}

extension Board {
    /// Breaks this connection, for tests: a TEMP trigger stands for a disk that fails, or for a fault of
    /// ours. Triggers of the file itself are never run.
    ///
    /// - Parameter sql: makes the trigger on `main.TABLE`, or drops it.
    package func breakConnection(_ sql: String) throws(BoardError) {
        do {
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        } catch {
            throw BoardError(error, path: path)
        }
    }
}

/// What a board asks of the world around it.
package struct BoardEnvironment: Sendable {
    package var now: @Sendable () -> Milliseconds
    /// So many random bytes.
    package var randomBytes: @Sendable (Int) -> [UInt8]
    /// Whether a commit waits for the disk (SQLite's synchronous=FULL); tests and benchmarks may
    /// do without.
    package var isDurable: Bool

    package init(
        now: @escaping @Sendable () -> Milliseconds,
        randomBytes: @escaping @Sendable (Int) -> [UInt8], isDurable: Bool = true
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.isDurable = isDurable
    }

    /// The computer's clock and randomness.
    package static let system = BoardEnvironment(
        now: { Milliseconds(clamping: Int64(Date().timeIntervalSince1970 * 1000)) },
        randomBytes: { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        })

    func identifier<Identifier: FixedBytes>() -> Identifier {
        Identifier(truncating: randomBytes(Identifier.byteCount))
    }
}
