import CommunisStore
import Foundation

/// Messages over a pair of pipes, each after its length: 4 bytes, most significant first.
package struct MessageStream {
    private let input: FileHandle
    private let output: FileHandle

    package enum Fault: Error {
        /// The stream ended within a message.
        case cutShort
        /// A message longer than any may be.
        case overLimits
    }

    package init(reading input: FileHandle, writing output: FileHandle) {
        self.input = input
        self.output = output
    }

    /// The next message; `nil` at the end of the stream.
    package func read() throws -> [UInt8]? {
        guard let prefix = try bytes(4) else { return nil }
        let length = prefix.reduce(0) { $0 << 8 | Int($1) }
        guard length <= SyncWire.messageBytes else { throw Fault.overLimits }
        guard let message = try bytes(length) else { throw Fault.cutShort }
        return message
    }

    package func write(_ message: [UInt8]) throws {
        var frame: [UInt8] = []
        frame.reserveCapacity(4 + message.count)
        for shift in [24, 16, 8, 0] {
            frame.append(UInt8(truncatingIfNeeded: message.count >> shift))
        }
        try output.write(contentsOf: frame + message)
    }

    /// So many bytes; `nil` at the end of the stream. Memory is taken as they come, not as they
    /// are announced.
    private func bytes(_ count: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let part = try input.read(upToCount: min(65_536, count - bytes.count)),
                !part.isEmpty
            else {
                if bytes.isEmpty { return nil }
                throw Fault.cutShort
            }
            bytes += part
        }
        return bytes
    }
}
