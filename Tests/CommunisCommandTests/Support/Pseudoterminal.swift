import CommunisCore
import Foundation

extension TestFolder {
    static let hasTerminals = Machine.has("script") && Machine.isLinux

    /// What the program writes to a terminal, which script(1) of util-linux makes: standard output and
    /// standard error together, as they come.
    func onTerminal(_ words: [String], environment: [String: String] = [:]) throws -> String {
        let command = ([Program.path] + words).map(\.shellWord).joined(separator: " ")
        try write("exec \(command)\n", to: "on-terminal.sh")
        let variables = ["TERM": "xterm"].merging(environment) { $1 }
        return try shell(
            "exec script -qec '/bin/sh on-terminal.sh' /dev/null", environment: variables
        ).output
    }
}

/// What of a text a terminal would obey, beside the colours, progress bars and line ends of this
/// program.
func unprintable(_ text: String) -> [String] {
    let own = text.replacing(#/\r[^\r\n]*\u{1B}\[K/#, with: "").replacing(
        #/\u{1B}\[[0-9]*[mK]/#, with: "")
    let scalars = Array(own.unicodeScalars)
    return scalars.indices.filter { index in
        let isLineEnd =
            scalars[index] == "\n"
            || scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
        return scalars[index].isUnprintable && !isLineEnd
    }.map { "U+\(String(scalars[$0].value, radix: 16))" }
}

/// A scalar that Swift lets no literal name.
func noncharacter(_ value: UInt32) -> String { Unicode.Scalar(value).map { String($0) } ?? "" }
