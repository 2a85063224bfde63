import CommunisCore
import CommunisLog
import CommunisStore
import Foundation

/// Boards in a temporary folder, with a virtual clock and keys from a seed.
package final class TestBoards {
    package let folder: TemporaryFolder
    package let clock: VirtualClock
    /// The founder's board.
    package let founder: Board
    package let founderKey: NodeKey
    private var count: UInt64 = 0

    package init(seed: UInt64 = 1, clock: VirtualClock = VirtualClock()) throws {
        folder = try TemporaryFolder()
        self.clock = clock
        founderKey = Self.key(seed, 0)
        founder = try Board.found(
            at: folder.file("founder.sqlite"), name: "Test", ballot: .agree,
            environment: .virtual(clock, seed: seed), key: founderKey)
    }

    /// A node's key, the same for the same numbers.
    package static func key(_ seed: UInt64, _ number: UInt64) -> NodeKey {
        var generator = SeededGenerator(seed: seed &* 1_000 &+ number)
        let bytes = (0..<NodeKey.byteCount).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        guard let key = NodeKey(bytes) else { preconditionFailure("a key has 32 bytes") }
        return key
    }

    /// An empty copy of the board, which nobody admitted.
    package func emptyCopy(clock: VirtualClock? = nil) throws -> Board {
        count += 1
        return try Board.createCopy(
            at: folder.file("copy\(count).sqlite"), of: founder.id, founder: founder.founder,
            secret: founder.secret(), key: Self.key(77, count),
            environment: .virtual(clock ?? self.clock, seed: count))
    }

    /// The founding changeset.
    package func founding() throws -> [SealedChangeset] {
        try founder.page(after: 0, excluding: nil).changesets
    }
}
