import CommunisCore
import CommunisStore
import Foundation

/// Where an export goes: standard output, or a file that is there whole or not at all. A terminal is
/// given `\u001B` in place of what is unprintable; all else gets every byte.
final class FileOutput {
    private static let bufferLimit = 64 * 1_024

    private let path: String?
    private let draft: String
    private var handle: FileHandle?
    private var buffer = Data()
    private var isSpecial = false
    private var isTerminal = false

    /// Writes to a file, or to standard output if `path` is `nil` or "-", what `body` writes.
    static func write(to path: String?, _ body: (FileOutput) throws -> Void) throws {
        let output = try FileOutput(path == "-" ? nil : path)
        do {
            try body(output)
            try output.finish()
        } catch {
            unlink(output.draft)
            throw error
        }
    }

    private init(_ path: String?) throws {
        if let path { try Self.checkLink(path) }
        // Through a link to the file that it names, which stays where it is.
        let target = path.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        self.path = target
        draft = "\(target ?? "").new-\(UUID().uuidString.prefix(8))"
        guard let target else {
            isTerminal = Terminal.isOutputTerminal
            return
        }
        if Self.isSpecial(target) {
            // A device or a pipe is written to, never replaced.
            guard let handle = FileHandle(forWritingAtPath: target) else { throw cannotWrite() }
            self.handle = handle
            isSpecial = true
            isTerminal = isatty(handle.fileDescriptor) == 1
            return
        }
        try Board.checkIsNotABoards(target)
        // An export is made to be handed on and holds no address: who may read it is for the umask to
        // say, as with `>`. Never through what somebody else may have put under the draft's name.
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw cannotWrite() }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Of what it takes the place of, the mode stays.
        var status = stat()
        if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o777) }
    }

    /// Whoever may put a link into a folder would else choose the file that is written over.
    private static func checkLink(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
            status.st_uid != geteuid(), status.st_uid != 0
        else { return }
        throw Failure(
            Failure.noPermission, "\(path.printable) is a link that another account made",
            "name another file")
    }

    /// Whether there is something at a path that is no regular file.
    private static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    func write(_ text: String) throws {
        buffer.append(contentsOf: (isTerminal ? text.escapingUnprintable : text).utf8)
        if buffer.count >= Self.bufferLimit { try flush() }
    }

    private func flush() throws {
        let target = handle ?? .standardOutput
        do { try target.write(contentsOf: buffer) } catch { throw cannotWrite() }
        buffer.removeAll(keepingCapacity: true)
    }

    private func finish() throws {
        try flush()
        guard let path, let handle else { return }
        if isSpecial { return }
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw cannotWrite()
        }
        guard rename(draft, path) == 0 else { throw cannotWrite() }
    }

    private func cannotWrite() -> Failure {
        Failure(
            Failure.inputOutput, "\(path?.printable ?? say("the output")) cannot be written",
            "make its folder writable for you and room on the disk")
    }
}
