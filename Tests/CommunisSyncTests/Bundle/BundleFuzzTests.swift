import CommunisCore
import CommunisStore
import CommunisTestSupport
import Crypto
import Foundation
import Testing

@testable import CommunisSync

/// Bundles that no copy would write. They must be refused or merged; nothing may trap, and nothing
/// of a damaged one may stay.
struct BundleFuzzTests {
    @Test("5,000 changed bundles, half of them with the digest that belongs to them")
    func changed() throws {
        let boards = try TestBoards()
        for name in ["Ideas", "More ideas"] {
            try boards.founder.write([Draft(by: nil, .board(setting: "name", value: name))])
            try boards.founder.sealPending()
        }
        let path = boards.folder.file("bundle")
        _ = try BundleWriter.write(boards.founder, to: path, since: nil)
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let target = try boards.emptyCopy()
        var generator = SeededGenerator(seed: 31)
        let sealed = try boards.founder.snapshot().check.count
        for round in 0..<5_000 {
            var bytes = Array(whole.dropLast(BundleFormat.digestBytes))
            for _ in 0...generator.below(3) {
                let place = generator.below(bytes.count)
                switch generator.below(4) {
                case 0: bytes[place] = UInt8(generator.below(256))
                case 1: bytes.insert(UInt8(generator.below(256)), at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let isRehashed = round.isMultiple(of: 2)
            bytes += isRehashed ? Array(SHA256.hash(data: bytes)) : whole.suffix(32)
            if bytes == whole { continue }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do throws(BoardError) {
                _ = try BundleReader.apply(path, to: target)
                #expect(isRehashed)
            } catch {
                #expect(error.code == .notUnderstood)
            }
            if !isRehashed { continue }
            // Only what the founder signed can have entered.
            #expect(try target.snapshot().check.count <= sealed)
        }
        #expect(try target.snapshot().check.count > 0)
        #expect(try target.verify().isSound)
    }
}
