import CommunisCore
import CommunisStore
import CommunisSync

/// Another board file, asked in this process as `PathTransport` does. Remembers what was said, so
/// that it can be counted when nothing is measured any more.
final class RecordingTransport: SyncTransport {
    private let responder: SyncResponder
    private var said: [(request: SyncRequest, answer: SyncAnswer)] = []

    let authenticates = true

    init(_ other: Board) { responder = SyncResponder(other) }

    func ask(_ request: SyncRequest) throws -> SyncAnswer {
        let answer = try responder.answer(request)
        said.append((request, answer))
        return answer
    }

    /// The bytes of all messages, both ways, as they travel over ssh and in the bodies of HTTP.
    var messageBytes: Int {
        said.reduce(0) {
            $0 + SyncWire.encode($1.request).count + SyncWire.encode($1.answer).count
        }
    }
}

/// What a sync took.
struct SyncSample {
    var processor, system, wall: Double
    /// Of requests and answers, in the bytes of the wire.
    var messageBytes: Int
    var report: SyncReport

    /// Syncs two boards of this process: sealing, reading, verifying and merging at both included.
    ///
    /// - Parameter address: under which `board` knows the other.
    init(_ board: Board, with other: Board, address: String) throws {
        let transport = RecordingTransport(other)
        let before = (Measuring.processorTime, Measuring.systemTime)
        let start = ContinuousClock.now
        report = try SyncDriver.run(
            board, over: transport, address: address, now: BoardEnvironment.system.now())
        wall = (ContinuousClock.now - start) / .seconds(1)
        processor = Measuring.processorTime - before.0
        system = Measuring.systemTime - before.1
        messageBytes = transport.messageBytes
        guard report.isEqual, report.refused.isEmpty else {
            throw BenchError.failed("a sync did not make the copies equal")
        }
    }

    /// The bytes of the changesets, both ways.
    var changesetBytes: Int { report.sent.bytes + report.received.bytes }
    var changesets: Int { report.sent.changesets + report.received.changesets }
}

extension [SyncSample] {
    /// The fields that all rows of syncs have.
    var fields: [String: Any] {
        [
            "processorSeconds": Measuring.median(map(\.processor)),
            "systemSeconds": Measuring.median(map(\.system)),
            "wallSeconds": Measuring.median(map(\.wall)),
            "bodyBytes": Int(Measuring.median(map { Double($0.changesetBytes) })),
            "messageBytes": Int(Measuring.median(map { Double($0.messageBytes) })),
            "roundTrips": map(\.report.roundTrips).max() ?? 0, "runs": count,
        ]
    }
}
