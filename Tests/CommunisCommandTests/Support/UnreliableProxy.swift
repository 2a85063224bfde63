import Foundation
import Synchronization

/// A proxy on this machine that cuts a share of its connections at random points and makes every
/// piece late. Which connections, and where, is decided by a seed.
final class UnreliableProxy: Sendable {
    let port: Int
    private let target: Int
    private let listener: Int32
    /// In percent.
    private let cuts: Int
    private let delay: Duration
    private let generator: Mutex<UInt64>
    let counts = Mutex((connections: 0, cut: 0))

    init(to target: Int, cutting cuts: Int, delay: Duration, seed: UInt64) throws {
        (listener, port) = try Self.listening()
        self.target = target
        self.cuts = cuts
        self.delay = delay
        generator = Mutex(seed)
        Thread.detachNewThread { [listener, weak self] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                guard let self else { break }
                self.serve(Socket(accepted: descriptor))
            }
        }
    }

    private static func listening() throws -> (listener: Int32, port: Int) {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
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
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ caller: Socket) {
        // After how many bytes, in either direction, it is cut. A message of a small sync has some
        // 500 in all, so that the cut comes before, within and after it.
        let limit: Int? = generator.withLock { state in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33 % 100) < cuts ? Int(state >> 40 % 2_000) : nil
        }
        counts.withLock {
            $0.connections += 1
            if limit != nil { $0.cut += 1 }
        }
        guard let hub = try? Socket(port: target) else { return }
        let rest = Rest(limit)
        for (from, to) in [(caller, hub), (hub, caller)] {
            let (source, sink) = (from.descriptor, to.descriptor)
            let pipe = Pipe(caller: caller, hub: hub)
            Thread.detachNewThread { [delay] in
                pipe.relay(source, sink, rest, delay)
            }
        }
    }

    private final class Rest: Sendable {
        private let bytes: Mutex<Int?>
        init(_ limit: Int?) { bytes = Mutex(limit) }

        /// How many of so many bytes still pass.
        func take(_ count: Int) -> Int {
            bytes.withLock { rest in
                guard let left = rest else { return count }
                rest = max(0, left - count)
                return min(left, count)
            }
        }
    }

    /// Keeps both ends open while either direction runs.
    private final class Pipe: @unchecked Sendable {
        private let ends: (Socket, Socket)
        init(caller: Socket, hub: Socket) { ends = (caller, hub) }

        func relay(_ source: Int32, _ sink: Int32, _ rest: Rest, _ delay: Duration) {
            let (from, to) = ends.0.descriptor == source ? ends : (ends.1, ends.0)
            while case let part = from.read(), !part.isEmpty {
                usleep(UInt32(delay / .microseconds(1)))
                let passed = rest.take(part.count)
                guard to.write(Array(part.prefix(passed))), passed == part.count else { break }
            }
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(sink, Int32(SHUT_RDWR))
        }
    }
}
