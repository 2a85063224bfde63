import CommunisCore
import CommunisLog
import CommunisStore
@testable import CommunisSync
import CommunisTestSupport
import Foundation
import Synchronization
import Testing

/// What one caller does to a hub that is served, seen by another.
@Suite("Shares of a hub")
struct HubSharesTests {
    private let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    /// Speaks to a hub by hand, with a node's key.
    private struct Caller: Sendable {
        let port: Int
        let board: BoardID
        let key: NodeKey

        /// The head of a request, whose body says what is left to the caller.
        func head(_ body: [UInt8], store: [UInt8], board: BoardID? = nil, more: String) -> String {
            let signed = SignedRequest(
                "POST", "/sync/v1", body: body, board: board ?? self.board, store: store,
                time: BoardEnvironment.system.now(), key: key)
            return "POST /sync/v1 HTTP/1.1\r\nHost: x\r\n\(SignatureHeader.name): "
                + "\(signed.header)\r\n\(more)\r\n"
        }

        /// - Returns: the store that answers, and what.
        func ask(_ body: SyncRequest.Body, store: [UInt8]) throws -> (store: [UInt8], SyncAnswer?) {
            let bytes = SyncWire.encode(SyncRequest(board: board, node: key.node, body: body))
            let socket = try Socket(port: port, timeout: .seconds(20))
            let more = "Content-Length: \(bytes.count)\r\nConnection: close\r\n"
            socket.write(Array(head(bytes, store: store, more: more).utf8) + bytes)
            var rest: [UInt8] = []
            guard let answer = HTTPBytes(socket, &rest),
                let signed = SignedAnswer(header: answer.header(SignatureHeader.name))
            else { return (store, nil) }
            return (signed.store, try? SyncWire.decodeAnswer(answer.body))
        }
    }

    private func caller(_ hub: RunningHub, _ board: String) throws -> Caller {
        let board = try Board.open(folder.path(board))
        defer { board.close() }
        return Caller(port: hub.port, board: board.id, key: try board.nodeKey())
    }

    @Test("A node that says again and again that the hub was restored keeps nobody from syncing")
    func restoredClaims() throws {
        let hub = try RunningHub(folder)
        for board in ["one.sqlite", "two.sqlite"] { try folder.join(hub, as: board) }
        try folder.succeed("sync", "--board", "two.sqlite")
        let attacker = try caller(hub, "one.sqlite")
        let before = try attacker.ask(.hello, store: SignedRequest.unknownStore).store
        let (isOver, claims) = (Flag(), Counter())
        let threads = (0..<4).map { _ in
            Thread {
                var store = before
                while !isOver.isSet {
                    for cursor in [Int64.max / 2, 0] {
                        let exchange = SyncRequest.Exchange(
                            changesets: [], store: store, cursor: cursor)
                        store =
                            (try? attacker.ask(.exchange(exchange), store: store))?.store ?? store
                    }
                    claims.add()
                }
            }
        }
        for thread in threads { thread.start() }
        defer { isOver.set() }
        for number in 0..<6 {
            _ = try folder.submit("Idea \(number)", as: "ann@x.org", "two.sqlite")
            // Something waits at the hub too.
            _ = try folder.submit("The hub's \(number)", as: "ben@x.org", "communis.sqlite")
            let report = try folder.succeed("sync", "--json", "--board", "two.sqlite").json()[0]
            #expect(report["equal"].bool == true && report["mode"].string == "cursor")
        }
        isOver.set()
        #expect(claims.count > 0)
        #expect(try attacker.ask(.hello, store: before).store == before)
    }

    /// Nodes without a role that send a byte of a request now and then, from so many addresses.
    private func drip(_ hub: RunningHub, _ count: Int, addresses: Int, _ body: String) throws
        -> [Socket]
    {
        let board = try caller(hub, "communis.sqlite").board
        return try (0..<count).map { number in
            let stranger = Caller(
                port: hub.port, board: board, key: TestBoards.key(31, UInt64(number % 9)))
            let head = stranger.head(
                Array("whatever".utf8), store: SignedRequest.unknownStore, more: body)
            let place = UInt8(1 + number % addresses)
            let socket = try Socket(port: hub.port, timeout: .seconds(20), from: place)
            socket.write(head + (body.contains("chunked") ? "1\r\nx\r\n" : "x"))
            return socket
        }
    }

    @Test(
        "Strangers that drip, from one address or many, keep nobody from joining or syncing",
        arguments: [
            (1, "Transfer-Encoding: chunked\r\n"), (50, "Transfer-Encoding: chunked\r\n"),
            (1, "Content-Length: 60000\r\n"), (200, "Content-Length: 60000\r\n"),
        ])
    func strangers(_ addresses: Int, _ body: String) throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let limit = Machine.openFiles(atLeast: 1_200)
        let start = ContinuousClock.now
        let held = try drip(hub, min(900, limit - 200), addresses: addresses, body)
        // Twice: what the first leaves behind is no hindrance either.
        try folder.join(hub, as: "two.sqlite")
        try folder.join(hub, as: "three.sqlite")
        _ = try folder.submit("A bench", as: "ann@x.org", "one.sqlite")
        try folder.succeed("sync", "--board", "one.sqlite")
        // None of them had its time by then.
        #expect(ContinuousClock.now - start < .seconds(25))
        withExtendedLifetime(held) {}
        #expect(try hub.terminate().code == 0)
    }

    @Test("A loop of one caller fills no log; how many lines it lacks is told")
    func logLines() throws {
        let hub = try RunningHub(folder, options: ["--log", "json"])
        let count = 600
        for _ in 0..<6 {
            let socket = try Socket(port: hub.port, timeout: .seconds(20))
            var rest: [UInt8] = []
            for _ in 0..<count / 6 {
                socket.write("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(HTTPBytes(socket, &rest)?.head.hasPrefix("HTTP/1.1 404") == true)
            }
        }
        let log = try hub.terminate().errors
        let lines = try log.split(separator: "\n").map {
            JSON(try JSONSerialization.jsonObject(with: Data($0.utf8)))
        }
        let told = lines.filter { $0["message"].string == "request" }.count
        let leftOut = lines.filter {
            $0["message"].string == "lines about requests were left out"
        }.compactMap { $0["lines"].string.flatMap { Int($0) } }.reduce(0, +)
        #expect(told + leftOut == count && leftOut > 0, "\(told) \(leftOut)")
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}
