import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import GRDB
import Testing

/// The index is a function of the texts: whatever happened before, it is what it would be if it
/// were made anew.
@Suite struct SearchIndexTests {
    /// The index as the board's file has it: the texts, the postings and the vocabulary, by ids.
    static func facts(_ path: String) throws -> Set<String> {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            var facts: Set<String> = []
            for sql in [
                """
                SELECT 'text ' || hex(id) || ' ' || search_text.title || '|' || search_text.need || '|'
                    || labels || '|' || search_text.body || '|' || comments
                FROM search_text JOIN idea ON idea.key = search_text.idea
                """,
                """
                SELECT 'posting ' || hex(id) || ' ' || term || ' ' || col
                FROM search_posting JOIN idea ON idea.key = doc
                """,
                "SELECT 'term ' || term || ' ' || length FROM search_term",
                "SELECT 'end ' || reversed || ' ' || length FROM search_end",
                """
                SELECT 'part ' || search_term.term FROM search_part
                JOIN search_term ON search_term.key = search_part.rowid
                WHERE search_part MATCH 'wor OR ord'
                """,
            ] {
                facts.formUnion(try String.fetchAll(database, sql: sql))
            }
            return facts
        }
    }

    /// Asks FTS5 whether each index is that of its texts
    /// (https://www.sqlite.org/fts5.html#the_integrity_check_command).
    static func checkIntegrity(_ path: String) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.write { database in
            for index in ["search", "search_part"] {
                try database.execute(
                    sql: "INSERT INTO \(index)(\(index), rank) VALUES('integrity-check', 1)")
            }
        }
    }

    @Test("After every random history the index is the one made anew")
    func law() throws {
        // In some histories no idea is left in the end.
        let postings = try (0..<8).map { try check(seed: $0) }
        #expect(postings.filter { $0 > 0 }.count >= 3)
    }

    /// - Returns: how many postings the index has in the end.
    private func check(seed: Int) throws -> Int {
        let boards = try TestBoards(seed: UInt64(seed))
        try boards.admit((1...4).map { TestBoards.key(UInt64(seed), $0) }, as: .steward)
        let founding = try boards.founding()
        var generator = SeededGenerator(seed: UInt64(seed))
        let changesets = MergeLawsTests.randomChangesets(
            seed: UInt64(seed), boards, &generator)
        // In small batches at one copy, at once at another.
        let step = try boards.emptyCopy()
        try step.merge(founding, from: nil)
        var pile = changesets.shuffled(using: &generator)
        while !pile.isEmpty {
            let batch = Array(pile.prefix(1 + generator.below(9)))
            pile.removeFirst(batch.count)
            try step.merge(batch, from: nil)
        }
        let bulk = try boards.emptyCopy()
        try bulk.merge(founding + changesets, from: nil)
        let facts = try Self.facts(step.path)
        #expect(try Difference(Self.facts(bulk.path), facts) == nil)
        for board in [step, bulk] { try Self.checkIntegrity(board.path) }
        for words in ["word0", "word1 word2", "wrod1", "ord2"] {
            #expect(try step.search(words).map(\.id) == bulk.search(words).map(\.id))
        }

        // A file of an older view is computed anew when it is opened.
        step.close()
        let queue = try DatabaseQueue(path: step.path)
        try queue.write { try $0.execute(sql: "UPDATE state SET view_version = 1") }
        try queue.close()
        let reopened = try Board.open(step.path, environment: .virtual(boards.clock, seed: 5))
        #expect(try Difference(Self.facts(reopened.path), facts) == nil)
        try Self.checkIntegrity(reopened.path)
        #expect(try reopened.verify().isSound)
        return facts.filter { $0.hasPrefix("posting ") }.count
    }

    @Test("Votes leave the index alone")
    func votes() throws {
        let boards = try TestBoards()
        var workload = VoteWorkload(ideas: 5, members: 20, board: boards.founder.id)
        var chain = try boards.chain(TestBoards.key(2, 2))
        try boards.founder.merge(workload.ideaChangesets(&chain), from: nil)
        func changes() throws -> Int? {
            let queue = try DatabaseQueue(path: boards.founder.path)
            defer { try? queue.close() }
            return try queue.read {
                try Int.fetchOne($0, sql: "SELECT sum(length(block)) FROM search_data")
            }
        }
        let before = try changes()
        try boards.founder.merge(workload.voteChangesets(400, &chain), from: nil)
        #expect(try changes() == before)
        #expect(try boards.founder.search("workload").count == 5)
    }
}
