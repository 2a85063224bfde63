import CommunisCore

/// The argument parser's own words in a page of help. The parser says them in English and can be
/// told no others, so they are replaced where they stand; in English nothing is.
enum HelpWords {
    static func translated(_ help: String) -> String {
        guard Language.current != .english, help.hasPrefix("OVERVIEW: ") else { return help }
        var lines = help.replacing(#/Show\s+help\s+information\./#) { _ in
            say("Show help information.")
        }
        .replacing(#/Show\s+the\s+version\./#) { _ in say("Show the version.") }
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var isDescribing = false
        for (index, line) in lines.enumerated() {
            if let words = heading(line) {
                lines[index] = words
                // The overview, which is said in the language already, stands before the usage.
                isDescribing = isDescribing || line.hasPrefix("USAGE: ")
            } else if isDescribing {
                lines[index] = description(line)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func heading(_ line: String) -> String? {
        let group = " SUBCOMMANDS:"
        return switch line {
        case "ARGUMENTS:": say("ARGUMENTS:")
        case "OPTIONS:": say("OPTIONS:")
        case "SUBCOMMANDS:": say("SUBCOMMANDS:")
        case _ where line.hasSuffix(group): say("\(line.dropLast(group.count)) SUBCOMMANDS:")
        case _ where line.hasPrefix("OVERVIEW: "): say("OVERVIEW:") + line.dropFirst(9)
        case _ where line.hasPrefix("USAGE: "):
            say("USAGE:") + line.dropFirst(6).replacing("<subcommand>", with: say("<subcommand>"))
        default: nil
        }
    }

    /// The lines are broken already, so these words are as long as the English ones or shorter.
    private static func description(_ line: String) -> String {
        if let match = line.wholeMatch(of: #/  See '(.*) <subcommand>' for detailed help\./#) {
            return "  "
                + say("See '\(match.1) \(say("<subcommand>"))' for what a command does.")
        }
        return line.replacing(#/\bvalues:/#) { _ in say("values:") }
            .replacing(#/\bdefault:/#) { _ in say("default:") }
    }
}
