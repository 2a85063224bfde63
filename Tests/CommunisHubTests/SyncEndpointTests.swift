import CommunisCore
import CommunisHub
import CommunisLog
import CommunisStore
@testable import CommunisSync
import CommunisTestSupport
import Foundation
import Testing

@Suite("Who may ask a hub, and what")
struct SyncEndpointTests {
    private let kiosk = TestBoards.key(5, 1)

    private func admitted() throws -> HubBoards {
        let hub = try HubBoards()
        try hub.boards.admit([kiosk])
        return hub
    }

    @Test("An admitted node gets the log, signed for this request only")
    func admittedNode() throws {
        let hub = try admitted()
        let request = try hub.exchange(from: kiosk.node)
        let signed = try hub.signed(request, by: kiosk)
        let answer = try hub.ask(signed, SyncWire.encode(request))
        #expect(answer.status == 200)
        guard case .exchanged(let exchanged) = answer.decoded else {
            Issue.record("no exchange")
            return
        }
        #expect(exchanged.changesets.count == 2 && exchanged.isComplete)
        let signature = try #require(SignedAnswer(header: answer.signature))
        #expect(signature.node == hub.boards.founder.node)
        #expect(try signature.store == hub.store)
        #expect(signature.isSigned(status: 200, body: answer.body, to: signed))
        #expect(!signature.isSigned(status: 403, body: answer.body, to: signed))
        #expect(!signature.isSigned(status: 200, body: answer.body + [0], to: signed))
        var other = signed
        other.signature[0] ^= 1
        #expect(!signature.isSigned(status: 200, body: answer.body, to: other))
    }

    @Test("The header says what was signed, and nothing else fits the signature")
    func header() throws {
        let hub = try admitted()
        let signed = try hub.signed(hub.exchange(from: kiosk.node), by: kiosk)
        let header = signed.header
        #expect(SignedRequest(header: header) == signed)
        #expect(SignedRequest(header: nil) == nil)
        for damaged in [
            "", String(header.dropLast(4)), header + "AAAA", "!" + header.dropFirst(),
            header.replacing("=", with: "A"), String(repeating: "=", count: header.count),
        ] {
            #expect(SignedRequest(header: damaged) == nil, "\(damaged)")
        }
        // A time that no clock has.
        var bytes = Data(base64Encoded: header)!
        bytes[80] = 255
        #expect(SignedRequest(header: bytes.base64EncodedString()) == nil)
        #expect(signed.isSigned("POST", "/sync/v1"))
        #expect(!signed.isSigned("PUT", "/sync/v1"))
        #expect(!signed.isSigned("POST", "/sync/v2"))
        // Where a method ends and a path begins is signed too.
        #expect(!signed.isSigned("POS", "T/sync/v1"))
        var changed = [signed, signed, signed, signed, signed, signed]
        changed[0].node = TestBoards.key(5, 2).node
        changed[1].board = .zero
        changed[2].store = SignedRequest.unknownStore
        changed[3].time = signed.time.advanced(by: .milliseconds(1))
        changed[4].digest[31] ^= 1
        changed[5].signature[63] ^= 1
        for request in changed {
            #expect(!request.isSigned("POST", "/sync/v1"))
            guard case .unsigned(let answer) = try hub.endpoint.judge(request) else {
                Issue.record("a forged request was let in")
                continue
            }
            #expect(answer.status == 401 && answer.exitCode == 77)
        }
    }

    @Test("Another body than the one that was signed does nothing")
    func changedBody() throws {
        let hub = try admitted()
        let request = try hub.exchange(from: kiosk.node)
        var body = SyncWire.encode(request)
        body[body.count - 1] ^= 1
        let answer = try hub.ask(hub.signed(request, by: kiosk), body)
        #expect(answer.status == 400 && answer.exitCode == 65)
    }

    @Test("A message that speaks for another node, or of another board, is refused")
    func otherCaller() throws {
        let hub = try admitted()
        let stranger = TestBoards.key(5, 3)
        // Signed by a stranger, in the name of an admitted node.
        var answer = try hub.ask(hub.exchange(from: kiosk.node), by: stranger)
        #expect(answer.status == 400 && answer.exitCode == 65)
        var request = try hub.exchange(from: kiosk.node)
        request.board = try TestBoards(seed: 9).founder.id
        answer = try hub.ask(request, by: kiosk)
        #expect(answer.status == 404 && answer.exitCode == 65)
    }

    @Test("A replay outside the window is answered with the time, and nothing else")
    func replay() throws {
        let hub = try admitted()
        let request = try hub.exchange(from: kiosk.node)
        let signed = try hub.signed(request, by: kiosk)
        let time = hub.boards.clock.now
        for shift in [Duration.seconds(301), .seconds(-301)] {
            hub.boards.clock.now = time.advanced(by: shift)
            let answer = try hub.ask(signed, SyncWire.encode(request))
            #expect(answer.status == 409 && answer.body.isEmpty)
            let signature = try #require(SignedAnswer(header: answer.signature))
            #expect(signature.time == hub.boards.clock.now)
            #expect(signature.isSigned(status: 409, body: [], to: signed))
        }
        hub.boards.clock.now = time.advanced(by: .seconds(300))
        #expect(try hub.ask(signed, SyncWire.encode(request)).status == 200)
    }

    @Test("What a stranger brings in a steward's name without its signature leaves no trace")
    func strangersStatements() throws {
        let hub = try admitted()
        let idea = IdeaID(truncating: [UInt8](repeating: 1, count: IdeaID.byteCount))
        let member = VoteWorkload(ideas: 1, members: 1).members[0]
        try hub.boards.founder.write([Draft(by: member, .vote(idea, Vote(.agree)))])
        let before = try hub.boards.founder.snapshot()
        let stranger = TestBoards.key(5, 9)
        var chain = NodeChain(key: hub.boards.founderKey, board: hub.boards.founder.id)
        let role = Change(
            HybridTimestamp(hub.boards.clock.now), by: nil,
            .node(stranger.node, .role(.steward, heads: [])))
        var forged = chain.seal([RandomHistory.slot(role)])
        forged.signature[5] ^= 1
        let move = SyncRequest(
            board: hub.boards.founder.id, node: stranger.node,
            body: .move(.init(changesets: [forged], wanted: [])))
        #expect(try hub.ask(move, by: stranger).status == 403)
        let after = try hub.boards.founder.snapshot()
        #expect(after.check == before.check && after.lastArrival == before.lastArrival)
        #expect(try hub.boards.founder.role(of: stranger.node) == .none)
        // Signed by a steward it is believed, whoever brings it.
        forged.signature[5] ^= 1
        let signed = SyncRequest(
            board: hub.boards.founder.id, node: stranger.node,
            body: .move(.init(changesets: [forged], wanted: [])))
        #expect(try hub.ask(signed, by: stranger).status == 200)
        #expect(try hub.boards.founder.role(of: stranger.node) == .steward)
    }

    @Test("A replay within the window changes nothing")
    func replayInTime() throws {
        let hub = try HubBoards()
        var chain = try hub.boards.chain(kiosk)
        let workload = VoteWorkload(ideas: 1, members: 1)
        let vote = Change(
            HybridTimestamp(hub.boards.clock.now), by: workload.members[0],
            .vote(workload.ideas[0], Vote(.agree)))
        let sealed = chain.seal([RandomHistory.slot(vote)])
        let moving = try SyncRequest(
            board: hub.boards.founder.id, node: kiosk.node,
            body: .exchange(.init(changesets: [sealed], store: hub.store, cursor: 0)))
        let signed = try hub.signed(moving, by: kiosk)
        #expect(try hub.ask(signed, SyncWire.encode(moving)).traffic.received == 1)
        let before = try hub.boards.founder.snapshot()
        let view = try hub.boards.founder.verify().view
        #expect(before.check.count == 3)
        for _ in 0..<3 {
            hub.boards.clock.advance(by: .seconds(60))
            let answer = try hub.ask(signed, SyncWire.encode(moving))
            #expect(answer.status == 200)
            let after = try hub.boards.founder.snapshot()
            #expect(after.check == before.check && after.lastArrival == before.lastArrival)
            let verified = try hub.boards.founder.verify()
            #expect(verified.isSound && verified.view == view)
        }
    }

    @Test("A request for another copy, or for none in particular, is told which one answers")
    func otherStore() throws {
        let hub = try admitted()
        let request = try hub.exchange(from: kiosk.node)
        let other = [UInt8](repeating: 7, count: 16)
        #expect(try hub.ask(request, by: kiosk, store: other).status == 409)
        let unknown = SignedRequest.unknownStore
        #expect(try hub.ask(request, by: kiosk, store: unknown).status == 409)
        let hello = SyncRequest(board: hub.boards.founder.id, node: kiosk.node, body: .hello)
        #expect(try hub.ask(hello, by: kiosk, store: unknown).status == 200)
    }

    @Test("A node without a role gets nothing, whatever it asks; so does one that lost its role")
    func noRole() throws {
        let hub = try admitted()
        let stranger = TestBoards.key(5, 3)
        let chain = try hub.boards.founding()
        func refusals(_ key: NodeKey) throws {
            let bodies: [SyncRequest.Body] = [
                .hello,
                .exchange(.init(changesets: chain, store: try hub.store, cursor: 0)),
                .reconcile([0x61, 0, 0, 0]), .move(.init(changesets: chain, wanted: [])),
            ]
            for body in bodies {
                let request = SyncRequest(
                    board: hub.boards.founder.id, node: key.node, body: body)
                let answer = try hub.ask(request, by: key)
                #expect(answer.status == 403 && answer.exitCode == 77)
                let decoded = try SyncWire.decodeAnswer(answer.body)
                #expect(decoded.snapshot.count == 0)
                guard case .failed(let failed) = decoded.body else { continue }
                #expect(failed.remedy.contains(Base32.encode(key.node.bytes)))
            }
            let signed = try hub.signed(hub.exchange(from: key.node), by: key)
            guard case .proceed(let limit) = try hub.endpoint.judge(signed) else { return }
            #expect(limit == SyncEndpoint.strangerBytes)
        }
        try refusals(stranger)
        #expect(try hub.ask(hub.exchange(from: kiosk.node), by: kiosk).status == 200)
        try hub.boards.founder.setRole(of: kiosk.node, to: .none)
        try refusals(kiosk)
    }
}
