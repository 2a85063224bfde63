import CommunisCore
import CommunisSchema
import CommunisTestSupport
import Foundation
import GRDB
import Testing

@testable import CommunisStore

/// The ranges of a log against a plain sorted array, through random insertions and removals.
@Suite struct LogRangesTests {
    private func database() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try queue.write { for sql in Schema.migrations { try $0.execute(sql: sql) } }
        return queue
    }

    private func insert(_ position: LogPosition, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO changeset(timestamp, id, node, verdict, header, payload, signature)
            VALUES(?, ?, 1, 0, x'', x'', x'')
            """,
            position.timestamp.column, position.id.data)
    }

    private func remove(_ position: LogPosition, _ database: Database) throws {
        try database.run(
            "DELETE FROM changeset WHERE timestamp = ? AND id = ?", position.timestamp.column,
            position.id.data)
    }

    /// Checks everything that can be asked, against the array.
    private func check(
        _ expected: [LogPosition], _ database: Database, _ generator: inout SeededGenerator
    ) throws {
        #expect(try LogRangeWriter.isSound(database))
        let ranges = try LogRanges(database)
        #expect(ranges.count == expected.count)
        for _ in 0..<40 {
            let edges = [
                generator.below(expected.count + 1), generator.below(expected.count + 1),
            ].sorted()
            let ranks = edges[0]..<edges[1]
            #expect(try ranges.positions(ranks) == Array(expected[ranks]))
            var sum = RangeSum()
            for position in expected[ranks] { sum.insert(position.id) }
            #expect(try ranges.sum(ranks) == sum)
            let sought = LogPosition(
                timestamp: HybridTimestamp(rawValue: UInt64(generator.below(60))),
                id: generator.identifier())
            #expect(
                try ranges.rank(of: sought) == expected.count { $0 < sought })
            if let known = expected.randomElement(using: &generator) {
                #expect(try ranges.rank(of: known) == expected.firstIndex(of: known))
            }
        }
        #expect(try ranges.rank(of: .zero) == 0)
        #expect(
            try ranges.rank(
                of: LogPosition(timestamp: HybridTimestamp(rawValue: .max), id: filled(0xFF)))
                == expected.count)
    }

    @Test("Whatever comes and goes, in whatever order", arguments: 1...6)
    func randomHistory(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let queue = try database()
        var expected: [LogPosition] = []
        for step in 0..<12 {
            try queue.write { database in
                let writer = try LogRangeWriter(database)
                // In the order of time, as a clone brings it, or in any.
                var new = (0..<generator.below(700)).map { _ in
                    LogPosition(
                        timestamp: HybridTimestamp(rawValue: UInt64(generator.below(50))),
                        id: generator.identifier())
                }
                if step.isMultiple(of: 2) { new.sort() }
                for position in new {
                    try insert(position, database)
                    try writer.insert(position)
                }
                expected += new
                expected.shuffle(using: &generator)
                let share = step % 4 == 3 ? 2 : 20
                let leaving = expected.prefix(expected.count / share)
                for position in leaving {
                    try remove(position, database)
                    try writer.remove(position)
                }
                expected = expected.dropFirst(leaving.count).sorted()
                try writer.save()
            }
            try queue.read { try check(expected, $0, &generator) }
        }
        // All gone, and something again.
        try queue.write { database in
            let writer = try LogRangeWriter(database)
            for position in expected {
                try remove(position, database)
                try writer.remove(position)
            }
            try writer.save()
            #expect(try LogRanges(database).count == 0)
            try insert(expected[0], database)
            try writer.insert(expected[0])
            try writer.save()
            try check([expected[0]], database, &generator)
        }
    }

    @Test func filledFromALogWithout() throws {
        var generator = SeededGenerator(seed: 3)
        let queue = try database()
        try queue.write { database in
            var expected: [LogPosition] = []
            for moment in 0..<2_000 {
                let position = LogPosition(
                    timestamp: HybridTimestamp(rawValue: UInt64(moment / 40)),
                    id: generator.identifier())
                try insert(position, database)
                expected.append(position)
            }
            _ = try LogRangeWriter(database)
            try check(expected.sorted(), database, &generator)
        }
    }

    @Test func countedAnewWhereTheyAreNotTheLogs() throws {
        let boards = try TestBoards()
        _ = try boards.chain(TestBoards.key(3, 3))
        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.write { try $0.execute(sql: "UPDATE log_range SET count = count + 3") }
        #expect(try !boards.founder.verify().isSound)
        let positions = try boards.founder.reconciling { log, _ in
            try log.positions(0..<log.count)
        }
        #expect(positions.count == 2)
        #expect(try boards.founder.verify().isSound)
    }
}
