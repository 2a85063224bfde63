import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation

/// Searches on a board of 100,000 ideas, in process; and what it costs to index them.
enum SearchBench {
    private static let ideas = 100_000
    private static let vocabulary = 40_000
    private static let samples = 15

    static func run(runs: Int) throws {
        let folder = try TemporaryFolder()
        let bench = try BenchBoard(folder.file("board.sqlite"))
        let board = bench.board
        var wordy = WordyBoard(words: vocabulary)
        var chain = try bench.chain()
        let changesets = wordy.changesets(ideas, &chain)
        let before = Measuring.processorTime
        for start in stride(from: 0, to: changesets.count, by: 20) {
            try board.merge(Array(changesets[start..<min(start + 20, changesets.count)]), from: nil)
        }
        let merging = Measuring.processorTime - before

        // Where words stand in the order of frequency.
        let words = wordy.words
        let middling = words[800..<(800 + samples)].filter { $0.count >= 8 }
        let rare = words[8_000..<(8_000 + samples)].filter { $0.count >= 8 }
        let sets: [(name: String, queries: [String])] = [
            ("right", Array(middling + rare)),
            ("mistyped", (middling + rare).map(mistyped)),
            ("two", zip(middling, rare).map { "\($0) \($1)" }),
            ("common", Array(words[0..<4])),
            ("commonAndRare", rare.map { "\(words[0]) \($0)" }),
            ("allCommon", ["\(words[0]) \(words[1])", "\(words[2]) \(words[5])"]),
        ]
        var row: [String: Any] = [
            "row": "search", "ideas": ideas, "words": vocabulary, "runs": runs,
            "mergeProcessorSeconds": merging,
        ]
        var query = IdeaQuery()
        query.limit = 20
        for (name, queries) in sets {
            row["\(name)Milliseconds"] = try median(runs, queries) { try board.search($0, query) }
        }
        let texts = (0..<samples).map { _ in wordy.text(20) }
        row["similarMilliseconds"] = try median(runs, texts) { try board.similar(to: $0, limit: 3) }
        try Measuring.print(row)
    }

    /// The median of wall times over all queries and runs, in milliseconds, after one for warmth.
    private static func median(
        _ runs: Int, _ queries: [String], _ search: (String) throws -> [IdeaSummary]
    ) throws -> Double {
        for query in queries { _ = try search(query) }
        let times = try (0..<runs).flatMap { _ in
            try queries.map { query in
                let start = ContinuousClock.now
                _ = try search(query)
                let time = (ContinuousClock.now - start).components
                return Double(time.seconds) * 1e3 + Double(time.attoseconds) / 1e15
            }
        }
        return Measuring.median(times)
    }

    /// Two letters in the middle swapped.
    private static func mistyped(_ word: String) -> String {
        var letters = Array(word)
        let middle = letters.count / 2
        // Equal neighbours would be no error.
        let place = letters[middle] == letters[middle - 1] ? middle - 2 : middle - 1
        letters.swapAt(place, place + 1)
        return String(letters)
    }
}
