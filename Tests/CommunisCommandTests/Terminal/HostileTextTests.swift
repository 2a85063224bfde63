import CommunisCore
import Foundation
import GRDB
import Testing

/// Texts that would drive a terminal, in every place where somebody else's words stand.
@Suite(.enabled(if: TestFolder.hasTerminals, "script(1) of util-linux is not here"))
struct HostileTextTests {
    private let folder = TestFolder()
    private let ref: String

    /// Of each kind one: C0 and C1 controls, a lone carriage return, DEL, marks and separators that
    /// turn or break lines, a byte order mark, tags, and a noncharacter.
    private static let kinds = [
        "\u{1B}]0;owned\u{7}\u{1B}[2J\u{1B}[H", "\u{1B}[31mred\u{1B}[0m", "\u{9B}2J", "\u{85}",
        "back\rforth", "\u{7F}\u{8}", "\u{202E}\u{2066}\u{2069}", "\u{200E}\u{200F}\u{61C}",
        "\u{2028}\u{2029}", "\u{FEFF}", "\u{E0041}\u{E007F}",
        "\(noncharacter(0xFDD3))\(noncharacter(0xFDEF))", "tab\ttab",
    ]
    private static let hostile = "A" + kinds.joined(separator: "B") + "\u{301}Z"

    init() throws {
        try folder.makeBoard()
        ref = try folder.submit("A bench")
        try folder.succeed("comment", ref, "Yes")
        try folder.succeed("vote", ref)
        try folder.succeed("status", ref, "building", "--note", "In spring")
        let hidden = try folder.submit("A lamp")
        try folder.succeed("hide", hidden, "--reason", "An advertisement")
        try folder.remember(["/srv/x"], in: "communis.sqlite")
        // As a hostile copy would have sent them: the commands here refuse such words.
        try folder.database().write { database in
            for sql in [
                "UPDATE idea SET title = ?, need = ?1, body = ?1, status_note = ?1, source = ?1",
                "UPDATE idea SET hidden_reason = ? WHERE hidden", "UPDATE comment SET text = ?",
                "UPDATE member SET name = ?", "UPDATE node_standing SET name = ?",
                "UPDATE board_setting SET value = ? WHERE name = 'name'",
                "UPDATE peer SET address = ?",
            ] {
                try database.execute(sql: sql, arguments: [Self.hostile])
            }
            try database.execute(
                sql: "INSERT INTO label(idea, axis, name) SELECT key, 2, ? FROM idea",
                arguments: [Self.hostile])
        }
    }

    /// Those that write stand last.
    private static let commands: [String] =
        ["table", "csv", "json", "markdown", "html"].map { "top --format \($0)" }
        + ["ideas", "votes", "comments", "members", "joins", "objections"].flatMap {
            ["export \($0)", "export \($0) --json", "export \($0) -o /dev/tty"]
        }
        + [
            "list", "list --json", "show REF", "show REF --voters", "show REF --json",
            "history REF", "history REF --json", "log", "log --json", "node list",
            "node list --json", "peer list", "peer list --json", "board", "board name",
            "board --json", "mine", "mine --json", "me", "me --json", "search A",
            "search A --json", "similar bench", "verify", "serve-stdio communis.sqlite", "sync",
            "sync --json", "vote REF", "status REF open", "withdraw REF", "board name Hall",
            "node rename NODE Hall", "erase REF --yes",
        ]

    @Test("No command, in no format, gives a terminal what it would obey")
    func reachesNoTerminal() throws {
        let node = try folder.id(of: "communis.sqlite")
        for command in Self.commands {
            let text = try onTerminal(
                command.split(separator: " ").map {
                    $0 == "REF" ? ref : $0 == "NODE" ? node : String($0)
                })
            #expect(!text.isEmpty, "\(command)")
            #expect(unprintable(text) == [], "\(command): \(text.debugDescription)")
            // Nor does a text choose its own colour.
            #expect(!text.contains("\u{1B}[31mred"), "\(command)")
        }
    }

    private func onTerminal(_ words: [String], _ environment: [String: String] = [:]) throws
        -> String
    {
        try folder.onTerminal(words, environment: environment)
    }

    @Test func filesAndPipesGetEveryByte() throws {
        let csv = try folder.succeed("export", "comments").output
        #expect(csv.contains(Self.hostile))
        try folder.succeed("export", "comments", "-o", "comments.csv")
        #expect(try folder.read("comments.csv") == csv)
        #expect(try folder.succeed("top", "--format", "csv").output.contains(Self.hostile))
        // JSON is the exception: what it escapes is the same text.
        for command in ["export comments --json", "list --json", "top --format json"] {
            let words = command.split(separator: " ").map(String.init)
            #expect(unprintable(try folder.start(words).wait().output) == [], "\(command)")
        }
        let terminal = try onTerminal(["export", "comments", "-o", "other.csv"])
        #expect(terminal == "")
        #expect(try folder.read("other.csv") == csv)
    }

    @Test("JSON is the same on a terminal", arguments: ["export comments", "top", "list", "log"])
    func sameJSON(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init) + ["--json"]
        let piped = try folder.start(words).wait()
        let format = command == "top" ? ["top", "--format", "json"] : words
        let shown = try onTerminal(format)
        #expect(try sorted(Data(shown.utf8)) == sorted(piped.bytes))
    }

    private func sorted(_ json: Data) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: JSONSerialization.jsonObject(with: json), options: .sortedKeys)
    }

    @Test func aTableInAFileHasNoColours() throws {
        _ = try onTerminal(["top", "-o", "top.txt"])
        let text = try folder.read("top.txt")
        #expect(text.contains("rank") || text.contains("#"))
        #expect(unprintable(text) == [] && !text.contains("\u{1B}"))
    }

    @Test(
        "Errors that hold somebody's words",
        arguments: [hostile, "\u{1B}[2J", "\u{9B}2J\u{202E}"])
    func errors(_ words: String) throws {
        for arguments in [
            ["show", words], ["peer", "forget", "x\(words)"], ["sync", words],
            ["node", "admit", words],
            ["--\(words)"], [words], ["list", "--sort", words], ["clone", "ssh://\(words)/x"],
            ["import", "csv", words], ["export", "ideas", "-o", "no/\(words)"],
            ["list", "--board", words],
        ] {
            let text = try onTerminal(arguments)
            #expect(text.contains("communis: "), "\(arguments)")
            #expect(unprintable(text) == [], "\(arguments): \(text.debugDescription)")
        }
    }

    @Test func theOfferOfSimilarIdeas() throws {
        try folder.write("q\n", to: "keys")
        let text = try folder.shell(
            """
            exec script -qec "$PROGRAM submit 'A bench'" /dev/null < keys
            """
        ).output
        #expect(text.contains("Similar ideas are here already"))
        #expect(unprintable(text) == [], "\(text.debugDescription)")
    }

    @Test func whatTheOtherMachineSaysOverSSH() throws {
        try folder.writeProgram(
            """
            #!/bin/sh
            printf 'Welcome\\033[2J \\302\\233 \\233 \\342\\200\\256 there\\r\\nno end\\033[H' >&2
            exit 255
            """, to: "ssh")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("ssh"))
        let text = try onTerminal(
            ["sync", "ssh://office.example/board"], ["COMMUNIS_SSH": folder.path("ssh")])
        let said = try #require(text.range(of: "Welcome\\u001B[2J"))
        let unended = try #require(text.range(of: "no end\\u001B[H"))
        let told = try #require(text.range(of: "cannot be reached"))
        #expect(said.upperBound <= unended.lowerBound && unended.upperBound <= told.lowerBound)
        #expect(unprintable(text) == [], "\(text.debugDescription)")
    }
}
