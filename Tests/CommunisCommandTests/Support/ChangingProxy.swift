import CommunisTestSupport

/// A proxy on this machine that changes each answer of a hub before it passes it on.
struct ChangingProxy {
    private let listener: Listener

    var address: String { "http://127.0.0.1:\(listener.port)" }

    init(to target: Int, change: @escaping @Sendable (inout HTTPBytes) -> Void) throws {
        listener = try Listener { caller in
            guard let hub = try? Socket(port: target) else { return }
            var (asked, answered): ([UInt8], [UInt8]) = ([], [])
            while let request = HTTPBytes(caller, &asked), hub.write(request.bytes),
                var answer = HTTPBytes(hub, &answered)
            {
                change(&answer)
                caller.write(answer.bytes)
            }
        }
    }
}
