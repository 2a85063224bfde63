import CommunisCore
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTransport
import Foundation

/// Where another copy of the board is.
enum PeerAddress {
    case file(PeerFile)
    case ssh(SSHAddress, text: String)
    case http(HTTPAddress)

    init(_ text: String) throws {
        guard let end = text.range(of: "://") else {
            self = .file(try PeerFile(text))
            return
        }
        let scheme = text[..<end.lowerBound].lowercased()
        if scheme == "http" || scheme == "https" {
            guard let address = HTTPAddress(text) else {
                throw Failure(
                    Failure.usage, "\(Self.shown(text).quoted) is no address",
                    "write https://host or https://host:8443; an invitation as it was given")
            }
            self = .http(address)
            return
        }
        guard scheme == "ssh" else {
            throw Failure(
                Failure.usage, "\(Self.shown(text).quoted) cannot be reached by this version",
                "name a board's file, ssh://host/path or https://host")
        }
        guard let address = SSHAddress(text) else {
            throw Failure(
                Failure.usage, "\(Self.shown(text).quoted) is no address",
                "write ssh://host/path or ssh://user@host:22/path")
        }
        self = .ssh(address, text: text)
    }

    /// The name of a peer as it was given, without the secret of an invitation.
    static func name(of text: String) -> String {
        (try? PeerAddress(text))?.name ?? shown(text)
    }

    private static func shown(_ text: String) -> String { String(text.prefix { $0 != "#" }) }

    /// By what the peer is remembered.
    var name: String {
        switch self {
        case .file(let file): file.path
        case .ssh(_, let text): text
        case .http(let address): address.text
        }
    }

    /// What asks the peer.
    ///
    /// - Parameters:
    ///   - board: the copy that asks; `nil` where it is yet to be made.
    ///   - key: of the copy that is yet to be made.
    ///   - authority: a file of certificates to trust instead of the system's; `nil` for the one
    ///     that is remembered with the peer, or none.
    ///   - changed: told where another copy than before answers.
    func transport(
        for board: Board?, key: NodeKey? = nil, authority: String? = nil,
        changed: @escaping @Sendable (NodeID) -> Void = { _ in }
    ) throws -> any SyncTransport {
        switch self {
        case .file(let file):
            guard file.path != board?.path else {
                throw Failure(
                    Failure.data, "\(file.path.printable) is this copy itself",
                    "name another copy of the board")
            }
            return PathTransport(try file.open(of: board?.node))
        case .ssh(let address, let text):
            let program = ProcessInfo.processInfo.environment["COMMUNIS_SSH"] ?? "ssh"
            let words = address.words(program: program)
            guard Terminal.isErrorTerminal else {
                return try ProcessTransport(words, address: text)
            }
            return try RelayingTransport(words, address: text)
        case .http(let address):
            let peer = try board?.knownPeer(at: address.text)
            guard let key = try key ?? board?.nodeKey() else {
                throw Failure(
                    Failure.software, "a request without a key", "please report this")
            }
            return try HTTPTransport(
                address, key: key,
                expecting: PeerExpectation(
                    node: address.token?.node ?? peer?.node, store: peer?.store,
                    role: { node in (try? board?.role(of: node)) ?? .none },
                    isRevoked: { node in
                        guard let board else { return false }
                        return (try? board.isRevoked(node)) ?? true
                    },
                    changed: changed),
                authority: authority ?? peer?.authority, now: BoardEnvironment.system.now)
        }
    }

    /// Remembers whose certificates are believed at a peer that is remembered, for the syncs that
    /// come.
    func remember(authority: String?, in board: Board) throws {
        guard let authority, case .http(let address) = self else { return }
        try board.setAuthority(
            URL(fileURLWithPath: authority).standardizedFileURL.path, at: address.text)
    }
}

/// A board's file on this machine.
struct PeerFile {
    /// The absolute path, by which the peer is remembered.
    let path: String

    /// A path to a board's file, or to a folder that holds a `communis.sqlite`.
    init(_ text: String) throws {
        var url = URL(fileURLWithPath: text).resolvingSymlinksInPath()
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
            isFolder.boolValue
        {
            url.appendPathComponent("communis.sqlite")
        }
        path = url.resolvingSymlinksInPath().path
    }

    /// - Parameter node: which the copy that asks is, and this one therefore not; `nil` where that is to
    ///   be made yet, or on another machine.
    func open(of node: NodeID?) throws -> Board {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                Failure.unavailable, "there is no board at \(path.printable)",
                "check the path, or that the disk is there")
        }
        let board = try Board.open(path, for: .peer(of: node))
        board.warnOfNarrowing()
        return board
    }
}
