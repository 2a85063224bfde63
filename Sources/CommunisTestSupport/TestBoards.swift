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

    /// Gives nodes a role, by the founder's word.
    package func admit(_ keys: [NodeKey], as role: Role = .contributor) throws {
        try founder.write(keys.map { Draft(by: nil, .node($0.node, .role(role, heads: []))) })
    }

    /// A node that seals by hand, with a role by the founder's word.
    package func chain(_ key: NodeKey, as role: Role = .contributor) throws -> NodeChain {
        try admit([key], as: role)
        return NodeChain(key: key, board: founder.id)
    }

    /// Where the founder's chain stands.
    package func founderPosition() throws -> ChainPosition {
        let own = try founding().compactMap { changeset in
            ChangesetHeader(changeset.header).map { ($0, changeset.id) }
        }.filter { $0.0.node == founderKey.node }
        guard let last = own.max(by: { $0.0.sequence < $1.0.sequence }) else { return .start }
        return ChainPosition(sequence: last.0.sequence, last: last.1)
    }

    /// What the founder sealed: the founding changeset, and who was admitted.
    package func founding() throws -> [SealedChangeset] {
        try founder.page(after: 0, excluding: nil).changesets
    }
}
