import CommunisCore
import CommunisHub
import CommunisLog
import CommunisStore
@testable import CommunisSync
import CommunisTestSupport
import Testing

@Suite("Invitations")
struct InvitationTests {
    private let keys = (1...4).map { TestBoards.key(6, $0) }

    private func invite(
        _ hub: HubBoards, as role: Role = .contributor, uses: Int = 1
    ) throws -> [UInt8] {
        let expires = hub.boards.clock.now.advanced(by: .seconds(3_600))
        return try hub.boards.founder.invite(as: role, uses: uses, expires: expires).1.secret
    }

    private func role(_ answer: SyncEndpoint.Answer) -> Role? {
        if case .joined(let joined) = answer.decoded { joined.role } else { nil }
    }

    @Test("It admits as many as it says; the same node again uses nothing")
    func uses() throws {
        let hub = try HubBoards()
        let secret = try invite(hub, uses: 2)
        for key in [keys[0], keys[1], keys[0]] {
            #expect(role(try hub.join(key, with: secret)) == .contributor)
        }
        let late = try hub.join(keys[2], with: secret)
        #expect(late.status == 403 && late.exitCode == 77)
        #expect(try hub.boards.founder.role(of: keys[1].node) == .contributor)
        #expect(try hub.boards.founder.role(of: keys[2].node) == .none)
        // One change of a role each.
        #expect(try hub.boards.founder.nodes().count == 3)
        #expect(try hub.boards.founder.invitations().first?.used == 2)
        #expect(try hub.boards.founder.verify().isSound)
    }

    @Test("Late, wrong, withdrawn, or at another copy, it admits nobody")
    func refused() throws {
        let hub = try HubBoards()
        var secret = try invite(hub)
        secret[15] ^= 1
        #expect(try hub.join(keys[0], with: secret).exitCode == 77)
        #expect(try hub.join(keys[0], with: []).exitCode == 77)
        secret[15] ^= 1
        let name = try #require(try hub.boards.founder.invitations().first?.name)
        #expect(try hub.boards.founder.withdrawInvitation(name))
        #expect(try !hub.boards.founder.withdrawInvitation(name))
        #expect(try hub.join(keys[0], with: secret).exitCode == 77)

        let other = try HubBoards()
        #expect(try other.join(keys[0], with: try invite(hub)).exitCode == 77)

        let last = try invite(hub)
        hub.boards.clock.advance(by: .milliseconds(3_599_999))
        #expect(role(try hub.join(keys[0], with: last)) == .contributor)
        let past = try invite(hub)
        hub.boards.clock.advance(by: .seconds(3_600))
        #expect(try hub.join(keys[1], with: past).exitCode == 77)
        #expect(try hub.boards.founder.role(of: keys[1].node) == .none)
    }

    @Test("A reader is invited without the board's secret")
    func reader() throws {
        let hub = try HubBoards()
        let answer = try hub.join(keys[0], with: try invite(hub, as: .reader))
        guard case .joined(let joined) = answer.decoded else {
            Issue.record("not admitted")
            return
        }
        #expect(joined.role == .reader && joined.secret == nil)
        // The role that it has is not lowered, nor is a use counted for nothing.
        #expect(role(try hub.join(keys[0], with: try invite(hub))) == .contributor)
        #expect(role(try hub.join(keys[0], with: try invite(hub, as: .reader))) == .contributor)
        #expect(try hub.boards.founder.invitations().map(\.used).sorted() == [0, 1, 1])
    }

    @Test("Who was revoked or demoted does not come back by the invitation that was used")
    func revoked() throws {
        let hub = try HubBoards()
        let secret = try invite(hub, uses: 5)
        let (demoted, gone) = (keys[0], keys[1])
        for key in [demoted, gone] {
            #expect(role(try hub.join(key, with: secret)) == .contributor)
        }
        try hub.boards.founder.setRole(of: demoted.node, to: .reader)
        try hub.boards.founder.setRole(of: gone.node, to: .none)
        #expect(role(try hub.join(demoted, with: secret)) == .reader)
        for secret in [secret, try invite(hub)] {
            #expect(try hub.join(gone, with: secret).exitCode == 77)
        }
        #expect(try hub.boards.founder.role(of: gone.node) == .none)
        #expect(try hub.boards.founder.role(of: demoted.node) == .reader)
    }

    @Test("Only stewards invite, and only the founder invites stewards")
    func rights() throws {
        let boards = try TestBoards()
        let expires = boards.clock.now.advanced(by: .seconds(60))
        let copy = try boards.emptyCopy()
        for (own, invited, isAllowed) in [
            (Role.contributor, Role.reader, false), (.steward, .contributor, true),
            (.steward, .steward, false),
        ] {
            try boards.founder.setRole(of: copy.node, to: own)
            _ = try PathSync.run(
                copy, with: boards.founder, address: "founder", now: boards.clock.now)
            if isAllowed {
                _ = try copy.invite(as: invited, uses: 1, expires: expires)
            } else {
                let error = #expect(throws: BoardError.self) {
                    try copy.invite(as: invited, uses: 1, expires: expires)
                }
                #expect(error?.code == .notPermitted)
            }
        }
        _ = try boards.founder.invite(as: .steward, uses: 1, expires: expires)
    }

    @Test("A token is read as it was written, and nothing else is one")
    func token() {
        let token = InvitationToken(node: keys[0].node, secret: [UInt8](1...16))
        #expect(InvitationToken(token.text) == token)
        for text in ["", "x", String(token.text.dropLast()), token.text + "0", "#" + token.text] {
            #expect(InvitationToken(text) == nil, "\(text)")
        }
    }
}
