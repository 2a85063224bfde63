import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation
import Testing

/// Who is believed that answers at a hub's address, and what.
extension HubTests {
    @Test("A hub that the log does not know is told nothing, unless an invitation names it")
    func unknownHub() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        try folder.join(hub, as: "two.sqlite")
        // The first copy was there before the second, which serves too, was admitted.
        let second = try RunningHub(folder, board: "two.sqlite")
        let before = try folder.verified("two.sqlite")
        _ = try folder.submit("A bench", as: "ann@x.org", "one.sqlite")
        expectRefusal(
            try folder.run("sync", second.address, "--board", "one.sqlite"), 77,
            "does not know", "invitation")
        let peers = try folder.succeed("peer", "list", "--board", "one.sqlite", "--json").json()
        #expect(peers.items.count == 1)
        #expect(
            try folder.verified("two.sqlite")["fingerprint"].string == before["fingerprint"].string)
        // An invitation from another is not from there, whatever its secret.
        for (node, code) in [("one.sqlite", Int32(77)), ("two.sqlite", 0)] {
            let id = try #require(Base32.decode(try folder.id(of: node)).flatMap { NodeID($0) })
            let token = InvitationToken(node: id, secret: [UInt8](repeating: 1, count: 16))
            let outcome = try folder.run(
                "sync", "\(second.address)#\(token.text)", "--board", "one.sqlite")
            #expect(outcome.code == code, "\(outcome.errors)")
        }
        #expect(try sync("one.sqlite", second)["equal"].bool == true)
    }

    @Test("Another copy may answer at an address where it may write; it is told")
    func otherHub() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        try folder.join(hub, as: "two.sqlite")
        try folder.join(hub, as: "reader.sqlite", role: "reader")
        for board in ["one.sqlite", "two.sqlite", "reader.sqlite", "one.sqlite"] {
            _ = try sync(board)
        }
        let port = hub.port
        try hub.kill()
        let reader = try RunningHub(folder, board: "reader.sqlite", port: port)
        expectRefusal(
            try folder.run("sync", "--board", "one.sqlite"), 77, "another copy than before")
        try reader.kill()
        let second = try RunningHub(folder, board: "two.sqlite", port: port)
        let outcome = try folder.run("sync", "--board", "one.sqlite")
        #expect(outcome.code == 0)
        #expect(outcome.errors.hasPrefix("communis: warning: another copy than before answers"))
        try folder.succeed("sync", "--board", "one.sqlite")
        try second.kill()
    }

    @Test("An answer that was changed on its way is not believed, and changes nothing")
    func changedAnswers() throws {
        let hub = try RunningHub(folder)
        try folder.join(hub, as: "one.sqlite")
        _ = try folder.submit("A bench", as: "ann@x.org", "communis.sqlite")
        let changes: [@Sendable (inout HTTPBytes) -> Void] = [
            { $0.body[$0.body.count / 2] ^= 1 },
            { answer in
                let start = answer.head.range(of: "Communis-Signature: ")!.upperBound
                let old = answer.head[start]
                answer.head.replaceSubrange(start...start, with: old == "1" ? "2" : "1")
            },
        ]
        for change in changes {
            let proxy = try ChangingProxy(to: hub.port, change: change)
            try folder.unchanged("one.sqlite") {
                expectRefusal(
                    try folder.run("sync", proxy.address, "--board", "one.sqlite"), 69,
                    "does not speak as a copy")
            }
        }
        #expect(try sync("one.sqlite", hub)["equal"].bool == true)
        #expect(
            try folder.verified("one.sqlite")["view"].string == folder.verified()["view"].string)
    }
}
