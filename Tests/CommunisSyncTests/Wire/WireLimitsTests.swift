import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

@testable import CommunisSync

/// Messages that say much in few bytes.
@Suite struct WireLimitsTests {
    private let node = NodeID(truncating: [UInt8](repeating: 7, count: 32))
    private static let empty = SealedChangeset(header: [], payload: [], signature: [])

    private func request(_ body: SyncRequest.Body) -> [UInt8] {
        SyncWire.encode(SyncRequest(board: .zero, node: node, body: body))
    }

    private func answer(_ body: SyncAnswer.Body) -> [UInt8] {
        SyncWire.encode(
            SyncAnswer(
                board: .zero, founder: node, node: node, time: Milliseconds(unchecked: 0),
                snapshot: SyncSnapshot(
                    store: [UInt8](repeating: 0, count: 16), count: 0,
                    digest: [UInt8](repeating: 0, count: 32), lastArrival: 0), body: body))
    }

    @Test("More changesets than a message of real ones can hold are refused before they are made")
    func changesets() throws {
        let many = Array(repeating: Self.empty, count: SyncWire.bodyFields + 1)
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeRequest(
                request(.exchange(.init(changesets: many, store: nil, cursor: 0))))
        }
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeRequest(request(.move(.init(changesets: many, wanted: []))))
        }
        let moved = SyncAnswer.Moved(changesets: many, taken: 0, merged: MergedThere())
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeAnswer(answer(.moved(moved)))
        }
        let exchanged = SyncAnswer.Exchanged(
            changesets: many, cursor: 0, isComplete: true, merged: MergedThere())
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeAnswer(answer(.exchanged(exchanged)))
        }
        // In several pieces, of which the decoder makes one body.
        let half = request(
            .exchange(.init(changesets: Array(many.dropFirst(60_000)), store: nil, cursor: 0)))
        #expect(throws: Never.self) { try SyncWire.decodeRequest(half) }
        #expect(throws: SyncWireError.overLimits) { try SyncWire.decodeRequest(half + half + half) }
    }

    @Test("A full page of the least changesets there can be is taken")
    func fullPage() throws {
        let least = SealedChangeset(
            header: [UInt8](repeating: 1, count: ChangesetHeader.byteCount), payload: [],
            signature: [UInt8](repeating: 2, count: SealedChangeset.signatureByteCount))
        let page = Array(repeating: least, count: Board.pageBytes / least.byteCount)
        let bytes = request(.exchange(.init(changesets: page, store: nil, cursor: 0)))
        #expect(bytes.count < SyncWire.messageBytes)
        let decoded = try SyncWire.decodeRequest(bytes)
        guard case .exchange(let exchange) = decoded.body else {
            Issue.record("another body")
            return
        }
        #expect(exchange.changesets.count == page.count)
    }

    @Test("What a body holds as bytes is not read as fields")
    func bytes() throws {
        let zeros = [UInt8](repeating: 0, count: SyncWire.reconciliationBytes)
        #expect(throws: Never.self) { try SyncWire.decodeRequest(request(.reconcile(zeros))) }
        #expect(throws: Never.self) { try SyncWire.decodeAnswer(answer(.reconciled(zeros))) }
    }

    @Test("A peer names no more reasons than there can be")
    func reasons() throws {
        let message = Communis_V1_SyncAnswer.with {
            $0.version = 1
            $0.board = .init(repeating: 0, count: 32)
            $0.founder = .init(repeating: 0, count: 32)
            $0.node = .init(repeating: 0, count: 32)
            $0.snapshot.store = .init(repeating: 0, count: 16)
            $0.snapshot.digest = .init(repeating: 0, count: 32)
            $0.moved.merged.refused = Dictionary(
                uniqueKeysWithValues: (0..<1_000).map { ("reason \($0)", 1) })
        }
        #expect(throws: SyncWireError.overLimits) {
            try SyncWire.decodeAnswer(message.serializedBytes())
        }
    }

    @Test("Groups in groups, a million deep, are malformed", arguments: [0x7B, 0x0B] as [UInt8])
    func nested(_ tag: UInt8) throws {
        let deep = [UInt8](repeating: tag, count: 1_000_000)
        #expect(throws: SyncWireError.malformed) { try SyncWire.decodeRequest(deep) }
        #expect(throws: SyncWireError.malformed) { try SyncWire.decodeAnswer(deep) }
    }

    @Test(
        "A name that a terminal would obey is refused before an invitation is used",
        arguments: [
            "Kiosk\u{1B}[2J", "Kiosk\nroot", "Kiosk\u{202E}", "\u{7}",
        ])
    func names(_ name: String) throws {
        let boards = try TestBoards()
        let expires = boards.clock.now.advanced(by: .seconds(60))
        let (_, token) = try boards.founder.invite(as: .contributor, uses: 1, expires: expires)
        let responder = WireResponder(
            SyncResponder(
                boards.founder, admitting: .invitation))
        let join = SyncRequest.Join(
            name: name, invitation: token.secret,
            encryptionKey: [9] + [UInt8](repeating: 0, count: 31))
        let answer = try SyncWire.decodeAnswer(responder.answer(request(.join(join))))
        guard case .failed(let failed) = answer.body else {
            Issue.record("admitted")
            return
        }
        #expect(failed.code == 65)
        #expect(try boards.founder.invitations().first?.used == 0)
    }

    @Test("What a peer says reaches nobody's terminal as it is")
    func words() {
        let failed = SyncAnswer.Failed(
            code: 77, problem: "no\u{1B}[2J\nreally", remedy: "ask\u{1B}]0;x\u{7}\n\u{202E}them")
        let error = SyncFault.failed(failed).boardError("https://example.org")
        for text in [error.problem.english, error.advice.english] {
            #expect(text == text.printable)
        }
        #expect(error.advice.english == "ask]0;x them")
    }
}
