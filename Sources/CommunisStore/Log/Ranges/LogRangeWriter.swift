import CommunisCore
import GRDB

/// Keeps the ranges of the log within a transaction that changes it.
///
/// One range is held in memory: changesets arrive mostly in the order of time, so that a merge of
/// many writes each range once.
final class LogRangeWriter {
    private let database: Database
    private var current: (range: LogRange, end: LogPosition?)?
    private var isChanged = false

    /// Fills the ranges first, where the file is of a version without.
    init(_ database: Database) throws {
        self.database = database
        if try !database.hasLogRanges() { try fill(from: .zero, to: nil) }
    }

    /// Takes in a changeset that the log holds since a moment ago.
    func insert(_ position: LogPosition) throws {
        var (range, end) = try range(at: position)
        range.sum.insert(position.id)
        current = (range, end)
        isChanged = true
        if range.sum.count >= 2 * LogRange.size { try split(range, end) }
    }

    /// Takes out a changeset that has left the log.
    func remove(_ position: LogPosition) throws {
        var (range, end) = try range(at: position)
        range.sum.remove(position.id)
        current = (range, end)
        isChanged = true
    }

    /// Writes what is still in memory.
    func save() throws {
        guard let range = current?.range, isChanged else { return }
        isChanged = false
        if range.sum.count == 0 && range.start != .zero {
            // What comes there next belongs to the range before.
            current = nil
            try range.delete(database)
        } else {
            try range.save(database)
        }
    }

    private func range(at position: LogPosition) throws -> (LogRange, LogPosition?) {
        if let current, current.range.start <= position,
            current.end.map({ position < $0 }) ?? true
        {
            return current
        }
        try save()
        guard let range = try database.logRange(at: position) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the ranges of the log do not begin at zero")
        }
        let end = try database.logRangeStart(after: position)
        current = (range, end)
        return (range, end)
    }

    private func split(_ range: LogRange, _ end: LogPosition?) throws {
        current = nil
        isChanged = false
        try fill(from: range.start, to: end)
    }

    /// Writes the ranges of a part of the log from its changesets.
    private func fill(from start: LogPosition, to end: LogPosition?) throws {
        var range = LogRange(start: start)
        try database.forEachPosition(from: start, to: end) { position in
            if range.sum.count == UInt64(LogRange.size) {
                try range.save(database)
                range = LogRange(start: position)
            }
            range.sum.insert(position.id)
        }
        try range.save(database)
    }
}

extension LogRangeWriter {
    /// Counts the ranges anew.
    static func refill(_ database: Database) throws {
        try database.run("DELETE FROM log_range")
        _ = try LogRangeWriter(database)
    }

    /// Whether the stored ranges are those of the log.
    static func isSound(_ database: Database) throws -> Bool {
        var ranges = try database.logRanges()[...]
        guard var stored = ranges.popFirst(), stored.start == .zero else { return false }
        var counted = RangeSum()
        var isSound = true
        try database.forEachPosition { position in
            while let next = ranges.first, next.start <= position {
                isSound = isSound && counted == stored.sum
                counted = RangeSum()
                stored = next
                ranges.removeFirst()
            }
            counted.insert(position.id)
        }
        return isSound && counted == stored.sum && ranges.isEmpty
    }
}
