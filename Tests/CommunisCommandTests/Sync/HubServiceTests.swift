import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisSync

/// What a hub tells whoever runs it as a service, and how it ends.
@Suite("A hub as a service")
struct HubServiceTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    private func figures(_ hub: RunningHub) throws -> String {
        let socket = try Socket(port: hub.port)
        socket.write("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return socket.readToEnd()
    }

    /// The lines of a log, each of which must be an object with the fields that the contract names.
    private func lines(_ log: String, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> [JSON]
    {
        try log.split(separator: "\n").map { text in
            let line = JSON(try JSONSerialization.jsonObject(with: Data(text.utf8)))
            #expect(line["time"].isTime, "\(text)", sourceLocation: sourceLocation)
            for field in ["level", "message"] {
                #expect(
                    line[field].string?.isEmpty == false, "\(text)",
                    sourceLocation: sourceLocation)
            }
            return line
        }
    }

    @Test("More callers than it may have files open keep it from nothing once they go")
    func fewOpenFiles() throws {
        let hub = try RunningHub(folder, openFiles: 256)
        try folder.join(hub, as: "one.sqlite")
        do {
            let callers = try (0..<300).map { _ in try Socket(port: hub.port) }
            // It looks at its key each second, which takes a file.
            let end = ContinuousClock.now + .seconds(3)
            while hub.isRunning, ContinuousClock.now < end { usleep(10_000) }
            #expect(hub.isRunning)
            withExtendedLifetime(callers) {}
        }
        try folder.succeed("sync", "--board", "one.sqlite")
        #expect(try hub.terminate().code == 0)
    }

    @Test("Each request and each sync with a peer is a line of JSON, without address or text")
    func log() throws {
        let hub = try RunningHub(folder, options: ["--log", "json"])
        try folder.join(hub, as: "one.sqlite")
        _ = try folder.submit("A bench", as: "ann@x.org", "one.sqlite")
        try folder.succeed("sync", "--board", "one.sqlite")
        let caller = try folder.succeed("board", "node", "--board", "one.sqlite").output
            .trimmingCharacters(in: .whitespacesAndNewlines).prefix(8).description
        let second = try RunningHub(
            folder, board: "one.sqlite", options: ["--log", "json", "--sync-every", "1s"])
        let end = ContinuousClock.now + Program.timeLimit
        while try figures(second).contains("communis_peer_syncs_total 0\n"),
            ContinuousClock.now < end
        {
            usleep(500)
        }
        let called = try second.terminate()
        let seen = try figures(hub)
        let served = try hub.terminate()
        #expect(called.code == 0 && served.code == 0)

        let requests = try lines(served.errors).filter {
            $0["message"].string == "request" && $0["path"].string == "/sync/v1"
        }
        #expect(requests.count >= 3)
        for request in requests {
            #expect(request["method"].string == "POST")
            #expect(request.keys.isSuperset(of: ["milliseconds", "sent"]))
            if request["status"].string == "200" { #expect(request["node"].string == caller) }
        }
        let answered = requests.filter { $0["status"].string == "200" }.count
        let count = "communis_requests_total{path=\"/sync/v1\",status=\"200\"} \(answered)\n"
        #expect(seen.contains(count), "\(seen)")

        let syncs = try lines(called.errors).filter { $0["message"].string == "synced" }
        #expect(!syncs.isEmpty)
        for sync in syncs {
            #expect(sync["peer"].string == hub.address && sync["equal"].string == "true")
            #expect(sync.keys.isSuperset(of: ["sent", "received"]))
        }

        let ports = [hub.port, second.port].map(String.init)
        for log in [served.errors, called.errors] {
            #expect(!log.contains("@") && !log.contains("bench"))
            // The hubs' own, and nobody's who called.
            for address in log.matches(of: /127\.0\.0\.1:(\d+)/) {
                #expect(ports.contains(String(address.1)), "\(address.0)")
            }
        }
    }

    /// Writes so many comments of 32 KB.
    private func fill(_ board: String, comments: Int) throws {
        let board = try Board.open(folder.path(board))
        defer { board.close() }
        var generator = SeededGenerator(seed: 6)
        let idea: IdeaID = generator.identifier()
        let text = String(repeating: "x", count: Limits.textBytes)
        try board.write(
            (0..<comments).map { _ in
                Draft.comment(
                    on: idea, text, on: board.id, by: nil, key: generator.creationKey()
                ).draft
            })
        try board.sealPending()
    }

    @Test("SIGTERM while an answer is read slowly: it arrives whole, and the hub ends with 0")
    func ending() throws {
        try fill("communis.sqlite", comments: 120)
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        let (copy, served) = try (
            Board.open(folder.path("one.sqlite")), Board.open(folder.path("communis.sqlite"))
        )
        let (log, store) = try (served.snapshot().check.count, served.snapshot().store)
        let body = SyncWire.encode(
            SyncRequest(
                board: copy.id, node: copy.node,
                body: .exchange(.init(changesets: [], store: store, cursor: 0))))
        let asked = SignedRequest(
            "POST", "/sync/v1", body: body, board: copy.id, store: store, time: copy.now,
            key: try copy.nodeKey())
        let socket = try Socket(port: hub.port, timeout: .seconds(20), receiving: 16_384)
        socket.write(
            Array(
                """
                POST /sync/v1 HTTP/1.1\r\nHost: x\r\n\(SignatureHeader.name): \(asked.header)\r\n\
                Content-Length: \(body.count)\r\n\r\n
                """.utf8) + body)
        // It has begun, and of its four megabytes the system holds less than one.
        var rest = socket.read(atMost: 12)
        #expect(String(decoding: rest, as: UTF8.self) == "HTTP/1.1 200")

        hub.askToEnd()
        let end = ContinuousClock.now + Program.timeLimit
        while (try? Socket(port: hub.port)) != nil, ContinuousClock.now < end { usleep(500) }
        // It takes nobody in any more; who is in gets the whole answer.
        let answer = try #require(HTTPBytes(socket, &rest))
        let signed = try #require(SignedAnswer(header: answer.header(SignatureHeader.name)))
        #expect(signed.isSigned(status: 200, body: answer.body, to: asked))
        guard case .exchanged(let news) = try SyncWire.decodeAnswer(answer.body).body else {
            Issue.record("no answer to an exchange")
            return
        }
        #expect(news.isComplete && answer.body.count > 120 * Limits.textBytes)
        #expect(UInt64(news.changesets.count) == log)
        #expect(try hub.wait().code == 0)
    }
}
