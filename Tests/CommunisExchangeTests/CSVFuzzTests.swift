import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisExchange

/// Files that no spreadsheet would write. They must be read or refused with a row; nothing may trap.
struct CSVFuzzTests {
    @Test("20,000 changed or random files are read, or refused, without a trap")
    func changed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("input.csv")
        let whole = Array(
            "\u{FEFF}title,need,who\r\n\"A \"\"b\"\", c\",\"x\ny\",a@x.org\r\n=1+2,'-3,\"\"\n".utf8)
        let marks = Array("\",\n\r;=\u{0}é".utf8)
        var generator = SeededGenerator(seed: 32)
        var rows = 0
        var refused = 0
        for round in 0..<20_000 {
            var bytes = round.isMultiple(of: 4) ? generator.bytes(generator.below(60)) : whole
            for _ in 0...generator.below(4) where !bytes.isEmpty {
                let place = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes[place] = marks[generator.below(marks.count)]
                case 1: bytes.insert(marks[generator.below(marks.count)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do throws(ExchangeError) {
                var reader = try CSVReader(path: path, file: "input.csv")
                while let row = try reader.next() {
                    rows += 1
                    for cell in row {
                        #expect(CSVWriter.unguarded(CSVWriter.guarded(cell)) == cell)
                    }
                }
            } catch {
                refused += 1
            }
        }
        #expect(rows > 10_000 && refused > 1_000)
    }
}
