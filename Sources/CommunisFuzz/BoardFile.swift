import CommunisStore
import CommunisTestSupport

/// A board's file of which parts were written over.
///
/// The first byte of an input says how the file is opened, and whether as a stranger's. What follows
/// is a list of places: page (2 bytes), place in it (2 bytes), how many bytes, and these. So most
/// inputs are a board still, and what lies behind its header is reached.
enum BoardFile {
    nonisolated(unsafe) private static let sample: SampleBoard = {
        do { return try SampleBoard() } catch { fatalError("no board to fuzz with: \(error)") }
    }()

    static func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let use = SampleBoard.uses[Int(kind >> 1) % SampleBoard.uses.count]
        do {
            let path = try sample.write(isShared: kind & 1 == 1) { bytes in
                overwrite(&bytes, input.dropFirst())
            }
            defer { sample.remove(path) }
            let faults = try sample.faults(of: path, for: use)
            precondition(faults.isEmpty, "\(faults)")
        } catch {
            fatalError("no file to fuzz with: \(error)")
        }
    }

    private static func overwrite(_ bytes: inout [UInt8], _ input: ArraySlice<UInt8>) {
        var rest = input
        func number() -> Int? {
            guard rest.count >= 2 else { return nil }
            defer { rest = rest.dropFirst(2) }
            return Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        }
        while let page = number(), let offset = number(), let count = rest.popFirst() {
            let start = page % (bytes.count / SampleBoard.pageSize) * SampleBoard.pageSize
            let first = start + offset % SampleBoard.pageSize
            for (place, byte) in zip(first..., rest.prefix(Int(count)))
            where bytes.indices.contains(place) {
                bytes[place] = byte
            }
            rest = rest.dropFirst(Int(count))
        }
    }
}
