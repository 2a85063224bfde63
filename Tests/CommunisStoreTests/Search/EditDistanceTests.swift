import CommunisTestSupport
import Testing

@testable import CommunisStore

/// The banded distance against the definition, written plainly.
@Suite struct EditDistanceTests {
    /// Optimal string alignment by its recurrence, every cell computed.
    private static func plain(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var cells = Array(
            repeating: Array(repeating: 0, count: second.count + 1), count: first.count + 1)
        for row in 0...first.count {
            for column in 0...second.count {
                if row == 0 || column == 0 {
                    cells[row][column] = row + column
                    continue
                }
                let isSame = first[row - 1] == second[column - 1]
                var cell = cells[row - 1][column - 1] + (isSame ? 0 : 1)
                cell = min(cell, cells[row - 1][column] + 1, cells[row][column - 1] + 1)
                if row > 1, column > 1, first[row - 1] == second[column - 2],
                    first[row - 2] == second[column - 1]
                {
                    cell = min(cell, cells[row - 2][column - 2] + 1)
                }
                cells[row][column] = cell
            }
        }
        return cells[first.count][second.count]
    }

    private static func check(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Bool {
        let distance = plain(first, second)
        return (0...3).allSatisfy {
            EditDistance.within($0, first, second) == (distance <= $0 ? distance : nil)
        }
    }

    @Test("All pairs of words of up to five of three letters")
    func exhaustive() {
        var words: [[Unicode.Scalar]] = [[]]
        var longest = words
        for _ in 0..<5 {
            longest = longest.flatMap { word in ["a", "b", "c"].map { word + [$0] } }
            words += longest
        }
        #expect(words.count == 364)
        var failures = 0
        for first in words {
            for second in words where !Self.check(first, second) { failures += 1 }
        }
        #expect(failures == 0)
    }

    @Test("Random long words, with and without errors")
    func random() {
        var generator = SeededGenerator(seed: 7)
        let letters: [Unicode.Scalar] = ["a", "b", "c", "d", "é", "車"]
        var failures = 0
        for _ in 0..<20_000 {
            let first = (0..<generator.below(14)).map { _ in letters[generator.below(6)] }
            var second = first
            for _ in 0..<generator.below(4) { Typing.err(&second, letters, &generator) }
            if generator.below(5) == 0 { second.shuffle(using: &generator) }
            if !Self.check(first, second) { failures += 1 }
        }
        #expect(failures == 0)
    }

    @Test("Errors that people make")
    func examples() {
        func distance(_ first: String, _ second: String) -> Int? {
            EditDistance.within(2, Array(first.unicodeScalars), Array(second.unicodeScalars))
        }
        #expect(distance("verlihcting", "verlichting") == 1)
        #expect(distance("biblioteek", "bibliotheek") == 1)
        #expect(distance("fiets", "fiets") == 0)
        #expect(distance("kat", "hond") == nil)
        #expect(distance("", "ab") == 2)
    }
}

/// A typing error at random.
enum Typing {
    static func err(
        _ word: inout [Unicode.Scalar], _ letters: [Unicode.Scalar],
        _ generator: inout SeededGenerator
    ) {
        let place = generator.below(word.count + 1)
        let letter = letters[generator.below(letters.count)]
        switch generator.below(4) {
        case 0: word.insert(letter, at: place)
        case 1 where place < word.count: word.remove(at: place)
        case 2 where place < word.count: word[place] = letter
        case 3 where place + 1 < word.count: word.swapAt(place, place + 1)
        default: break
        }
    }
}
