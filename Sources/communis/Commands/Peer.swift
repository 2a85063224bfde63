import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: say("The copies that this one syncs with."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis peer list
              communis peer forget ../office/communis.sqlite
            """),
        subcommands: [PeerList.self, PeerForget.self])
}

struct PeerList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the copies that `communis sync` syncs with."),
        discussion: sayFlowing(
            """
            Received and sent count changesets: what came from there, and what is there besides.

            EXAMPLES
              communis peer list
              communis peer list --json
            """))

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Record: Encodable {
        var address: String
        @Present var node: String?
        @Present var nodeName: String?
        @Present var lastSync: String?
        var received, sent: Int
        var news: Bool
        @Present var authority: String?
    }

    func run() throws {
        let peers = try board.openToRead().peerRows()
        if output.json {
            let records = peers.map {
                Record(
                    address: $0.address, node: $0.node.map { Base32.encode($0.bytes) },
                    nodeName: $0.nodeName, lastSync: $0.lastSync?.iso8601, received: $0.received,
                    sent: $0.sent, news: $0.hasNews, authority: $0.authority)
            }
            return Terminal.write(try JSONOutput.encode(records))
        }
        if peers.isEmpty {
            return Terminal.line("No copy is remembered yet. Name one: communis sync PATH")
        }
        var table = Table([
            .init(title: "copy"), .init(title: "last sync"),
            .init(title: "received", isRight: true, rank: 2),
            .init(title: "sent", isRight: true, rank: 1), .init(title: "to send"),
            .init(title: "address"),
        ])
        for peer in peers {
            table.add([
                peer.node.map { NodeID.label(peer.nodeName, $0) } ?? "–",
                peer.lastSync?.minute ?? "–",
                String(peer.received), String(peer.sent), say(peer.hasNews ? "yes" : "nothing"),
                peer.authority.map { say("\(peer.address), trusting \($0)") } ?? peer.address,
            ])
        }
        Terminal.write(table.text(width: Terminal.width))
    }
}

struct PeerForget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: say("Sync with a copy no more; what came from it stays."),
        discussion: sayFlowing(
            """
            EXAMPLES
              communis peer forget ../office/communis.sqlite
            """))

    @Argument(
        help: .say("The address, as `communis peer list` shows it, or a path."),
        completion: .file())
    var address: String

    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    private struct Result: Encodable {
        var address: String
    }

    func run() throws {
        let board = try board.open()
        // A path is remembered as an absolute one; whatever else was remembered, as it was.
        let candidates = [address] + [try? PeerAddress(address).name].compactMap { $0 }
        guard let forgotten = try candidates.first(where: { try board.forgetPeer(at: $0) }) else {
            throw Failure(
                Failure.noInput, "no copy at \(address.quoted) is remembered",
                "see `communis peer list`")
        }
        if output.json {
            Terminal.write(try JSONOutput.encode(Result(address: forgotten)))
        } else {
            Terminal.line("\(forgotten.printable) is forgotten; what came from it stays")
            let undo = ShownCommand("sync", [forgotten.shown(orElse: "ADDRESS")])
            Terminal.line("Undo: \(undo)")
        }
    }
}
