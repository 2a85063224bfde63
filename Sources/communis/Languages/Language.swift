import ArgumentParser
import CommunisCore
import Foundation

/// A language in which the program speaks to people. What scripts read (JSON, CSV, refs, names of
/// statuses and facets in options) is the same in all of them.
enum Language: String, CaseIterable {
    case english = "en"
    case dutch = "nl"

    /// The language of this run: `--lang`, else what the environment asks for, else English.
    static let current = Language(
        arguments: Array(CommandLine.arguments.dropFirst()),
        environment: ProcessInfo.processInfo.environment)

    /// By the words of the command line, before they are parsed, since help is said in a language
    /// too; then by the environment, where the command line names no language that there is.
    init(arguments: [String], environment: [String: String]) {
        let named = LanguageArgument.names(in: arguments).last.flatMap(Language.init(rawValue:))
        self = named ?? Language(environment: environment)
    }

    /// By LC_ALL, LC_MESSAGES and LANG, of which the first that is set counts (POSIX, "Environment
    /// Variables"). A locale is `nl`, `nl_BE.UTF-8`, `nl@euro`, `C`, …
    private init(environment: [String: String]) {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }
        let locale = variables.first { !$0.isEmpty } ?? ""
        let code = locale.prefix { $0.isASCII && $0.isLetter }.lowercased()
        self = Language(rawValue: code) ?? .english
    }

    /// The words of this language by the English ones; English has none.
    private static let words: [String: String] = current.catalogue

    /// The catalogue of translations, by the format of the English phrase.
    var catalogue: [String: String] {
        switch self {
        case .english: [:]
        case .dutch:
            (try? JSONDecoder().decode(
                [String: String].self, from: Data(PackageResources.nl_json))) ?? [:]
        }
    }

    static func say(_ phrase: Phrase) -> String { phrase.text { words[$0] } }
}

/// A phrase in the language of this run.
func say(_ phrase: Phrase) -> String { Language.say(phrase) }

/// Paragraphs, each on one line, so that the argument parser breaks them where the terminal ends.
/// Lines that are indented, as those of examples, stay.
func sayFlowing(_ phrase: Phrase) -> String {
    var last: Substring?
    var text = ""
    for line in Language.say(phrase).split(separator: "\n", omittingEmptySubsequences: false) {
        if let last {
            let isOneParagraph = [last, line].allSatisfy { !$0.isEmpty && !$0.hasPrefix(" ") }
            text += isOneParagraph ? " " : "\n"
        }
        text += line
        last = line
    }
    return text
}

extension ArgumentHelp {
    /// Help in the language of this run.
    static func say(_ phrase: Phrase) -> ArgumentHelp { ArgumentHelp(Language.say(phrase)) }
}
