import CommunisCore
import CommunisLog
import CommunisStore
import Crypto
import Foundation

/// Writes a bundle, a page of the log at a time.
package struct BundleWriter {
    private let file: FileHandle
    private var hasher = SHA256()
    private(set) var count: UInt64 = 0

    package struct Report: Sendable {
        package var changesets = 0
        package var changes = 0
        package var bytes = 0
    }

    private init(_ file: FileHandle) { self.file = file }

    /// Seals what is pending and writes the log to a new file, all of it or from the first
    /// changeset of a moment on.
    ///
    /// From there on everything is written in the order of its arrival, whatever its time: what came
    /// late from another copy, and what an import brought with its old times, is new to others.
    ///
    /// - Parameter progress: called with the share that is written, 0 to 1.
    package static func write(
        _ board: Board, to path: String, since: Milliseconds?,
        progress: (Double) -> Void = { _ in }
    ) throws(BoardError) -> Report {
        try board.sealPendingIfPermitted()
        let draft = "\(path).new-\(UUID().uuidString.prefix(8))"
        // For whoever it is given to, and for no other account here, whatever the umask.
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { Board.removeFiles(draft) }
        var writer = BundleWriter(file)
        var report = Report()
        do {
            try writer.append(BundleFormat.magic + board.id.bytes)
            var arrival: Int64 = 0
            var hasBegun = since == nil
            while true {
                let page = try board.page(after: arrival, excluding: nil)
                for changeset in page.changesets {
                    guard let header = ChangesetHeader(changeset.header) else { continue }
                    if let since, header.timestamp.moment >= since { hasBegun = true }
                    guard hasBegun else { continue }
                    report.changes += Int(header.changeCount)
                    try writer.append(changeset)
                }
                arrival = page.cursor
                progress(Double(arrival) / Double(max(1, page.snapshot.lastArrival)))
                if page.isComplete { break }
            }
            try writer.finish()
        } catch let error as BoardError {
            throw error
        } catch {
            throw .unwritable(path)
        }
        report.changesets = Int(writer.count)
        report.bytes = Int(
            (try? FileManager.default.attributesOfItem(atPath: draft)[.size] as? Int) ?? 0)
        try Board.publish(draft, as: path)
        return report
    }

    private mutating func append(_ bytes: [UInt8]) throws {
        hasher.update(data: bytes)
        try file.write(contentsOf: bytes)
    }

    private mutating func append(_ changeset: SealedChangeset) throws {
        let record = SyncWire.encode(changeset)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt32(record.count))
        try append(bytes + record)
        count += 1
    }

    private mutating func finish() throws {
        var end: [UInt8] = []
        end.append(bigEndian: UInt32(0))
        end.append(bigEndian: count)
        try append(end)
        try file.write(contentsOf: Data(hasher.finalize()))
        try file.synchronize()
        try file.close()
    }
}

extension BoardError {
    fileprivate static func unwritable(_ path: String) -> Self {
        Self(.inputOutput, "\(path) cannot be written", "check the folder and the free space")
    }
}
