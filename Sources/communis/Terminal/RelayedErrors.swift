import CommunisCore
import CommunisStore
import CommunisSync
import Foundation
import Synchronization

/// What another program says on its standard error, as a terminal may be given it: `ssh` passes on
/// what the other machine says, which is no more to be trusted than what stands on its board.
final class RelayedErrors: Sendable {
    /// The program's standard error.
    let pipe = Pipe()
    /// The beginning of a line whose end has not come.
    private let line = Mutex<[UInt8]>([])

    private static let lineLimit = 64 * 1_024

    init() {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        Thread.detachNewThread { [self] in
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            repeat {
                // Only a signal interrupts it, after which there may be nothing to read.
                _ = poll(&waiting, 1, -1)
            } while relay()
        }
    }

    /// Says all that has come so far, also of a line that has not ended.
    func drain() {
        relay()
        line.withLock { line in
            Self.say(&line, upTo: line.count)
        }
    }

    /// Says the whole lines that have come so far.
    ///
    /// - Returns: whether more may come.
    @discardableResult private func relay() -> Bool {
        line.withLock { line in
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(
                    pipe.fileHandleForReading.fileDescriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN { return true }
                guard count > 0 else {
                    Self.say(&line, upTo: line.count)
                    return false
                }
                line += chunk.prefix(count)
                let end = line.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                Self.say(&line, upTo: line.count - end > Self.lineLimit ? line.count : end)
            }
        }
    }

    private static func say(_ line: inout [UInt8], upTo end: Int) {
        guard end > 0 else { return }
        // ssh ends its own lines with CR LF, for a terminal that it made raw.
        let text = String(decoding: line.prefix(end), as: UTF8.self)
            .replacing("\r\n", with: "\n")
        Terminal.note(text)
        line.removeFirst(end)
    }
}

/// A peer whose standard error has been said before its answer, or what went wrong, is told.
struct RelayingTransport: SyncTransport {
    private let peer: ProcessTransport
    private let errors = RelayedErrors()

    init(_ words: [String], address: String) throws(BoardError) {
        do throws(BoardError) {
            peer = try ProcessTransport(words, address: address, errors: errors.pipe)
        } catch {
            // Nobody has it who would close it.
            try? errors.pipe.fileHandleForWriting.close()
            throw error
        }
    }

    var authenticates: Bool { peer.authenticates }

    func ask(_ request: SyncRequest) throws -> SyncAnswer {
        defer { errors.drain() }
        return try peer.ask(request)
    }
}
