import CommunisStore
import Foundation

/// Messages over a pair of pipes, each after its length: 4 bytes, most significant first.
package struct MessageStream {
    /// How long the other side is waited for.
    package struct Patience: Sendable {
        /// How long nothing may move.
        package var silence: Duration
        /// How slowly a message may move as a whole, in either direction.
        package var rate: LeastRate

        package init(silence: Duration = .seconds(60), rate: LeastRate = LeastRate()) {
            self.silence = silence
            self.rate = rate
        }
    }

    private let input: FileHandle
    private let output: FileHandle
    private let patience: Patience?

    package enum Fault: Error {
        /// The stream ended within a message.
        case cutShort
        /// A message longer than any may be.
        case overLimits
        /// Nothing came, or was taken, for as long as that may be, or too little for too long.
        case silent
    }

    /// - Parameter patience: `nil` to wait for ever. With one, `output` has to be this process's
    ///   alone: writing to it no longer waits.
    package init(
        reading input: FileHandle, writing output: FileHandle, patience: Patience? = nil
    ) {
        self.input = input
        self.output = output
        self.patience = patience
        if patience != nil {
            let flags = fcntl(output.fileDescriptor, F_GETFL)
            _ = fcntl(output.fileDescriptor, F_SETFL, flags | O_NONBLOCK)
        }
    }

    /// The next message; `nil` at the end of the stream.
    package func read() throws -> [UInt8]? {
        var progress = Progress(patience?.rate)
        guard let prefix = try bytes(4, &progress) else { return nil }
        let length = prefix.reduce(0) { $0 << 8 | Int($1) }
        guard length <= SyncWire.messageBytes else { throw Fault.overLimits }
        guard let message = try bytes(length, &progress) else { throw Fault.cutShort }
        return message
    }

    package func write(_ message: [UInt8]) throws {
        var frame: [UInt8] = []
        frame.reserveCapacity(4 + message.count)
        for shift in [24, 16, 8, 0] {
            frame.append(UInt8(truncatingIfNeeded: message.count >> shift))
        }
        frame += message
        var progress = Progress(patience?.rate)
        while progress.bytes < frame.count {
            try wait(for: POLLOUT, on: output, progress)
            let count = frame[progress.bytes...].withUnsafeBytes {
                systemWrite(output.fileDescriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno != EINTR && errno != EAGAIN { throw Self.systemError }
            progress.note(max(count, 0))
        }
    }

    /// So many bytes; `nil` at the end of the stream. Memory is taken as they come, not as they
    /// are announced.
    private func bytes(_ count: Int, _ progress: inout Progress) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: min(65_536, count))
        while bytes.count < count {
            try wait(for: POLLIN, on: input, progress)
            let size = systemRead(
                input.fileDescriptor, &part, min(part.count, count - bytes.count))
            if size < 0 && errno == EINTR { continue }
            if size < 0 { throw Self.systemError }
            if size == 0 {
                if bytes.isEmpty { return nil }
                throw Fault.cutShort
            }
            bytes += part.prefix(size)
            progress.note(size)
        }
        return bytes
    }

    /// How far a message has come since it began.
    private struct Progress {
        private let begun = ContinuousClock.now
        private var pace: Pace
        private(set) var bytes = 0

        init(_ rate: LeastRate?) { pace = Pace(rate ?? LeastRate()) }

        /// How long the next bytes may take.
        var rest: Duration { pace.due - (.now - begun) }

        mutating func note(_ count: Int) {
            bytes += count
            pace.note(count, at: .now - begun)
        }
    }

    /// Waits until a pipe has room, or something to read, or its other end is gone.
    private func wait(for events: Int32, on handle: FileHandle, _ progress: Progress) throws {
        guard let patience else { return }
        var entry = pollfd(
            fd: handle.fileDescriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
        let rest = progress.rest
        guard rest > .zero else { throw Fault.silent }
        let milliseconds = (min(patience.silence, rest) / .milliseconds(1)).rounded(.up)
        let ready = poll(&entry, 1, Int32(clamping: Int64(milliseconds)))
        if ready == 0 { throw Fault.silent }
        guard ready < 0 else { return }
        guard errno == EINTR else { throw Self.systemError }
        try wait(for: events, on: handle, progress)
    }

    private static var systemError: POSIXError { POSIXError(.init(rawValue: errno) ?? .EIO) }
}

// The stream's own methods have these names.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(file, bytes, count)
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}
