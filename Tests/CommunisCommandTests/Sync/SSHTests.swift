import Foundation
import Testing

/// `sync` and `clone` over ssh, from outside, with a stand-in for ssh that runs the command here.
@Suite struct SSHTests {
    private let folder = TestFolder()
    private let environment: [String: String]

    init() throws {
        // As sshd does: the last word goes to a shell, in the home folder.
        try folder.writeProgram(
            """
            #!/bin/sh
            printf '%s\\n' "$@" > arguments
            for command; do :; done
            communis() { "\(Program.path)" "$@"; }
            cd home && eval "$command"
            """, to: "ssh")
        try FileManager.default.createDirectory(
            atPath: folder.path("home"), withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("ssh"))
        environment = ["COMMUNIS_SSH": folder.path("ssh")]
        try folder.succeed("init", "--name", "Hall", "--board", "home/it's a board.sqlite")
        try folder.succeed(
            "me", "ann@example.org", "--board", "home/it's a board.sqlite")
        try folder.succeed(
            "submit", "A bench", "--need", "To sit", "--board", "home/it's a board.sqlite")
    }

    private let address = "ssh://ann@office.example:2222/~/it's%20a%20board.sqlite"

    @Test func whatIsMissingWhere() throws {
        for missing in ["no-such-ssh", folder.path("nothing")] {
            expectRefusal(
                try folder.run("clone", address, environment: ["COMMUNIS_SSH": missing]), 69,
                "cannot be started")
        }
        try folder.writeProgram("#!/bin/sh\nexit 127\n", to: "ssh")
        expectRefusal(
            try folder.run("clone", address, environment: environment), 69, "has no communis",
            lines: 1)
    }

    @Test func clonesAndSyncs() throws {
        let clone = try folder.run(
            "clone", address, "--name", "Kiosk", "--json", environment: environment
        ).json()
        #expect(clone["role"].string == "contributor")
        #expect(clone["sync"]["mode"].string == "clone")
        #expect(
            try folder.read("arguments").split(separator: "\n").prefix(4)
                == ["-p", "2222", "--", "ann@office.example"])
        try folder.succeed("me", "bob@example.org")
        try folder.succeed("submit", "A tree", "--need", "Shade")
        let sync = try folder.run("sync", "--json", environment: environment).json()
        #expect(sync[0]["mode"].string == "cursor")
        #expect(sync[0]["roundTrips"].int == 1)
        #expect(sync[0]["equal"].bool == true)
        let list = try folder.succeed("list", "--board", "home/it's a board.sqlite").output
        #expect(list.contains("A tree") && list.contains("A bench"))
    }

    @Test("A caller that is gone before it is answered is no fault of the program")
    func callerIsGone() throws {
        // The request, an empty message, comes once nobody reads the answer any more.
        let outcome = try folder.shell(
            """
            mkfifo closed
            { read -r _ < closed; printf '\\000\\000\\000\\000'; } |
                { "$PROGRAM" serve-stdio "home/it's a board.sqlite"; echo "$?" > code; } |
                { exec <&-; echo > closed; }
            cat code
            """)
        #expect(outcome.output == "0\n" && outcome.errors == "")
    }

    @Test func tellsWhatIsWrong() throws {
        try expectRefusal(
            folder.run("clone", "ssh://office.example/no/board.sqlite", environment: environment),
            69, lines: 2)
        try expectRefusal(folder.run("clone", "ssh://-oProxyCommand=x/board"), 64)
        try expectRefusal(folder.run("clone", "ssh://host"), 64)
        try expectRefusal(folder.run("clone", "gopher://host/board"), 64)
        let missing = try folder.run(
            "clone", "ssh://host/board", environment: ["COMMUNIS_SSH": "/no/such/program"])
        #expect(missing.code == 69)
        #expect(!folder.exists("communis.sqlite"))
    }

    private static let paths = [
        "b'; touch pwned; '", "b'\u{301}; touch pwned; '\u{301}", "b'\u{308}`touch pwned`'\u{308}",
        "$(touch pwned)'\u{20DD}", "\\'\u{301}; touch pwned #", "-x", "a b", "\u{202E}\u{9B}é漢",
        "'\u{FE0F}|touch pwned|'\u{200D}",
    ]

    /// As sshd: the last word is a line for a shell there.
    private func writeRemote(_ shell: String) throws {
        try folder.writeProgram(
            """
            #!/bin/sh
            for command; do :; done
            exec \(shell) -c 'communis() { printf "%s\\n" "$@" > words; }
            '"$command"'
            exit 127'
            """, to: "ssh")
    }

    @Test("A path is one word to the shell of the other machine", arguments: paths)
    func pathIsOneWord(_ path: String) throws {
        let encoded = try #require(
            path.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let meant = "/srv/\(path)"
        for shell in ["sh", "bash"].filter(Machine.has) {
            try writeRemote(shell)
            for path in [encoded, path] {
                let address = "ssh://office.example/srv/\(path)"
                _ = try folder.shell("rm -f words")
                let outcome = try folder.run("clone", address, environment: environment)
                #expect(!folder.exists("pwned"), "\(address)")
                // As it stands, it may be no address.
                if outcome.code == 64, !address.contains(encoded) { continue }
                #expect(outcome.code == 69, "\(address): \(outcome.errors)")
                #expect(
                    Array(try folder.read("words").utf8)
                        == Array("serve-stdio\n--\n\(meant)\n".utf8))
            }
        }
    }

    @Test("A path of several lines is no address", arguments: ["%0A", "%00", "%1B", "%0D", "%7F"])
    func pathIsOneLine(_ byte: String) throws {
        try expectRefusal(folder.run("clone", "ssh://host/a\(byte)touch%20pwned"), 64)
    }

    @Test(
        "A remote that ends, or says nonsense, leaves the copy whole",
        arguments: [
            "exit 255", "printf 'Welcome to office.example!'", "printf '\\377\\377\\377\\377'",
            "printf '\\000\\000\\000\\003abc'", "head -c 10 >/dev/null",
            "printf '\\000\\000\\000\\144abc'",
        ])
    func brokenRemote(_ script: String) throws {
        try folder.succeed("clone", "home/it's a board.sqlite", "--name", "Kiosk")
        try folder.succeed("me", "bob@example.org")
        try folder.succeed("submit", "A tree", "--need", "Shade")
        try folder.writeProgram("#!/bin/sh\n\(script)\n", to: "ssh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("ssh"))
        let outcome = try folder.run(
            "sync", "ssh://office.example/board.sqlite", environment: environment)
        #expect(outcome.code == 69 || outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try folder.succeed("verify").output.contains("fingerprint"))
        #expect(try folder.succeed("list").output.contains("A tree"))
    }
}
