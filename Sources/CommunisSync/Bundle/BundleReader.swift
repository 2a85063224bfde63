import CommunisCore
import CommunisLog
import CommunisStore
import Crypto
import Foundation

/// Applies a bundle: reads it once to the end, to know that it is whole, and once to merge it, a
/// page at a time. Memory is taken for what is there, not for what is announced.
package struct BundleReader {
    private let file: FileHandle
    private let size: UInt64
    private var hasher = SHA256()
    private var position: UInt64 = 0

    /// - Throws: `notFound` for what is no readable plain file.
    package static func apply(
        _ path: String, to board: Board, progress: (Double) -> Void = { _ in }
    ) throws(BoardError) -> MergeReport {
        do {
            try checkWhole(path, of: board.id)
            var reader = try BundleReader(path)
            var report = MergeReport()
            var page: [SealedChangeset] = []
            var bytes = 0
            try reader.read(of: board.id) { changeset, share in
                page.append(changeset)
                // What is no changeset takes memory too, until the merge refuses it.
                bytes += max(changeset.byteCount, SealedChangeset.leastByteCount)
                guard bytes >= Board.pageBytes else { return }
                report += try board.merge(page, from: nil)
                page = []
                bytes = 0
                progress(share)
            }
            if !page.isEmpty { report += try board.merge(page, from: nil) }
            return report
        } catch let error as BoardError {
            throw error
        } catch BundleError.otherBoard {
            throw .otherBoard(path)
        } catch BundleError.damaged {
            // It was whole a moment ago.
            throw BoardError(
                .notUnderstood, "\(path) was changed while it was read",
                "apply it again when it is whole; what was read of it is kept")
        } catch BundleError.notABundle {
            throw BoardError(
                .notUnderstood, "\(path) is not a bundle",
                "name a file that `communis bundle create` wrote")
        } catch {
            throw BoardError(.inputOutput, "\(path) cannot be read", "check the disk or the stick")
        }
    }

    private static func checkWhole(_ path: String, of board: BoardID) throws {
        do {
            var reader = try BundleReader(path)
            try reader.read(of: board) { _ in }
        } catch BundleError.damaged {
            throw BoardError(
                .notUnderstood, "\(path) is damaged or cut short",
                "create the bundle anew; nothing of it was applied")
        }
    }

    private init(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw BoardError(.notFound, "there is no file \(path)", "check the path")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw BoardError(
                .notFound, "\(path) is no plain file",
                "name a file that `communis bundle create` wrote")
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw BoardError(.inputOutput, "\(path) cannot be read", "make it readable for you")
        }
        self.file = file
        size = UInt64(status.st_size)
    }

    private mutating func read(
        of board: BoardID, _ body: (SealedChangeset) throws -> Void
    ) throws {
        try read(of: board) { changeset, _ in try body(changeset) }
    }

    /// Reads to the end.
    ///
    /// - Parameter body: called with each changeset and the share of the file that is read.
    private mutating func read(
        of board: BoardID, _ body: (SealedChangeset, Double) throws -> Void
    ) throws {
        guard let magic = try? bytes(BundleFormat.magic.count), magic == BundleFormat.magic else {
            throw BundleError.notABundle
        }
        guard try bytes(ChangesetID.byteCount) == board.bytes else { throw BundleError.otherBoard }
        var count: UInt64 = 0
        while case let length = try integer(4), length > 0 {
            guard length <= BundleFormat.recordBytes,
                let changeset = SyncWire.changeset(try bytes(Int(length)))
            else { throw BundleError.damaged }
            try body(changeset, Double(position) / Double(max(1, size)))
            count += 1
        }
        guard try integer(8) == count else { throw BundleError.damaged }
        let digest = Array(hasher.finalize())
        guard try bytes(BundleFormat.digestBytes) == digest, position == size else {
            throw BundleError.damaged
        }
    }

    private mutating func integer(_ count: Int) throws -> UInt64 {
        try bytes(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func bytes(_ count: Int) throws -> [UInt8] {
        guard UInt64(count) <= size - min(size, position) else { throw BundleError.damaged }
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let part = try file.read(upToCount: count - bytes.count), !part.isEmpty else {
                throw BundleError.damaged
            }
            bytes += part
        }
        position += UInt64(count)
        hasher.update(data: bytes)
        return bytes
    }
}
