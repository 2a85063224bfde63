import CommunisTestSupport
import Foundation
import GRDB
import Testing

@testable import CommunisStore

/// Files of some kilobytes in which one page stands a hundred times in each of the pages above it: a
/// table of so many rows that no reading of it ends, and nobody has memory for them.
@Suite struct HostileTreeTests {
    private let sample: SampleBoard

    init() throws { sample = try SampleBoard() }

    static let tables = ["idea", "comment", "changeset"]

    /// Writes the sample with the rows of a table ten thousand million times.
    private func write(_ table: String, isShared: Bool) throws -> String {
        let whole = try sample.write()
        let queue = try DatabaseQueue(path: whole)
        let root = try #require(
            try queue.read {
                try Int.fetchOne(
                    $0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table]
                )
            })
        try queue.close()
        return try sample.write(isShared: isShared) { Self.multiply(&$0, root) }
    }

    /// The pages of a table (https://www.sqlite.org/fileformat2.html#b_tree_pages): what was its root
    /// moves to the end, and pages above it name it again and again.
    private static func multiply(_ bytes: inout [UInt8], _ root: Int) {
        let size = SampleBoard.pageSize
        let start = (root - 1) * size
        bytes += bytes[start..<start + size]
        for level in 0..<5 {
            let child = UInt32(bytes.count / size)
            var page = [UInt8](repeating: 0, count: size)
            let cells = 100
            page[0] = 5
            page[3...4] = [0, UInt8(cells)]
            let contents = size - cells * 5
            page[5...6] = [UInt8(contents >> 8), UInt8(contents & 0xFF)]
            page[8...11] = bigEndian(child)
            for cell in 0..<cells {
                let place = contents + cell * 5
                page[12 + cell * 2...13 + cell * 2] = [UInt8(place >> 8), UInt8(place & 0xFF)]
                page[place..<place + 4] = bigEndian(child)
                page[place + 4] = UInt8(cell)
            }
            if level == 4 {
                bytes.replaceSubrange(start..<start + size, with: page)
            } else {
                bytes += page
            }
        }
        bytes[28...31] = bigEndian(UInt32(bytes.count / size))
    }

    private static func bigEndian(_ value: UInt32) -> ArraySlice<UInt8> {
        withUnsafeBytes(of: value.bigEndian) { ArraySlice($0) }
    }

    private func open(_ path: String, _ use: BoardUse) throws(BoardError) -> Board {
        try Board.open(path, for: use, environment: .virtual(sample.boards.clock, seed: 3))
    }

    @Test("Another's, and one without a key, is not read", arguments: tables)
    func doubted(_ table: String) throws {
        let shared = try write(table, isShared: true)
        let downloaded = try write(table, isShared: false)
        unlink(downloaded + ".key")
        for path in [shared, downloaded] {
            for use in SampleBoard.uses {
                let error = #expect(throws: BoardError.self) { try open(path, use) }
                #expect(error?.code == .notUnderstood)
            }
        }
    }

    @Test("Of one's own, verify tells it and ends", arguments: tables)
    func own(_ table: String) throws {
        let board = try open(write(table, isShared: false), .reading)
        #expect(try board.verify().differences.count == 1)
    }

    @Test("What is read of a file that others may have written ends at its deadline")
    func deadline() throws {
        let path = try write("idea", isShared: false)
        let deadline = Deadline(.milliseconds(20))
        let queue = try DatabaseQueue(
            path: path, configuration: Board.configuration(.system, deadline: deadline))
        let error = #expect(throws: DatabaseError.self) {
            try queue.read {
                try Int.fetchOne($0, sql: "SELECT sum(key & 1) FROM idea NOT INDEXED")
            }
        }
        #expect(error?.resultCode == .SQLITE_INTERRUPT)
        withExtendedLifetime(deadline) {}
    }
}
