/// How many typing errors lie between two words.
enum EditDistance {
    /// The Damerau-Levenshtein distance in its restricted form (optimal string alignment): how many
    /// letters were changed, left out, added or swapped with their neighbour.
    ///
    /// Only the diagonals are computed along which a distance within the limit can run (Ukkonen,
    /// "Algorithms for approximate string matching", 1985).
    ///
    /// - Returns: `nil` if it is more than `limit`.
    static func within(_ limit: Int, _ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int?
    {
        guard abs(first.count - second.count) <= limit else { return nil }
        guard !first.isEmpty else { return second.count }
        let width = second.count + 1
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { cells in
            // A cell holds the distance between the beginnings of the words that end there: a row
            // for each letter of the first, of which three are kept.
            var (oldest, previous, current) = (2 * width, 0, width)
            for column in 0..<width { cells[previous + column] = column }
            var previousLeast = 0
            for row in 1...first.count {
                let low = max(1, row - limit)
                let high = min(second.count, row + limit)
                cells[current + low - 1] = low == 1 ? row : limit + 1
                var least = cells[current + low - 1]
                for column in stride(from: low, through: high, by: 1) {
                    let (letter, other) = (first[row - 1], second[column - 1])
                    var cell = cells[previous + column - 1] + (letter == other ? 0 : 1)
                    cell = min(cell, cells[current + column - 1] + 1)
                    // The last cell of the band has none above it.
                    if column < row + limit { cell = min(cell, cells[previous + column] + 1) }
                    if row > 1, column > 1, letter == second[column - 2], first[row - 2] == other {
                        cell = min(cell, cells[oldest + column - 2] + 1)
                    }
                    cells[current + column] = cell
                    least = min(least, cell)
                }
                // A swap reaches two rows back: only when both are over the limit, all is.
                if min(least, previousLeast) > limit { return nil }
                previousLeast = least
                (oldest, previous, current) = (previous, current, oldest)
            }
            let distance = cells[previous + second.count]
            return distance <= limit ? distance : nil
        }
    }

    /// How many errors a word is forgiven: none in the shortest, which are all alike.
    static func allowance(letters: Int) -> Int {
        switch letters {
        case ..<4: 0
        case 4...7: 1
        default: 2
        }
    }
}
