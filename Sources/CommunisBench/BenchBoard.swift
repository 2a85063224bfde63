import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Foundation

/// A board for measuring.
struct BenchBoard {
    let board: Board

    /// - Parameter isDurable: whether a commit waits for the disk.
    init(_ path: String, isDurable: Bool = false) throws {
        var environment = BoardEnvironment.system
        environment.isDurable = isDurable
        board = try Board.found(at: path, name: "Bench", ballot: .agree, environment: environment)
    }

    /// A contributor's node that seals by hand.
    func chain() throws -> NodeChain {
        let key = NodeKey()
        try board.write([Draft(by: nil, .node(key.node, .role(.contributor, heads: [])))])
        return NodeChain(key: key, board: board.id)
    }

    /// A clone of the board, by path.
    func clone(to path: String) throws -> Board {
        var environment = BoardEnvironment.system
        environment.isDurable = false
        return try PathClone.run(
            from: board, address: board.path, to: path, name: "Clone", environment: environment
        ).board
    }

    /// The size of the file with everything checkpointed into it, in bytes.
    var fileBytes: Int {
        [board.path, board.path + "-wal"].reduce(0) { sum, path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return max(sum, attributes?[.size] as? Int ?? 0)
        }
    }

    /// So many ideas and votes, merged.
    mutating func fill(_ workload: inout VoteWorkload, votes: Int, _ chain: inout NodeChain) throws
    {
        try board.merge(workload.ideaChangesets(&chain), from: nil)
        for start in stride(from: 0, to: votes, by: 100_000) {
            try board.merge(
                workload.voteChangesets(min(100_000, votes - start), &chain), from: nil)
        }
    }
}

/// Changesets in a plain file, back to back, each part after its length.
final class ChangesetFile {
    /// A page, as a sync takes it.
    static let pageBytes = Board.pageBytes

    private let handle: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: path)
        else {
            throw BenchError.failed("\(path) cannot be written")
        }
        self.handle = handle
    }

    func append(_ changesets: [SealedChangeset]) throws {
        for changeset in changesets {
            for part in [changeset.header, changeset.payload, changeset.signature] {
                var bytes: [UInt8] = []
                bytes.append(bigEndian: UInt32(part.count))
                try handle.write(contentsOf: bytes + part)
            }
        }
    }

    func rewind() throws { try handle.seek(toOffset: 0) }

    /// The next changesets, a page at most; none at the end.
    func nextPage() throws -> [SealedChangeset] {
        var page: [SealedChangeset] = []
        var bytes = 0
        while bytes < Self.pageBytes, let header = try part(), let payload = try part(),
            let signature = try part()
        {
            page.append(SealedChangeset(header: header, payload: payload, signature: signature))
            bytes += header.count + payload.count + signature.count
        }
        return page
    }

    private func part() throws -> [UInt8]? {
        guard let length = try handle.read(upToCount: 4), length.count == 4 else { return nil }
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        return try handle.read(upToCount: count).map { Array($0) }
    }
}
