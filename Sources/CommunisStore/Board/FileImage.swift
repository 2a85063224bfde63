import Foundation

/// Tells whether a stranger's file is still what it was when it was opened.
///
/// Its owner's SQLite and ours do not share locks and the `-shm` file: memory that a stranger can
/// change or cut off while it is read would be in this process. So what is read is right only if the
/// owner did not write over it meanwhile, which this notices.
struct FileImage: Sendable {
    private let path: String
    /// The header of the `-wal`, which changes when its frames are written over; `nil` without one.
    let log: [UInt8]?
    private let mark: [Int64]

    /// The first 32 bytes name the log (https://www.sqlite.org/fileformat2.html#walformat).
    private static let headerByteCount = 32

    /// - Returns: `nil` if there is no file.
    init?(_ path: String) {
        guard let status = FileStatus(path) else { return nil }
        self.path = path
        log = Self.header(path + "-wal")
        mark = status.mark
    }

    /// With a log, its frames are read, and the pages that a checkpoint copies are in it still. Without
    /// one, nothing may have been written at all.
    var isCurrent: Bool {
        guard let now = FileImage(path) else { return false }
        if let log { return now.log == log && now.mark.prefix(2) == mark.prefix(2) }
        return now.mark == mark
    }

    private static func header(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard FileStatus(descriptor: descriptor)?.isRegular == true else { return nil }
        var bytes = [UInt8](repeating: 0, count: headerByteCount)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return count == headerByteCount ? bytes : nil
    }
}
