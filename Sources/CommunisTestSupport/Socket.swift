import Foundation

/// A TCP connection to this machine, spoken by hand.
package final class Socket: Sendable {
    package let descriptor: Int32

    package struct Failed: Error {
        package var code: Int32

        package init(code: Int32) { self.code = code }
    }

    /// - Parameters:
    ///   - timeout: how long `read` waits.
    ///   - receiving: how many bytes may arrive that were not read.
    ///   - place: where from: the last number of one of this machine's addresses, all that begin with
    ///     127; else the system chooses.
    package init(
        port: Int, timeout: Duration? = nil, receiving bytes: Int32? = nil, from place: UInt8? = nil
    ) throws {
        descriptor = Self.make()
        if let timeout {
            let (seconds, rest) = timeout.components
            set(
                SO_RCVTIMEO,
                timeval(tv_sec: Int(seconds), tv_usec: .init(rest / 1_000_000_000_000)))
        }
        if let bytes { set(SO_RCVBUF, bytes) }
        if let place { try apply(Self.loopback(0, place), bind) }
        try apply(Self.loopback(port), connect)
    }

    private func apply(
        _ address: sockaddr_in, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws {
        var address = address
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, size) }
        }
        guard code == 0 else { throw Failed(code: errno) }
    }

    init(accepted descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func make() -> Int32 {
        #if os(Linux)
            socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    static func loopback(_ port: Int, _ place: UInt8 = 1) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr = in_addr(s_addr: (UInt32(0x7F00_0000) | UInt32(place)).bigEndian)
        return address
    }

    private func set<Value: BitwiseCopyable>(_ option: Int32, _ value: Value) {
        withUnsafeBytes(of: value) {
            _ = setsockopt(
                descriptor, SOL_SOCKET, option, $0.baseAddress, socklen_t($0.count))
        }
    }

    /// - Returns: whether all of it was taken.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, noSignal)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// The next bytes; empty when the other side closed, or the time is over.
    package func read(atMost limit: Int = 65_536) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// Everything until the other side closes.
    package func readToEnd() -> String {
        var bytes: [UInt8] = []
        while case let part = read(), !part.isEmpty { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Ends both directions; whoever reads or writes sees the end.
    package func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private var noSignal: Int32 {
        #if os(Linux)
            Int32(MSG_NOSIGNAL)
        #else
            0
        #endif
    }
}

/// Accepts connections at a free port of this machine, each on a thread of its own, until it is
/// released or stopped.
package final class Listener: Sendable {
    package let port: Int
    private let descriptor: Int32

    package init(_ serve: @escaping @Sendable (Socket) -> Void) throws {
        let listener = Socket.make()
        var address = Socket.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, listen(listener, 64) == 0 else {
                    return errno
                }
                return getsockname(listener, pointer, &size)
            }
        }
        guard code == 0 else { throw Socket.Failed(code: code) }
        descriptor = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while case let accepted = accept(listener, nil, nil), accepted >= 0 {
                Thread.detachNewThread { serve(Socket(accepted: accepted)) }
            }
            close(listener)
        }
    }

    deinit { stop() }

    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
