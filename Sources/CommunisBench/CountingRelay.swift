import Foundation
import Synchronization

/// Passes connections to a port of this machine on to another, and counts the bytes of both
/// directions as they are on the socket: headers and bodies.
///
/// One connection at a time, which is what a sync makes.
final class CountingRelay: Sendable {
    let port: Int
    private let listener: Int32
    private let target: Int
    private let passed = Mutex(0)

    init(to target: Int) throws {
        self.target = target
        listener = try Self.socket()
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw BenchError.failed("no port to listen on") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while case let caller = accept(listener, nil, nil), caller >= 0 {
                try? self?.serve(caller)
                close(caller)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The bytes that passed since the last call.
    func takeCount() -> Int {
        passed.withLock { count in
            defer { count = 0 }
            return count
        }
    }

    private func serve(_ caller: Int32) throws {
        let hub = try Self.socket()
        defer { close(hub) }
        var address = Self.loopback(target)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(hub, $0, size) == 0 }
        }
        guard isConnected else { return }
        var ends = [caller, hub].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&ends, 2, -1) > 0 {
            for (index, end) in ends.enumerated() where end.revents != 0 {
                guard pass(from: end.fd, to: ends[1 - index].fd) else { return }
            }
        }
    }

    /// - Returns: whether there was something, and the other end took it.
    private func pass(from source: Int32, to sink: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        passed.withLock { $0 += count }
        var sent = 0
        while sent < count {
            let taken = buffer[sent..<count].withUnsafeBytes {
                send(sink, $0.baseAddress, $0.count, 0)
            }
            guard taken > 0 else { return false }
            sent += taken
        }
        return true
    }

    private static func socket() throws -> Int32 {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = Foundation.socket(AF_INET, stream, 0)
        guard descriptor >= 0 else { throw BenchError.failed("no socket") }
        return descriptor
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }
}
