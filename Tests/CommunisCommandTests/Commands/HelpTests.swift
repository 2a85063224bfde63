import Foundation
import Testing

struct HelpTests {
    let folder = TestFolder()

    static let commands = [
        "init", "me", "submit", "vote", "comment", "list", "search", "similar", "show", "top",
        "export", "import", "clone", "sync", "node", "log", "verify", "backup", "completions",
        "revise", "restore", "withdraw", "history", "mine", "status", "hide", "unhide", "board",
        "peer", "join-ideas", "split-ideas", "object", "serve", "bundle", "erase",
    ]

    @Test func theProgramExplainsItself() throws {
        let help = try folder.succeed("--help").output
        for command in Self.commands { #expect(help.contains("\n  \(command) ")) }
        for words in [[], ["help"], ["-h"]] {
            let outcome = try folder.start(words).wait()
            #expect(outcome.code == 0 && outcome.output == help && outcome.errors == "")
        }
        #expect(try folder.succeed("--version").output == "0.1.0\n")
    }

    @Test(arguments: commands)
    func everyCommandExplainsItself(command: String) throws {
        let help = try folder.succeed("help", command).output
        #expect(help.hasPrefix("OVERVIEW: ") && help.contains("USAGE: communis \(command)"))
        #expect(try folder.succeed(command, "--help").output == help)
        // A line ends where the next word has no room, and not in the middle.
        let lines = help.components(separatedBy: "USAGE:")[0].split(
            separator: "\n", omittingEmptySubsequences: false)
        for (line, next) in zip(lines, lines.dropFirst())
        where !line.hasPrefix(" ") && !next.hasPrefix(" ") && !line.isEmpty && !next.isEmpty {
            let word = next.prefix { $0 != " " }
            #expect(line.count + 1 + word.count >= 80, "\(line) | \(next)")
        }
    }

    static let below: [[String]] = [
        ["import", "csv"], ["import", "fider"], ["import", "quackback"], ["import", "uservoice"],
        ["import", "github"], ["import", "pabulib"], ["import", "polis"], ["node", "list"],
    ]

    @Test(arguments: below)
    func soDoesEveryCommandBelowACommand(words: [String]) throws {
        let outcome = try folder.start(words + ["--help"]).wait()
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("USAGE: communis \(words.joined(separator: " "))"))
    }

    @Test func wrongUseIsOneLineAnd64() throws {
        expectRefusal(try folder.run("dance"), 64, "dance", "communis help")
        expectRefusal(try folder.run("list", "--dance"), 64, "--dance")
        expectRefusal(try folder.run("--board", "x", "list"), 64)
        expectRefusal(try folder.run("list", "--board"), 64, "--board")
        expectRefusal(try folder.run("list", "--status", "lost"), 64, "open, recognised")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreOfTheShell(shell: String) throws {
        let script = try folder.succeed("completions", shell).output
        #expect(script.contains("communis"))
        for command in Self.commands { #expect(script.contains(command)) }
        guard let program = Machine.find(shell) else { return }
        try folder.write(script, to: "script")
        let check = try folder.start(words: [program, "-n", "script"]).wait()
        #expect(check.code == 0, "\(check.errors)")
    }

    @Test func completionsNeedAShell() throws {
        expectRefusal(try folder.run("completions"), 64, "shell")
        expectRefusal(try folder.run("completions", "powershell"), 64, "powershell")
    }

    @Test func nothingIsWrittenAtHome() throws {
        try folder.makeBoard()
        try folder.succeed("clone", ".", "--board", "b.sqlite")
        try folder.succeed("sync", "b.sqlite")
        #expect(try folder.shell("ls -A \"$HOME\"").output == "")
    }
}

/// On a terminal, which `script` of util-linux pretends to be.
@Suite(.enabled(if: Machine.has("script"), "no script(1) to make a terminal"))
struct TerminalTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    private func onTerminal(_ command: String, _ environment: [String: String] = [:]) throws
        -> String
    {
        let words = "exec script -qec '\"$PROGRAM\" \(command)' /dev/null"
        return try folder.shell(words, environment: environment).output
    }

    @Test func colourIsForTerminals() throws {
        #expect(try onTerminal("verify").contains("\u{1B}[32mok\u{1B}[0m"))
        #expect(try !folder.succeed("verify").output.contains("\u{1B}"))
    }

    @Test func neverWithNoColor() throws {
        let text = try onTerminal("list", ["NO_COLOR": "1"])
        #expect(!text.contains("\u{1B}["))
        let verified = try onTerminal("verify", ["NO_COLOR": "1"])
        #expect(verified.contains("ok: ") && !verified.contains("\u{1B}[32m"))
    }

    @Test func neverOnADumbTerminal() throws {
        #expect(try !onTerminal("verify", ["TERM": "dumb"]).contains("\u{1B}[32m"))
    }

    @Test func differencesAreInColour() throws {
        let ref = try folder.submit("A bench")
        try folder.succeed("revise", ref, "--title", "A lamp")
        let text = try onTerminal("history \(ref)")
        #expect(text.contains("A \u{1B}[31mbench\u{1B}[0m \u{1B}[32mlamp\u{1B}[0m"))
        #expect(try onTerminal("history \(ref)", ["NO_COLOR": "1"]).contains("[-bench-] {+lamp+}"))
    }

    @Test func aNarrowTerminalIsFilledAndNotExceeded() throws {
        let ref = try folder.submit("A bench of wood, with a roof, at the stop of the bus 汉字")
        try folder.succeed("status", ref, "recognised")
        try folder.succeed("comment", ref, "Yes, and one at the station, please, with a roof too")
        for (command, width) in [("list", 40), ("top", 58), ("show \(ref)", 40), ("log", 40)] {
            let words = "exec script -qec 'stty cols \(width); \"$PROGRAM\" \(command)' /dev/null"
            let text = try folder.shell(words, environment: ["NO_COLOR": "1"]).output
            for line in text.split(whereSeparator: \.isNewline) {
                let columns = line.unicodeScalars.reduce(0) {
                    $0 + ($1.properties.isIdeographic ? 2 : 1)
                }
                #expect(columns <= width, "\(command): \(line)")
            }
            #expect(text.contains("A bench") || text.contains("bench"), "\(text)")
        }
    }

    @Test func progressIsForTerminals() throws {
        try Conversation(comments: 3, voters: 3).write(to: "talk", in: folder)
        let text = try onTerminal("import polis talk")
        #expect(text.contains("Importing ") || text.contains("Reading "))
        #expect(text.contains(" %"))
    }

    @Test func titlesCannotDriveTheTerminal() throws {
        try folder.write(
            "\(Conversation.commentsHeader)1,x,0,1,0,0,1,\"a\u{1B}[2Jb\u{202E}c\u{7}d\"\n",
            to: "talk/comments.csv")
        try folder.write(Conversation.votesHeader, to: "talk/votes.csv")
        try folder.succeed("import", "polis", "talk")
        let ref = try #require(try folder.succeed("list", "--json").json()[0]["ref"].string)
        try folder.succeed("vote", ref)
        for words in [["list"], ["show", ref], ["top"], ["log"], ["vote", ref]] {
            let text = try folder.start(words).wait().output
            #expect(text.contains("a[2Jbcd"), "\(words): \(text)")
            #expect(
                !text.unicodeScalars.contains {
                    $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\u{7}"
                })
        }
    }
}
