import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import GRDB
import Testing

/// Values that no version writes, as a damaged page may hold them: an error that says so, no trap.
@Suite struct DamagedValuesTests {
    @Test(
        "A number below zero, or nothing where something must be, is damage",
        arguments: [
            "UPDATE state SET check_count = -1", "UPDATE node SET sequence = -1",
            "UPDATE log_range SET count = -1", "UPDATE state SET check_sum = x'00'",
            "UPDATE changeset SET header = x''", "UPDATE changeset SET verdict = 99",
            "UPDATE state SET clock = -1", "UPDATE state SET horizon = -1",
            "UPDATE tally SET agree = 9223372036854775807, disagree = -9223372036854775807",
            "UPDATE vote SET changeset = 99999", "UPDATE register SET changeset = -5",
            "UPDATE log_range SET count = 9223372036854775807",
            "UPDATE node SET id = x'00' WHERE key = 2", "UPDATE idea SET id = x'' WHERE key = 2",
        ])
    func typed(_ sql: String) throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 3, members: 9, board: boards.founder.id)
        var chain = try boards.chain(TestBoards.key(3, 3))
        try boards.founder.merge(workload.ideaChangesets(&chain), from: nil)
        try boards.founder.merge(workload.voteChangesets(20, &chain), from: nil)
        let queue = try DatabaseQueue(path: boards.founder.path)
        try queue.write { try $0.execute(sql: sql) }
        let more = workload.voteChangesets(20, &chain)
        let board = boards.founder
        let vote = workload.next()
        let works: [() throws -> Void] = [
            { _ = try board.verify() }, { _ = try board.snapshot() },
            { _ = try board.ideas(IdeaQuery()) }, { _ = try board.nodes() },
            { try board.write([Draft(by: vote.member, .vote(vote.idea, vote.vote))]) },
            { try board.sealPending() }, { try board.merge(more, from: nil) },
            { _ = try board.page(after: 0, excluding: nil) },
            { _ = try board.reconciling { log, _ in try log.positions(0..<log.count) } },
            { try board.setRole(of: chain.key.node, to: .none, cut: Milliseconds(unchecked: 0)) },
        ]
        for work in works {
            do {
                try work()
            } catch let error as BoardError {
                #expect(error.code == .notUnderstood, "\(error.problem.english)")
            }
        }
    }

    @Test(
        "A value of another kind than its column's is damage, not zero",
        arguments: [
            ("state", nil), ("node_standing", nil), ("board_setting", nil),
            ("state", "clock = 'x'"), ("state", "clock = NULL"), ("state", "horizon = x'01'"),
            ("state", "told_time = 'x', told_at = 1"), ("state", "told_time = 1, told_at = 'x'"),
            ("node_standing", "disavowed = 'x'"),
            ("node_standing", "proves = x'01'"), ("board_setting", "value = x'01'"),
        ])
    func kinds(_ table: String, _ assignment: String?) throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 3, members: 9)
        let vote = workload.next()
        let draft = Draft(by: vote.member, .vote(vote.idea, vote.vote))
        try boards.founder.write([draft])
        let queue = try DatabaseQueue(path: boards.founder.path)
        // The board's own tables are strict: only a page that was damaged holds such a value.
        try queue.write {
            try $0.execute(
                sql: """
                    CREATE TABLE damaged AS SELECT * FROM \(table);
                    DROP TABLE \(table);
                    ALTER TABLE damaged RENAME TO \(table);
                    """)
            if let assignment { try $0.execute(sql: "UPDATE \(table) SET \(assignment)") }
        }
        // Such a table alone harms nothing.
        guard assignment != nil else { return _ = try boards.founder.write([draft]) }
        let error = #expect(throws: BoardError.self) { try boards.founder.write([draft]) }
        #expect(error?.code == .notUnderstood)
        #expect(error?.problem.english.contains("not of its column's kind") == true)
    }
}
