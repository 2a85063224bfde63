import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisSync

/// The transcripts of the reference implementation, byte for byte.
@Suite struct NegentropyVectorTests {
    struct Vector: Decodable {
        struct Message: Decodable {
            var from: String
            var hex: String
        }
        var kind: String
        var name: String
        var frameSizeLimit: Int
        var client: [[String]]
        var server: [[String]]
        var transcript: [Message]
        var have: [String]?
        var need: [String]?
        var role: String?

        func side(_ items: [[String]]) -> Negentropy<ReconciliationArray> {
            Negentropy(
                ReconciliationArray(
                    items.map {
                        LogPosition(
                            timestamp: HybridTimestamp(rawValue: UInt64($0[0])!),
                            id: ChangesetID(Hexadecimal.decode($0[1])!)!)
                    }), frameLimit: frameSizeLimit == 0 ? nil : frameSizeLimit)
        }
    }

    static func lines<Line: Decodable>(_ name: String, of type: Line.Type) throws -> [Line] {
        guard let path = SharedData.vectors(name) else {
            print("skipped: \(name) is not at ../shared/vectors")
            return []
        }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(type, from: Data($0.utf8))
        }
    }

    @Test("Sessions, replies and refusals give the bytes of the reference")
    func transcripts() throws {
        let vectors = try Self.lines("negentropy-v1.jsonl", of: Vector.self)
        for vector in vectors {
            switch vector.kind {
            case "session": try checkSession(vector)
            case "server": try checkServer(vector)
            case "reject": try checkRefusal(vector)
            default: Issue.record("\(vector.name): kind \(vector.kind)")
            }
        }
    }

    private func checkSession(_ vector: Vector) throws {
        let client = vector.side(vector.client)
        let server = vector.side(vector.server)
        var have: Set<String> = []
        var need: Set<String> = []
        var transcript: [String] = []
        var message: [UInt8]? = try client.initiate()
        while let sent = message {
            let answer = try server.answer(sent)
            transcript += [Hexadecimal.encode(sent), Hexadecimal.encode(answer)]
            let step = try client.reconcile(answer)
            have.formUnion(step.have.map(\.id.description))
            need.formUnion(step.need.flatMap(\.ids).map(\.description))
            message = step.message
        }
        #expect(transcript == vector.transcript.map(\.hex), "\(vector.name)")
        #expect(have == Set(vector.have ?? []), "\(vector.name)")
        #expect(need == Set(vector.need ?? []), "\(vector.name)")
    }

    private func checkServer(_ vector: Vector) throws {
        let server = vector.side(vector.server)
        var answers = vector.transcript.makeIterator()
        while let sent = answers.next(), let expected = answers.next() {
            let answer = try server.answer(#require(Hexadecimal.decode(sent.hex)))
            #expect(Hexadecimal.encode(answer) == expected.hex, "\(vector.name)")
        }
    }

    private func checkRefusal(_ vector: Vector) throws {
        let message = try #require(
            Hexadecimal.decode(vector.transcript.last { $0.from != vector.role }?.hex ?? ""))
        #expect(throws: NegentropyError.self, "\(vector.name)") {
            if vector.role == "client" {
                _ = try vector.side(vector.client).reconcile(message)
            } else {
                _ = try vector.side(vector.server).answer(message)
            }
        }
    }

    @Test("Fingerprints are those of the reference")
    func fingerprints() throws {
        struct Vector: Decodable {
            var name: String
            var ids: [String]
            var fingerprint: String
        }
        for vector in try Self.lines("negentropy-v1-fingerprints.jsonl", of: Vector.self) {
            var sum = RangeSum()
            for id in vector.ids {
                sum.insert(try #require(ChangesetID(Hexadecimal.decode(id) ?? [])))
            }
            #expect(Hexadecimal.encode(sum.fingerprint) == vector.fingerprint, "\(vector.name)")
        }
    }
}
