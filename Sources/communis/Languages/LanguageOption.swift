import ArgumentParser
import CommunisCore

/// The language as help describes it. The argument parser never meets the option itself:
/// `LanguageArgument` takes it out before, so that it may stand anywhere, also before the command
/// and behind `help`.
struct LanguageOption: ParsableArguments {
    @Option(
        name: .customLong("lang"),
        help: ArgumentHelp(say("The language: en or nl (default: $LANG)."), valueName: "language"))
    var language: Language?
}

extension Language: ExpressibleByArgument {}

/// `--lang` among the words of the command line.
enum LanguageArgument {
    private static let option = "--lang"

    /// What `--lang` names; the last one counts.
    static func names(in arguments: [String]) -> [String] { split(arguments).names }

    /// The words for the argument parser.
    ///
    /// - Throws: `Failure` of the code 64 for a language that there is not.
    static func removed(from arguments: [String]) throws -> [String] {
        let (names, others) = split(arguments)
        for name in names where Language(rawValue: name) == nil {
            let known = Language.allCases.map { "\(option) \($0.rawValue)" }
            throw Failure(
                Failure.usage, "communis does not speak the language \(name.quoted)",
                "use \(known.joined(separator: " / "))")
        }
        return others
    }

    /// Up to `--`, behind which words are what they are. An option without a value stays, for the
    /// parser to complain of.
    private static func split(_ arguments: [String]) -> (names: [String], others: [String]) {
        var names: [String] = []
        var others: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                others.append(word)
                others += rest
                break
            }
            if word == option, let name = rest.popFirst() {
                names.append(name)
            } else if word.hasPrefix("\(option)=") {
                names.append(String(word.dropFirst(option.count + 1)))
            } else {
                others.append(word)
            }
        }
        return (names, others)
    }
}
