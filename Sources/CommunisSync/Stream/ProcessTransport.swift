import CommunisStore
import Foundation

/// A peer that is a program of this machine, asked over its standard input and output: `ssh`, which
/// starts the other copy's `communis`.
package final class ProcessTransport: SyncTransport {
    private let process = Process()
    private let stream: MessageStream
    private let pipes: [FileHandle]
    private let address: String
    /// Signalled once, when the program has ended.
    private let hasEnded = DispatchSemaphore(value: 0)
    private var isOver = false
    /// Whether it was seen to end, and has a status.
    private var hasStatus = false

    /// - Parameters:
    ///   - words: the program, looked for where the shell looks, and its arguments. Its standard
    ///     error is this program's.
    ///   - patience: how long it is waited for in each message.
    ///   - errors: what its standard error is instead.
    package init(
        _ words: [String], address: String, patience: MessageStream.Patience = .init(),
        errors: Pipe? = nil
    ) throws(BoardError) {
        self.address = address
        let program = words.first ?? ""
        let notStarted = BoardError(
            .unavailable, "\(program) cannot be started", "check that it is installed")
        guard let path = Self.find(program) else { throw notStarted }
        // A peer that ends early is an error to tell, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        let (toPeer, fromPeer) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = Array(words.dropFirst())
        process.standardInput = toPeer
        process.standardOutput = fromPeer
        if let errors { process.standardError = errors }
        pipes = [toPeer.fileHandleForWriting, fromPeer.fileHandleForReading]
        stream = MessageStream(
            reading: fromPeer.fileHandleForReading, writing: toPeer.fileHandleForWriting,
            patience: patience)
        process.terminationHandler = { [hasEnded] _ in hasEnded.signal() }
        do {
            try process.run()
        } catch {
            // There is nothing to end: Process traps where it is told to, and none ever has ended.
            isOver = true
            throw notStarted
        }
    }

    deinit { end() }

    /// Ends the program. It ends by itself when nobody speaks to it any more, unless something is
    /// wrong with it.
    private func end() {
        if isOver { return }
        isOver = true
        // Both, since it may be waiting for somebody to read what it writes.
        for pipe in pipes { try? pipe.close() }
        if waitForEnd() { return }
        send(SIGTERM)
        if waitForEnd() { return }
        send(SIGKILL)
        // Not for ever: a program that waits for a disk is not killed either, and where it left children
        // behind its end may never be told.
        _ = waitForEnd()
    }

    private func waitForEnd() -> Bool {
        hasStatus = hasEnded.wait(timeout: .now() + .seconds(2)) == .success
        return hasStatus
    }

    /// On a busy machine the program may have ended before that is told, and 0 would be this program's
    /// whole group.
    private func send(_ signal: Int32) {
        let id = process.processIdentifier
        if id > 0 { kill(id, signal) }
    }

    /// The account over there decides what answers; nothing is signed.
    package let authenticates = false

    package func ask(_ request: SyncRequest) throws -> SyncAnswer {
        var answer: [UInt8]?
        do {
            try stream.write(SyncWire.encode(request))
            answer = try stream.read()
        } catch MessageStream.Fault.overLimits {
            throw SyncFault.overLimits.boardError(address)
        } catch MessageStream.Fault.silent {
            throw BoardError(
                .unavailable, "\(address) does not answer",
                "check the network and that machine; what came before is kept")
        } catch {
            // The peer is gone: its exit code says why.
        }
        guard let answer else { throw ended() }
        do throws(SyncWireError) {
            return try SyncWire.decodeAnswer(answer)
        } catch {
            throw BoardError.wire(error)
        }
    }

    /// Why the program ended, or closed its output, before it answered.
    private func ended() -> BoardError {
        end()
        switch hasStatus ? process.terminationStatus : nil {
        case 127:
            return BoardError(
                .unavailable, "\(address) has no communis",
                "install it there, where a login by ssh finds it")
        case BoardError.Code.notFound.rawValue, BoardError.Code.unavailable.rawValue:
            return BoardError(.unavailable, "\(address) has no such board", "check the path")
        default:
            return BoardError(
                .unavailable, "\(address) cannot be reached, or ended the connection",
                "what it said is above; what came before is kept")
        }
    }

    /// Where a program is, as the shell would find it.
    private static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let candidates =
            program.contains("/")
            ? [program] : path.split(separator: ":").map { "\($0)/\(program)" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
