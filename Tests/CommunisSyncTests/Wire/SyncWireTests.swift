import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Testing

@testable import CommunisSync

@Suite struct SyncWireTests {
    @Test("What is encoded is decoded again", arguments: 0..<40)
    func roundTrip(_ seed: Int) throws {
        var samples = WireSamples(seed: UInt64(seed))
        for request in samples.requests() {
            #expect(try SyncWire.decodeRequest(SyncWire.encode(request)) == request)
        }
        for answer in samples.answers() {
            #expect(try SyncWire.decodeAnswer(SyncWire.encode(answer)) == answer)
        }
    }

    @Test("600,000 changed or random messages are refused or read, and nothing else")
    func mutations() throws {
        var generator = SeededGenerator(seed: 4)
        var samples = WireSamples(seed: 4)
        let messages =
            samples.requests().map(SyncWire.encode)
            + samples.answers().map(SyncWire.encode)
        for round in 0..<600_000 {
            var bytes = messages[round % messages.count]
            if round.isMultiple(of: 7) { bytes = generator.bytes(generator.below(200)) }
            for _ in 0...generator.below(4) where !bytes.isEmpty {
                bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            }
            if round.isMultiple(of: 3) { bytes.removeLast(generator.below(bytes.count + 1)) }
            _ = try? SyncWire.decodeRequest(bytes)
            _ = try? SyncWire.decodeAnswer(bytes)
        }
    }

    @Test func limits() throws {
        var samples = WireSamples(seed: 2)
        var request = samples.requests()[0]
        func refuses(_ body: SyncRequest.Body, _ error: SyncWireError) {
            request.body = body
            #expect(throws: error) { try SyncWire.decodeRequest(SyncWire.encode(request)) }
        }
        refuses(.reconcile(Array(repeating: 0, count: (1 << 20) + 1)), .overLimits)
        let zero = LogPosition(timestamp: .zero, id: .zero)
        refuses(
            .move(
                .init(
                    changesets: [],
                    wanted: [
                        WantedChangesets(
                            start: zero, end: nil, ids: Array(repeating: .zero, count: 10_001))
                    ])), .overLimits)
        refuses(.exchange(.init(changesets: [], store: [1, 2], cursor: 0)), .malformed)
        refuses(
            .join(
                .init(
                    name: String(repeating: "x", count: 101), invitation: [],
                    encryptionKey: Array(repeating: 0, count: 32))), .overLimits)
        refuses(.join(.init(name: "", invitation: [], encryptionKey: [])), .malformed)
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeAnswer(Array(repeating: 0, count: SyncWire.messageBytes + 1))
        }
        let future = Communis_V1_SyncRequest.with { $0.version = 2 }
        #expect(throws: SyncWireError.unknownVersion(2)) {
            try SyncWire.decodeRequest(future.serializedBytes())
        }
    }

    @Test("A responder answers whatever comes, and tells what is wrong")
    func responder() throws {
        let boards = try TestBoards()
        let responder = WireResponder(
            SyncResponder(boards.founder))
        var generator = SeededGenerator(seed: 1)
        func failure(_ bytes: [UInt8]) throws -> Int32? {
            guard case .failed(let failed) = try SyncWire.decodeAnswer(responder.answer(bytes)).body
            else { return nil }
            return failed.code
        }
        #expect(try failure([]) == 65)
        #expect(try failure(generator.bytes(100)) == 65)
        let other = SyncRequest(
            board: generator.identifier(), node: generator.identifier(), body: .hello)
        #expect(try failure(SyncWire.encode(other)) == 65)
        let malformed = SyncRequest(
            board: boards.founder.id, node: generator.identifier(), body: .reconcile([0x61, 9]))
        #expect(try failure(SyncWire.encode(malformed)) == 65)
        let hello = SyncRequest(board: .zero, node: boards.founder.node, body: .hello)
        #expect(try failure(SyncWire.encode(hello)) == nil)
    }
}
