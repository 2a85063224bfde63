import CommunisCore
import CommunisLog
@testable import CommunisStore
import CommunisTestSupport
import Foundation
import NIOCore
import NIOSSL
import Synchronization
import Testing

@testable import CommunisHub
@testable import CommunisSync
@testable import CommunisTransport

/// What a caller believes of an answer, and how long it waits for one.
@Suite("A caller of a hub")
struct HTTPTransportTests {
    private let boards: TestBoards
    private let kiosk = TestBoards.key(5, 1)

    init() throws {
        boards = try TestBoards()
        try boards.admit([kiosk])
    }

    /// Asks a listener that answers with whatever bytes.
    private func ask(
        _ listener: Listener, _ times: HTTPTransport.Times = .init(),
        expecting: PeerExpectation? = nil, scheme: String = "http"
    ) throws(BoardError) {
        let board = boards.founder
        do {
            let clock = boards.clock
            let address = try #require(HTTPAddress("\(scheme)://127.0.0.1:\(listener.port)"))
            let transport = try HTTPTransport(
                address, key: kiosk,
                expecting: expecting
                    ?? PeerExpectation(role: { (try? board.role(of: $0)) ?? .none }),
                times: times, now: { clock.now }, pause: { _ in })
            _ = try transport.ask(
                SyncRequest(board: board.id, node: kiosk.node, body: .hello))
        } catch let error as BoardError {
            throw error
        } catch {
            Issue.record("\(error)")
        }
    }

    private func code(_ body: () throws(BoardError) -> Void) -> BoardError.Code? {
        do {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    /// Serves the founder's board by hand; the answer may be changed before it is sent.
    private func listen(
        now: (@Sendable () -> Milliseconds)? = nil,
        before: @escaping @Sendable () throws -> Void = {},
        changing change: @escaping @Sendable (SyncEndpoint.Answer) -> HTTPBytes = { $0.http() }
    ) throws -> Listener {
        let clock = boards.clock
        let endpoint = SyncEndpoint(
            boards.founder, key: boards.founderKey, method: "POST", path: "/sync/v1",
            now: now ?? { clock.now })
        return try Listener { socket in
            var rest: [UInt8] = []
            while let request = HTTPBytes(socket, &rest),
                let signed = SignedRequest(header: request.header(SignatureHeader.name))
            {
                try? before()
                let answer: SyncEndpoint.Answer? =
                    switch try? endpoint.judge(signed) {
                    case .unsigned(let answer), .refused(let answer): answer
                    case .proceed: try? endpoint.answer(signed, request.body)
                    case nil: nil
                    }
                guard let answer else { return }
                socket.write(change(answer).bytes)
            }
        }
    }

    @Test("The plain case is believed")
    func plain() throws {
        try ask(try listen())
    }

    @Test("An answer to another request is not believed")
    func replayed() throws {
        let first = Mutex<HTTPBytes?>(nil)
        let listener = try listen(changing: { answer in
            first.withLock { first in
                first = first ?? answer.http()
                return first!
            }
        })
        try ask(listener)
        // Every later answer is the first one. A request of the same moment would be the same one.
        boards.clock.advance(by: .milliseconds(1))
        #expect(code { () throws(BoardError) in try ask(listener) } == .unavailable)
    }

    @Test("An answer of which one bit is another, anywhere, is not believed")
    func changed() throws {
        // The node, the store, the time, the signature and its end.
        for place in [0, 32, 48, 55, 56, 119] {
            let listener = try listen(changing: { answer in
                var answer = answer
                var bytes = Data(base64Encoded: answer.signature)!
                bytes[place] ^= 1
                answer.signature = bytes.base64EncodedString()
                return answer.http()
            })
            #expect(
                code { () throws(BoardError) in try ask(listener) } == .unavailable, "\(place)")
        }
        let listener = try listen(changing: { answer in
            var http = answer.http()
            http.body[http.body.count / 2] ^= 1
            return http
        })
        #expect(code { () throws(BoardError) in try ask(listener) } == .unavailable)
        let status = try listen(changing: { answer in
            var http = answer.http()
            http.head = http.head.replacingOccurrences(of: "HTTP/1.1 200", with: "HTTP/1.1 403")
            return http
        })
        #expect(code { () throws(BoardError) in try ask(status) } == .unavailable)
    }

    @Test("A hub whose clock runs away is asked a few times, not for ever")
    func conflictTwice() throws {
        let count = Mutex(0)
        let clock = boards.clock
        let listener = try listen(now: {
            // An hour later at each look.
            count.withLock { count in
                count += 1
                return clock.now.advanced(by: .seconds(3_600 * count))
            }
        })
        #expect(code { () throws(BoardError) in try ask(listener) } == .unavailable)
    }

    @Test("A compressed answer is not inflated, whether what is signed is inside or the outside")
    func compressed() throws {
        // The answer as a proxy compresses it. Whoever inflates it finds the signature to fit.
        let proxied = try listen(changing: { $0.http(compressed: Self.gzip($0.body)) })
        #expect(code { () throws(BoardError) in try ask(proxied) } == .unavailable)

        // The hub itself sends 40,000 zeros in 73 bytes, which it signs as they are: what it signed
        // is no message. Whoever inflates them finds the signature not to fit.
        let zeros =
            "H4sIAAAAAAACA+3BMQEAAADCoPVP7WULoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgBt5RKnm"
            + "QJwAAA=="
        let body = Array(try #require(Data(base64Encoded: zeros)))
        let (key, clock) = (boards.founderKey, boards.clock)
        let store = try boards.founder.snapshot().store
        let bomb = try Listener { socket in
            var rest: [UInt8] = []
            while let request = HTTPBytes(socket, &rest),
                let asked = SignedRequest(header: request.header(SignatureHeader.name))
            {
                let signed = SignedAnswer(
                    status: 200, body: body, to: asked, store: store, time: clock.now, key: key)
                let answer = SyncEndpoint.Answer(
                    status: 200, signature: signed.header, body: body)
                socket.write(answer.http(compressed: body).bytes)
            }
        }
        #expect(code { () throws(BoardError) in try ask(bomb) } == .notUnderstood)
    }

    /// Up to 65,535 bytes in the format of gzip (RFC 1952), in one block that is stored as it is
    /// (RFC 1951, section 3.2.4).
    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        var check = UInt32.max
        for byte in bytes {
            check ^= UInt32(byte)
            for _ in 0..<8 { check = check >> 1 ^ (check & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        let size = UInt16(bytes.count)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1] + littleEndian(size) + littleEndian(~size)
            + bytes + littleEndian(~check) + littleEndian(UInt32(bytes.count))
    }

    @Test("A redirect is told, with the address it points to, and not followed")
    func redirect() throws {
        for (location, said) in [
            ("https://ideas.example.org/sync/v1", "https://ideas.example.org"),
            ("javascript:alert(1)", "another address"),
        ] {
            let listener = try Listener { socket in
                var rest: [UInt8] = []
                guard HTTPBytes(socket, &rest) != nil else { return }
                socket.write(
                    "HTTP/1.1 301 Moved\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")
            }
            let error = #expect(throws: BoardError.self) { try ask(listener) }
            #expect(error?.code == .unavailable)
            #expect(
                error?.problem.english.hasSuffix(said) == true, "\(error?.problem.english ?? "")")
        }
    }

    @Test("A listener that never answers, or drips for ever, is left in time")
    func silent() throws {
        let silent = try Listener { socket in
            while !socket.read().isEmpty {}
        }
        var times = HTTPTransport.Times()
        times.silence = .milliseconds(200)
        let start = ContinuousClock.now
        #expect(code { () throws(BoardError) in try ask(silent, times) } == .unavailable)
        let dripping = try Listener { socket in
            _ = socket.read()
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while socket.write([7]) { usleep(50_000) }
        }
        times.silence = .seconds(60)
        times.rate.start = .milliseconds(300)
        times.rate.bytesPerSecond = 1_000_000_000
        #expect(code { () throws(BoardError) in try ask(dripping, times) } == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    /// What a listener that means harm sends one byte of at a time, after what it sends at once.
    enum Drip: CaseIterable {
        case statusLine, header, headers, body, chunkLengths, chunkExtension, trailer, interim
        case afterMuch, handshake, refusals

        var parts: (atOnce: String, again: String) {
            let head = "HTTP/1.1 200 OK\r\n"
            let chunked = "\(head)Transfer-Encoding: chunked\r\n\r\n"
            return switch self {
            case .statusLine: ("HTTP/1.1 200 ", "O")
            case .header: ("\(head)X: ", "x")
            case .headers: (head, "X: x\r\n")
            case .body: ("\(head)Content-Length: 1000000\r\n\r\n", "x")
            case .chunkLengths: (chunked, "1\r\nx\r\n")
            case .chunkExtension: ("\(chunked)1;", "x")
            case .trailer: ("\(chunked)0\r\nX: ", "x")
            case .interim: ("", "HTTP/1.1 102 Processing\r\n\r\n")
            case .afterMuch:
                (
                    "\(head)Content-Length: 9000000\r\n\r\n"
                        + String(repeating: "x", count: 1_000_000), "x"
                )
            case .handshake: ("\u{16}\u{03}\u{03}\u{40}\u{00}", "\u{02}")
            // No answer is signed: it is asked again and again.
            case .refusals:
                ("HTTP/1.1 503 X\r\nRetry-After: 1\r\nContent-Length: 100\r\n\r\n", "x")
            }
        }
    }

    @Test(
        "However a listener drips, a request and its answer have their time",
        arguments: Drip.allCases)
    func dripping(_ drip: Drip) throws {
        let listener = try Listener { socket in
            let (atOnce, again) = drip.parts
            _ = socket.read()
            guard socket.write(atOnce) else { return }
            while socket.write(again) { usleep(20_000) }
        }
        var times = HTTPTransport.Times()
        times.rate.start = .milliseconds(400)
        // What is begun of TLS is waited for when the transport goes.
        times.connect = .seconds(2)
        let start = ContinuousClock.now
        let found = code { () throws(BoardError) in
            try ask(listener, times, scheme: drip == .handshake ? "https" : "http")
        }
        #expect(found == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test("A listener that breaks each connection late has the time of one request for all of them")
    func brokenLate() throws {
        let listener = try Listener { socket in
            _ = socket.read()
            socket.write("HTTP/1.1 200 OK\r\nX: ")
            for _ in 0..<10 where socket.write("x") { usleep(50_000) }
        }
        var times = HTTPTransport.Times()
        times.rate.start = .milliseconds(900)
        let start = ContinuousClock.now
        #expect(code { () throws(BoardError) in try ask(listener, times) } == .unavailable)
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test(
        "A hub that becomes another store, and again, is asked anew; one that does for ever is left"
    )
    func otherStores() throws {
        for (changes, expected) in [(1, nil), (3, nil), (1_000, BoardError.Code.unavailable)] {
            let board = boards.founder
            let left = Mutex(changes)
            let listener = try listen(before: {
                guard
                    left.withLock({
                        $0 -= 1; return $0 >= 0
                    })
                else { return }
                try board.write { database in
                    var state = try BoardState.load(database)
                    state.store = state.store?.map { $0 &+ 1 }
                    try state.save(database)
                }
            })
            let founder = boards.founderKey.node
            let expectation = PeerExpectation(
                node: founder, store: try board.snapshot().store, role: { _ in .steward })
            let found = code { () throws(BoardError) in
                try ask(listener, expecting: expectation)
            }
            #expect(found == expected, "\(changes)")
        }
    }

    @Test("At first contact only a node with a role is believed; later, one that may write")
    func whoAnswers() throws {
        let listener = try listen()
        let founder = boards.founderKey.node
        let told = Mutex<[NodeID]>([])
        func expectation(_ node: NodeID?, _ role: Role) -> PeerExpectation {
            PeerExpectation(
                node: node, role: { $0 == founder ? role : .none },
                changed: { node in told.withLock { $0.append(node) } })
        }
        let cases: [(NodeID?, Role, BoardError.Code?, Int)] = [
            (nil, .none, .notPermitted, 0), (nil, .reader, nil, 0), (nil, .contributor, nil, 0),
            (founder, .none, nil, 0), (kiosk.node, .none, .notPermitted, 0),
            (kiosk.node, .reader, .notPermitted, 0), (kiosk.node, .contributor, nil, 1),
        ]
        for (node, role, expected, count) in cases {
            told.withLock { $0.removeAll() }
            let found = code { () throws(BoardError) in
                try ask(listener, expecting: expectation(node, role))
            }
            #expect(found == expected, "\(role)")
            #expect(told.withLock { $0 } == Array(repeating: founder, count: count))
        }
        for known in [founder, kiosk.node, nil] {
            let revoked = PeerExpectation(node: known, isRevoked: { $0 == founder })
            let found = code { () throws(BoardError) in try ask(listener, expecting: revoked) }
            #expect(found == .notPermitted)
        }
    }

    @Test("No TLS before 1.2; certificates that are not there, or none, are told as such")
    func certificates() throws {
        #expect(try HTTPTransport.tls(authority: nil).minimumTLSVersion == .tlsv12)
        let folder = try TemporaryFolder()
        let missing = #expect(throws: BoardError.self) {
            try HTTPTransport.tls(authority: folder.file("none.pem"))
        }
        #expect(missing?.code == .notFound)
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: folder.file("empty.pem")))
        let empty = #expect(throws: BoardError.self) {
            try HTTPTransport.tls(authority: folder.file("empty.pem"))
        }
        #expect(empty?.code == .notUnderstood)
    }
}

extension SyncEndpoint.Answer {
    /// As a server writes it.
    ///
    /// - Parameter compressed: what takes the place of the body.
    func http(compressed: [UInt8]? = nil) -> HTTPBytes {
        let sent = compressed ?? body
        return HTTPBytes(
            head: "HTTP/1.1 \(status) X\r\n\(SignatureHeader.name): \(signature)\r\n"
                + (compressed == nil ? "" : "Content-Encoding: gzip\r\n")
                + "Content-Length: \(sent.count)\r\n\r\n",
            body: sent)
    }
}
