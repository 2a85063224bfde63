/// A command of this program as it is shown, to be typed or pasted into a shell. Every command with a
/// value in it is shown by this: a name may be anybody's, and must not become a command of its own.
///
///     ShownCommand("status", [ref, "open"], ["--note": note])
package struct ShownCommand: CustomStringConvertible, Sendable {
    /// The line for the shell. Printable: a terminal shows what was meant.
    package let description: String

    /// - Parameters:
    ///   - name: as `node rename`.
    ///   - options: with their values; a flag has `nil`.
    package init(
        _ name: String, _ arguments: [String] = [],
        _ options: KeyValuePairs<String, String?> = [:]
    ) {
        let options = options.map { option, value in
            (option, value.map(\.printableLines))
        }
        var words = name.split(separator: " ").map(String.init)
        let arguments = arguments.map(\.printableLines)
        let optionWords = options.flatMap { option, value in
            guard let value else { return [option] }
            // Behind a space it would be taken for another option.
            return value.hasScalarPrefix("-") && value != "-"
                ? ["\(option)=\(value)"] : [option, value]
        }
        if arguments.contains(where: { $0.hasScalarPrefix("-") }) {
            words += optionWords + ["--"] + arguments
        } else {
            words += arguments + optionWords
        }
        let line = (["communis"] + words).map(\.shellWord).joined(separator: " ")
        // As the value of an option, a lone hyphen means standard input.
        let readsHyphen = options.contains { $0.1 == "-" }
        description = readsHyphen ? "printf %s - | \(line)" : line
    }
}

extension String {
    fileprivate func hasScalarPrefix(_ scalar: Unicode.Scalar) -> Bool {
        unicodeScalars.first == scalar
    }
}
