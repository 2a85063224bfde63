import CommunisTestSupport
import Foundation
import Testing

/// What befalls a hub: it is killed, the network is bad, callers are slow, silent, or many.
@Suite("A hub under load")
struct HubUnderLoadTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    /// 0, or a refusal that says to try again.
    private static let mayEnd: Set<Int32> = [0, 69, 75]

    @Test("Killed a hundred times under ten writers, it loses no acknowledged change")
    func killed() throws {
        var hub = try RunningHub(folder)
        let port = hub.port
        let boards = (0..<10).map { "writer\($0).sqlite" }
        for board in boards { try folder.join(hub, as: board) }
        var acknowledged: [String: Set<String>] = [:]
        // What the hub said it has: each sync that ended with 0 covers all that its writer had.
        var covered: Set<String> = []
        var synced = 0
        for round in 0..<100 {
            if round > 0 { hub = try RunningHub(folder, port: port) }
            // Each writes and syncs; the hub is killed while some of them still do.
            var running = try boards.map { board in
                let child = try folder.start(
                    words: [
                        "/bin/sh", "-c",
                        """
                        "$0" submit "Round \(round) of \(board)" --as \(board) --board \(board) \
                        --json > \(board).said && exec "$0" sync --json --board \(board)
                        """, Program.path,
                    ])
                return (board: board, child: child)
            }
            // By the count of those that are done, which differs from round to round.
            var ended: [(board: String, outcome: Outcome)] = []
            while ended.count < round % 10 + 1 {
                if let place = running.firstIndex(where: { !$0.child.isRunning }) {
                    let (board, child) = running.remove(at: place)
                    ended.append((board, try child.wait()))
                } else {
                    usleep(200)
                }
            }
            try hub.kill()
            for (board, child) in running { ended.append((board, try child.wait())) }
            for (board, outcome) in ended {
                #expect(Self.mayEnd.contains(outcome.code), "\(outcome.code): \(outcome.errors)")
                let said = try folder.read("\(board).said")
                acknowledged[board, default: []].insert(
                    try #require(
                        JSON(try JSONSerialization.jsonObject(with: Data(said.utf8)))["id"].string))
                guard outcome.code == 0 else { continue }
                synced += 1
                covered.formUnion(acknowledged[board] ?? [])
            }
            // In the hub's own file, before any writer syncs again: a repair would put back what
            // the hub had lost.
            #expect(covered.isSubset(of: try ideas(of: "communis.sqlite")), "round \(round)")
        }
        let all = acknowledged.values.reduce(into: Set()) { $0.formUnion($1) }
        #expect(all.count == 1_000)
        #expect(synced >= 100)
        hub = try RunningHub(folder, port: port)
        for board in boards + boards {
            let report = try folder.succeed("sync", "--json", "--board", board).json()[0]
            #expect(report["mode"].string == "cursor" && report["equal"].bool == true)
        }
        for board in ["communis.sqlite", "writer0.sqlite", "writer9.sqlite"] {
            #expect(all.isSubset(of: try ideas(of: board)), "\(board)")
            try folder.verified(board)
        }
    }

    private func ideas(of board: String) throws -> Set<String> {
        Set(
            try folder.succeed("list", "--limit", "2000", "--json", "--board", board)
                .json().items.compactMap { $0["id"].string })
    }

    @Test("Three in ten connections are cut, pieces are late, requests overtake: all end equal")
    func badNetwork() throws {
        let hub = try RunningHub(folder)
        let proxy = try UnreliableProxy(
            to: hub.port, cutting: 30, delay: .milliseconds(500), seed: 4)
        defer { proxy.stop() }
        let boards = ["one.sqlite", "two.sqlite", "three.sqlite"]
        for board in boards { try folder.join(hub, as: board) }
        let far = "http://127.0.0.1:\(proxy.port)"
        for round in 0..<3 {
            for board in boards {
                _ = try folder.submit("Round \(round) of \(board)", as: "ann@x.org", board)
            }
            let children = try boards.map { try folder.start(["sync", far, "--board", $0]) }
            for child in children {
                let outcome = try child.wait()
                #expect(Self.mayEnd.contains(outcome.code), "\(outcome.code): \(outcome.errors)")
            }
        }
        for board in boards + boards {
            var tries = 0
            while try folder.run("sync", far, "--board", board).code != 0, tries < 10 { tries += 1 }
            #expect(tries < 10)
        }
        let verified = try (["communis.sqlite"] + boards).map { try folder.verified($0) }
        #expect(Set(verified.map { $0["fingerprint"].string }).count == 1)
        let counts = proxy.counts
        #expect(counts.cut > 0 && counts.cut < counts.connections)
        #expect(counts.overtaking > 0)
    }

    @Test("Two thousand idle connections keep nobody from syncing")
    func idleConnections() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        var idle: [Socket] = []
        let limit = Machine.openFiles(atLeast: 2_200)
        for _ in 0..<min(2_000, limit - 200) { idle.append(try Socket(port: hub.port)) }
        try #require(idle.count >= 1_000)
        // Some say half of something.
        for socket in idle.prefix(500) { socket.write("POST /sync/v1 HTTP/1.1\r\nHost: x\r\nCont") }
        _ = try folder.submit("A bench", as: "ann@x.org", "one.sqlite")
        try folder.succeed("sync", "--board", "one.sqlite")
        let socket = try Socket(port: hub.port)
        socket.write("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(socket.readToEnd().contains("communis_connections \(idle.count + 1)"))
        let end = try hub.terminate()
        #expect(end.code == 0)
    }

    @Test("What is no request of sync, or larger than any, is refused before it is read")
    func hostileRequests() throws {
        let hub = try RunningHub(folder)
        func answer(_ request: String) throws -> String {
            let socket = try Socket(port: hub.port)
            socket.write(request)
            return String(socket.readToEnd().prefix(12))
        }
        let close = "Host: x\r\nConnection: close\r\n"
        #expect(
            try answer("POST /sync/v1 HTTP/1.1\r\n\(close)Content-Length: 3\r\n\r\nabc")
                == "HTTP/1.1 401")
        // No body is sent: the answer does not wait for it.
        #expect(
            try answer("POST /sync/v1 HTTP/1.1\r\n\(close)Content-Length: 99999999999\r\n\r\n")
                .hasPrefix("HTTP/1.1 4"))
        // Nor is it counted: two of these once were more than a number holds.
        for _ in 0..<3 {
            #expect(
                try answer(
                    "POST /sync/v1 HTTP/1.1\r\n\(close)Content-Length: 9223372036854775807\r\n\r\n"
                ).hasPrefix("HTTP/1.1 4"))
        }
        #expect(try answer("GET /nothing HTTP/1.1\r\n\(close)\r\n") == "HTTP/1.1 404")
        #expect(try answer("GET /sync/v1 HTTP/1.1\r\n\(close)\r\n").hasPrefix("HTTP/1.1 40"))
        let long = String(repeating: "a", count: 40_000)
        #expect(
            !(try answer("GET / HTTP/1.1\r\nX: \(long)\r\n\(close)\r\n")).hasPrefix("HTTP/1.1 200"))
        #expect(!(try answer("\u{0}\u{1}\u{2}\r\n\r\n")).hasPrefix("HTTP/1.1 200"))
        #expect(try answer("GET /health HTTP/1.1\r\n\(close)\r\n") == "HTTP/1.1 200")
        #expect(try hub.terminate().code == 0)
    }
}
