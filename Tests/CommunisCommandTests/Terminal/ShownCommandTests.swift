import CommunisCore
import CommunisTestSupport
import Foundation
import Testing

/// Shells read words, and commands that are shown, as they were meant.
struct ShownCommandTests {
    private let folder = TestFolder()

    static let shells = ["sh", "bash", "dash", "zsh", "ksh", "fish"].filter(Machine.has)

    /// Pieces that shells, terminals, Unicode or this program's own options know something about.
    private static let pieces: [String] = [
        "a", "Z", "0", " ", "  ", "'", "''", "\"", "\\", "\\'", "`", "$", "$(", ")", "!", "!!", "#",
        "~", "*", "?", "[", "{a,b}", ";", "&", "&&", "|", "<", ">", "(", "=", "%", "^", "-", "--",
        "\u{301}", "\u{308}", "\u{20DD}", "\u{200D}", "\u{FE0F}", "\u{1F3FD}", "é", "漢", "\n", "\r",
        "\t", "\u{1B}[2J", "\u{7}", "\u{7F}", "\u{85}", "\u{9B}", "\u{202E}", "\u{2066}", "\u{61C}",
        "\u{200E}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{D7FF}", "\u{E000}", "\u{FFFD}",
        noncharacter(0xFFFE), noncharacter(0xFFFF), noncharacter(0xFDD0),
        noncharacter(0xFDEF), noncharacter(0x10FFFF), "\u{E0041}", "touch pwned",
    ]

    private static func words(_ count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return pieces
            + (0..<count).map { _ in
                (0..<generator.below(7)).map { _ in pieces[generator.below(pieces.count)] }.joined()
            }
    }

    /// The words that a shell hands on for lines that call `communis`, line by line.
    private func read(_ lines: [String], by shell: String) throws -> [[String]] {
        try folder.write(
            Self.prelude(of: shell) + lines.joined(separator: "\n") + "\n", to: "script")
        let outcome = try folder.start(
            words: [shell, "script"], environment: ["PATH": "/usr/bin:/bin"]
        ).wait()
        #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
        #expect(!folder.exists("pwned"))
        var commands: [[String]] = [[]]
        for word in outcome.bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            if word.elementsEqual("END".utf8) {
                commands.append([])
            } else {
                commands[commands.count - 1].append(String(decoding: word, as: UTF8.self))
            }
        }
        return commands.dropLast()
    }

    /// A function in the program's place. What is piped to it is read, as the program would: else the
    /// pipe breaks now and then.
    private static func prelude(of shell: String) -> String {
        shell.hasSuffix("fish")
            ? """
            function communis
              if test -p /dev/stdin; cat > /dev/null; end
              printf '%s\\0' $argv; printf 'END\\0'
            end

            """
            : """
            communis() {
              if [ -p /dev/stdin ]; then cat > /dev/null; fi
              printf '%s\\0' "$@"; printf 'END\\0'
            }

            """
    }

    /// As bytes: Swift takes some texts for equal that differ.
    private static func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }

    @Test("A word is the same word to a shell", arguments: shells)
    func wordsAreTheSame(_ shell: String) throws {
        let words = Self.words(1_000, seed: 2)
        let lines = words.map { "communis \($0.shellWord) \($0.shellWord)" }
        let found = try read(lines, by: try #require(Machine.find(shell)))
        #expect(found.count == words.count)
        for (word, read) in zip(words, found) {
            #expect(Self.bytes(read) == Self.bytes([word, word]), "\(word.debugDescription)")
        }
    }

    @Test("A command that is shown is printable, and says the same to a shell", arguments: shells)
    func commandsAreTheSame(_ shell: String) throws {
        let words = Self.words(500, seed: 3)
        var lines: [String] = []
        var meant: [[String]] = []
        for (index, word) in words.enumerated() {
            let other = words[(index + 7) % words.count]
            lines.append("\(ShownCommand("node rename", ["8f3k2q1z", word], ["--note": other]))")
            let (name, note) = (word.printableLines, other.printableLines)
            let option =
                note.unicodeScalars.first == "-" && note != "-"
                ? ["--note=\(note)"] : ["--note", note]
            meant.append(
                ["node", "rename"]
                    + (name.unicodeScalars.first == "-"
                        ? option + ["--", "8f3k2q1z", name] : ["8f3k2q1z", name] + option))
        }
        for line in lines { #expect(line.printableLines == line) }
        let found = try read(lines, by: try #require(Machine.find(shell)))
        #expect(found.count == meant.count)
        for (read, meant) in zip(found, meant) {
            #expect(Self.bytes(read) == Self.bytes(meant), "\(meant)")
        }
    }

    @Test func aNameThatCannotBeShownIsNot() {
        for name in ["Kiosk 3", "-x", "", "'\u{301};", "👩‍💻", "می‌خواهم", "❤️"] {
            #expect(name.shown(orElse: "id") == name)
        }
        for name in [
            "a\u{1B}", "a\u{9B}", "a\nb", "a\tb", "a\u{202E}b", "a\u{200B}", "\u{2060}", "a\u{AD}",
            "\u{3164}", "a\u{E0041}", "\u{FEFF}a", "a\u{2028}", "a\u{200E}",
            noncharacter(0xFFFE),
        ] {
            #expect(name.shown(orElse: "id") == "id", "\(name.debugDescription)")
        }
    }

    /// Whoever puts a value into a command by hand may forget its quoting.
    @Test func noSourceShowsACommandByHand() throws {
        let isNoCommand: Set = [
            "communis does not speak the language {1}", "communis spreekt de taal {1} niet",
            // Quoted where it is made; `SSHTests` tries it.
            "communis serve-stdio -- {1}",
        ]
        func isByHand(_ format: String) -> Bool {
            !isNoCommand.contains(format)
                && (format.contains(#/communis [a-z][^`;]*?\{[0-9]/#)
                    || format.contains(#/(Undo|Ongedaan maken): (?!\{)/#))
        }
        let sources = try CatalogueTests()
        let wrong = sources.literals.filter { isByHand($0.literal.format) }
        #expect(wrong.isEmpty, "not by ShownCommand: \(wrong.map(\.description))")
        #expect(sources.dutch.values.filter(isByHand) == [])
    }
}
