import Foundation
import Testing

/// The help of every command in Dutch, beside the English one.
@Suite struct HelpLanguageTests {
    let folder = TestFolder()

    /// Lines of help that are the same in both: commands of the examples.
    private func isCommand(_ line: String) -> Bool {
        line.hasPrefix("  communis ") || line.hasPrefix("  gh api ")
    }

    /// A help page as its overview and what follows it, each option with its words on one line.
    private func parts(_ help: String, usage: String) throws -> (overview: String, rest: [String]) {
        let range = try #require(help.range(of: "\n\(usage): "), "\(help)")
        var rest: [String] = []
        for line in help[range.upperBound...].split(separator: "\n").dropFirst() {
            if line.hasPrefix("      "), let last = rest.indices.last {
                rest[last] += " " + line.drop { $0 == " " }
            } else {
                rest.append(String(line))
            }
        }
        return (String(help[..<range.lowerBound]), rest)
    }

    /// The commands that a help page lists.
    private func subcommands(_ help: String) throws -> [String] {
        let rest = try parts(help, usage: "USAGE").rest
        guard let start = rest.firstIndex(where: { $0.hasSuffix("SUBCOMMANDS:") }) else {
            return []
        }
        return rest[start...].compactMap { line in
            line.wholeMatch(of: #/  ([a-z-]+) .*/#).map { String($0.1) }
        }
    }

    private func check(_ words: [String]) throws -> [String] {
        let english = try folder.start(words + ["--help"]).wait().output
        let dutch = try folder.start(words + ["--help", "--lang", "nl"]).wait().output
        let name = words.joined(separator: " ")
        let (englishOverview, englishRest) = try parts(english, usage: "USAGE")
        let (dutchOverview, dutchRest) = try parts(dutch, usage: "GEBRUIK")

        #expect(dutchOverview.hasPrefix("UITLEG: "), "\(name)")
        let examples = englishOverview.contains("\nEXAMPLES\n")
        #expect(dutchOverview.contains("\nVOORBEELDEN\n") == examples, "\(name)")
        let said = Set(englishOverview.split(separator: "\n").map(String.init))
        // The end of an example may stand on a line of its own.
        for line in dutchOverview.split(separator: "\n").map(String.init)
        where line.split(separator: " ").count > 2 {
            #expect(isCommand(line) || !said.contains(line), "\(name): \(line)")
        }
        let commands = [englishOverview, dutchOverview].map { overview in
            overview.split(separator: "\n").map(String.init).filter(isCommand).map {
                $0.replacing(#/"[^"]*"?/#, with: "…").replacing(#/…[^-]*/#, with: "…")
            }
        }
        #expect(commands[0] == commands[1], "\(name)")

        #expect(englishRest.count == dutchRest.count, "\(name)")
        for (english, dutch) in zip(englishRest, dutchRest) {
            #expect(english != dutch, "\(name): \(dutch)")
            // The option and what it takes stay.
            if english.hasPrefix("  "), !english.hasPrefix("  See ") {
                let label = english.dropFirst(2).prefix { $0 != " " }
                #expect(dutch.hasPrefix("  \(label)"), "\(name): \(dutch)")
            }
            for word in ["values:", "default:", "Show ", "OPTIONS", "SUBCOMMANDS", "<subcommand>"] {
                #expect(!dutch.contains(word), "\(name): \(dutch)")
            }
        }
        #expect(
            dutch.split(separator: "\n").allSatisfy { $0.count <= 80 || isUsage($0) }, "\(name)")
        return try subcommands(english)
    }

    private func isUsage(_ line: Substring) -> Bool { line.hasPrefix("GEBRUIK: ") }

    @Test func everyPageOfHelpIsDutch() throws {
        var pages = 0
        var waiting: [[String]] = [[]]
        while let words = waiting.popLast() {
            pages += 1
            waiting += try check(words).map { words + [$0] }
        }
        #expect(pages > 30)
    }

    @Test func eachStatusIsExplained() throws {
        let help = try folder.succeed("list", "--help", "--lang", "nl").output
            .replacing(#/\s+/#, with: " ")
        #expect(
            help.contains(
                """
                open, recognised (erkend), exploring (verkend), building (in uitvoering), \
                shipped (opgeleverd), declined (afgewezen).
                """))
    }
}
