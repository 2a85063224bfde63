import Foundation
import Testing

/// Pages of a board's file that were overwritten: a line that says so or an answer, never a crash,
/// and a peer's copy stays sound.
struct DamagedPageTests {
    private let folder = TestFolder()
    private let ref: String

    init() throws {
        try folder.makeBoard("whole.sqlite")
        ref = try folder.submit("A bench", "whole.sqlite")
        for number in 0..<12 {
            _ = try folder.submit("Idea number \(number)", as: "bob", "whole.sqlite")
            try folder.succeed("vote", ref, "--as", "voter\(number)", "--board", "whole.sqlite")
        }
        try folder.succeed("comment", ref, "Well said", "--board", "whole.sqlite")
        try folder.succeed("clone", "whole.sqlite", "--board", "peer.sqlite", "--name", "Kiosk")
        try folder.succeed("vote", ref, "--as", "late", "--board", "whole.sqlite")
        let queue = try folder.database("whole.sqlite")
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
    }

    /// What is written over a page.
    private enum Damage: CaseIterable {
        case zeros, ones, noise, flips

        func apply(to page: inout Data, seed: Int) {
            var state = UInt64(truncatingIfNeeded: seed) &* 2_862_933_555_777_941_757 &+ 3
            func next() -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33)
            }
            let places = page.indices
            switch self {
            case .zeros: for place in places { page[place] = 0 }
            case .ones: for place in places { page[place] = 0xFF }
            case .noise: for place in places { page[place] = UInt8(truncatingIfNeeded: next()) }
            case .flips:
                for _ in 0..<8 {
                    page[places.lowerBound + next() % page.count] ^= 1 << (next() % 8)
                }
            }
        }
    }

    @Test("Every part of the file, in four ways")
    func pages() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("whole.sqlite")))
        let size = 4_096
        #expect(whole.count % size == 0 && whole.count / size > 40)
        try FileManager.default.copyItem(
            atPath: folder.path("whole.sqlite.key"), toPath: folder.path("bad.sqlite.key"))
        let words = [
            ["verify"], ["list"], ["top", "--format", "csv"], ["show", ref, "--voters"],
            ["vote", ref, "--as", "last"], ["log"], ["export", "votes"], ["node", "list"],
            ["search", "bench"], ["sync", "peer.sqlite"], ["mine", "--as", "bob"],
            ["history", ref],
        ]
        var found = 0
        for page in 1..<whole.count / size {
            let damage = Damage.allCases[page % Damage.allCases.count]
            // Each page once with what is next for it, and a few commands in turn.
            var bytes = whole
            var contents = Data(whole[page * size..<(page + 1) * size])
            damage.apply(to: &contents, seed: page)
            bytes.replaceSubrange(page * size..<(page + 1) * size, with: contents)
            for suffix in ["-wal", "-shm"] { unlink(folder.path("bad.sqlite\(suffix)")) }
            try folder.write(bytes, to: "bad.sqlite")
            for command in [words[0], words[1 + page % 11], words[1 + (page * 5 + 3) % 11]] {
                let outcome = try folder.start(command + ["--board", "bad.sqlite"]).wait()
                #expect(
                    [0, 65, 66, 74, 75, 77].contains(outcome.code),
                    "page \(page), \(damage), \(command): \(outcome.code) \(outcome.errors)")
                if outcome.code != 0 { found += 1 }
                if command == words[0] && outcome.code != 0 {
                    #expect([65, 74].contains(outcome.code), "page \(page), \(damage)")
                }
            }
        }
        #expect(found > 20)
        try folder.verified("peer.sqlite")
    }
}
