import ArgumentParser
import Testing

@testable import communis

/// The examples in the help of every command.
struct ExampleTests {
    /// Every command, with the words that name it.
    private static func commands(
        _ command: any ParsableCommand.Type = Communis.self, _ words: [String] = []
    ) -> [(words: [String], type: any ParsableCommand.Type)] {
        [(words, command)]
            + command.configuration.subcommands.flatMap {
                commands($0, words + [$0.configuration.commandName ?? ""])
            }
    }

    /// The lines of a command's examples, each in words, as a shell would split it, up to where
    /// it redirects.
    private static func examples(_ command: any ParsableCommand.Type) -> [[String]] {
        let discussion = command.configuration.discussion
        guard let start = discussion.range(of: "EXAMPLES\n") else { return [] }
        return discussion[start.upperBound...].split(separator: "\n")
            .filter { $0.hasPrefix("  communis ") }.map(words)
    }

    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character == " " {
                if let word { words.append(word) }
                word = nil
            } else if quote == nil, "<>|".contains(character) {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    @Test func everyCommandHasExamplesThatItUnderstands() throws {
        #expect(Self.commands().count > 30)
        for (name, command) in Self.commands() {
            let examples = Self.examples(command)
            #expect(!examples.isEmpty, "\(name) has no EXAMPLES")
            #expect(
                examples.contains { Array($0.dropFirst().prefix(name.count)) == name },
                "\(name) has no example of its own")
            for words in examples {
                do {
                    _ = try Communis.parseAsRoot(Array(words.dropFirst()))
                } catch {
                    Issue.record("\(words): \(Communis.message(for: error))")
                }
            }
        }
    }
}
