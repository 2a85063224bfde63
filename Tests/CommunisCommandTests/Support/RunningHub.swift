import Foundation
import Testing

/// A hub that runs while the value lives.
final class RunningHub {
    /// Where it is served, as it says itself.
    let address: String
    private let child: Child

    /// - Parameter openFiles: how many files it may have open.
    init(
        _ folder: TestFolder, board: String = "communis.sqlite", port: Int = 0,
        options: [String] = [], environment: [String: String] = [:], openFiles: Int? = nil
    ) throws {
        let words = ["serve", "--board", board, "--port", String(port)] + options
        if let openFiles {
            let script = "ulimit -n \(openFiles) && exec \"$0\" \"$@\""
            child = try folder.start(
                words: ["/bin/sh", "-c", script, Program.path] + words, environment: environment)
        } else {
            child = try folder.start(words, environment: environment)
        }
        let end = ContinuousClock.now + Program.timeLimit
        while child.isRunning && !child.said.hasSuffix("\n") && ContinuousClock.now < end {
            usleep(500)
        }
        let prefix = "Serving on "
        guard child.said.hasPrefix(prefix) else {
            child.kill()
            throw NotServing(errors: try child.wait().errors)
        }
        address = child.said.dropFirst(prefix.count).trimmingCharacters(in: .newlines)
    }

    deinit { child.kill() }

    struct NotServing: Error {
        var errors: String
    }

    var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

    var isRunning: Bool { child.isRunning }

    /// Ends it as a power cut would.
    func kill() throws {
        child.kill()
        _ = try child.wait()
    }

    /// Asks it to end, as systemd would, and does not wait.
    func askToEnd() { child.terminate() }

    /// Waits until it ends by itself.
    func wait() throws -> Outcome { try child.wait() }

    /// Ends it as systemd would.
    func terminate() throws -> Outcome {
        child.terminate()
        return try child.wait()
    }
}

extension TestFolder {
    /// Makes a copy by an invitation to a hub.
    func join(
        _ hub: RunningHub, as board: String, role: String = "contributor",
        of issuer: String = "communis.sqlite"
    ) throws {
        let invitation = try succeed(
            "node", "invite", "--address", hub.address, "--role", role, "--json", "--board", issuer
        ).json()
        let line = try #require(invitation["line"].string)
        let address = line.dropFirst("communis clone '".count).dropLast()
        try succeed("clone", String(address), "--board", board, "--name", board)
    }

    /// The node that a board's copy is.
    func id(of board: String) throws -> String {
        try #require(
            try succeed("node", "list", "--json", "--board", board).json()
                .items.first { $0["this"].bool == true }?["id"].string)
    }

    /// Makes a board remember peers that it never reached.
    func remember(_ addresses: [String], in board: String) throws {
        for address in addresses {
            try change("INSERT INTO peer(address) VALUES('\(address)')", board)
        }
    }
}
