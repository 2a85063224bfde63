import CommunisTestSupport
import Foundation
import Testing

/// `clone` and `sync` through the ssh and sshd of this machine, where it has them.
@Suite("Sync over a real ssh")
struct RealSSHTests {
    private let folder = TestFolder()

    /// An sshd of this test alone: at a free port, with keys and settings of its own.
    private final class Server {
        let port: Int
        let child: Child

        init(_ port: Int, _ child: Child) {
            self.port = port
            self.child = child
        }

        deinit { child.kill() }
    }

    private static let isThere =
        Machine.has("ssh") && Machine.has("ssh-keygen") && sshd != nil

    /// sshd has to be named with its whole path.
    private static let sshd: String? = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private func write(_ lines: [String], to name: String) throws {
        try folder.write(lines.joined(separator: "\n") + "\n", to: name)
    }

    private func startServer() throws -> Server? {
        let made = try folder.shell(
            """
            ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f user \
            && cp user.pub authorized && mkdir -p bin
            """)
        #expect(made.code == 0, "\(made.errors)")
        // sshd's child separates its privileges in a folder that the system's own service makes.
        if Machine.isRoot, !FileManager.default.fileExists(atPath: "/run/sshd") {
            try FileManager.default.createDirectory(
                atPath: "/run/sshd", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
        // Where a login by ssh finds it, as an installed program.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("bin/communis"), withDestinationPath: Program.path)
        for _ in 0..<5 {
            // Free a moment ago; taken meanwhile, another is tried.
            let port = try Listener { _ in }.port
            try write(
                [
                    "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(folder.path("host"))",
                    "AuthorizedKeysFile \(folder.path("authorized"))", "PidFile none",
                    "StrictModes no", "UsePAM no", "PasswordAuthentication no",
                    "PermitRootLogin prohibit-password", "LogLevel ERROR",
                    "SetEnv PATH=\(folder.path("bin")):/usr/bin:/bin",
                ], to: "sshd.conf")
            let child = try folder.start(
                words: [try #require(Self.sshd), "-D", "-e", "-f", folder.path("sshd.conf")])
            let end = ContinuousClock.now + .seconds(10)
            while child.isRunning, ContinuousClock.now < end {
                if let socket = try? Socket(port: port, timeout: .seconds(1)),
                    socket.read().starts(with: Array("SSH-".utf8))
                {
                    return Server(port, child)
                }
                usleep(10_000)
            }
            child.kill()
        }
        return nil
    }

    @Test(
        "Both sides vote, and are equal after",
        .enabled(if: isThere, "there is no sshd here; scripts/setup --checks installs it"))
    func realServer() throws {
        let server = try #require(try startServer())
        // What a user has in ~/.ssh; ssh takes its home from the account, not from $HOME.
        try write(
            [
                "IdentityFile \(folder.path("user"))", "IdentitiesOnly yes", "BatchMode yes",
                "UserKnownHostsFile \(folder.path("known"))", "StrictHostKeyChecking accept-new",
                "LogLevel ERROR",
            ], to: "ssh.conf")
        try folder.write(
            "#!/bin/sh\nexec ssh -F '\(folder.path("ssh.conf"))' \"$@\"\n", to: "own-ssh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("own-ssh"))
        let environment = ["COMMUNIS_SSH": folder.path("own-ssh")]
        try FileManager.default.createDirectory(
            atPath: folder.path("there"), withIntermediateDirectories: true)
        try folder.makeBoard("there/board.sqlite")
        let idea = try folder.submit("A bench", "there/board.sqlite")

        let address = "ssh://127.0.0.1:\(server.port)\(folder.path("there/board.sqlite"))"
        let clone = try folder.run(
            "clone", address, "--name", "Kiosk", "--json", environment: environment)
        #expect(clone.code == 0, "\(clone.errors)")
        #expect(try clone.json()["role"].string == "contributor")
        try folder.succeed("vote", idea, "--as", "ben@example.org")
        try folder.succeed("vote", idea, "--as", "cas@example.org", "--board", "there/board.sqlite")
        let sync = try folder.run("sync", "--json", environment: environment)
        #expect(sync.code == 0, "\(sync.errors)")
        let report = try sync.json().items[0]
        #expect(report["equal"].bool == true && report["roundTrips"].int == 1)
        let here = try folder.verified()
        let there = try folder.verified("there/board.sqlite")
        #expect(here["fingerprint"].string == there["fingerprint"].string)
        #expect(here["view"].string == there["view"].string)
        #expect(try folder.shown(idea)["agree"].int == 2)

        // Nobody answers there any more: one line of ours after ssh's own.
        server.child.kill()
        _ = try server.child.wait()
        let refused = try folder.run("sync", environment: environment)
        #expect(refused.code == 69)
        #expect(refused.errors.contains("communis: ssh://"))
    }
}
