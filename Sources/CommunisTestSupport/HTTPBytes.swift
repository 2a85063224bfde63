/// One message of HTTP/1.1 as bytes, with the length of its body in its head.
package struct HTTPBytes: Sendable {
    package var head: String
    package var body: [UInt8]

    package init(head: String, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// The next message from a connection; `nil` at its end.
    ///
    /// - Parameter rest: what came after it, for the next call.
    package init?(_ socket: Socket, _ rest: inout [UInt8]) {
        let mark = Array("\r\n\r\n".utf8)
        var end: Int?
        while true {
            end = rest.indices.first { rest[$0...].starts(with: mark) }
            if end != nil { break }
            let part = socket.read()
            if part.isEmpty { return nil }
            rest += part
        }
        head = String(decoding: rest[..<(end! + mark.count)], as: UTF8.self)
        rest.removeFirst(end! + mark.count)
        let length = Int(Self.header("Content-Length", in: head) ?? "") ?? 0
        while rest.count < length {
            let part = socket.read()
            if part.isEmpty { return nil }
            rest += part
        }
        body = Array(rest.prefix(length))
        rest.removeFirst(length)
    }

    package var bytes: [UInt8] { Array(head.utf8) + body }

    package func header(_ name: String) -> String? { Self.header(name, in: head) }

    private static func header(_ name: String, in head: String) -> String? {
        for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return parts[1].split(separator: " ").first.map(String.init)
            }
        }
        return nil
    }
}
