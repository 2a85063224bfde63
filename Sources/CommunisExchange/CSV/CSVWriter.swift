/// Writes comma-separated values (RFC 4180), with LF as line end.
package enum CSVWriter {
    /// One cell of a row.
    package enum Cell: Sendable {
        /// A person's words: guarded, so that no spreadsheet runs them as a formula.
        case text(String)
        /// What this program writes: numbers, identifiers, times.
        case value(String)
    }

    package static func line(_ cells: [Cell]) -> String {
        cells.map(encode).joined(separator: ",") + "\n"
    }

    private static func encode(_ cell: Cell) -> String {
        switch cell {
        case .value(let value): quote(value)
        case .text(let text): quote(guarded(text))
        }
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe in front, and so does
    /// one that begins with apostrophes before such a text: taking one off brings back every text.
    /// (OWASP, "CSV Injection".)
    package static func guarded(_ text: String) -> String {
        // By scalars: a combining mark after an apostrophe or a quotation mark makes another
        // character of it, for Swift and for no spreadsheet.
        let first = text.unicodeScalars.drop { $0 == "'" }.first
        return first.map { formulaStarts.contains($0) } == true ? "'" + text : text
    }

    /// A text as it was before `guarded`.
    package static func unguarded(_ text: String) -> String {
        guard text.unicodeScalars.first == "'" else { return text }
        let first = text.unicodeScalars.drop { $0 == "'" }.first
        return first.map { formulaStarts.contains($0) } == true
            ? String(text.unicodeScalars.dropFirst()) : text
    }

    private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]

    private static func quote(_ text: String) -> String {
        let needsQuotes = text.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
                || $0 == UInt8(ascii: "\r")
        }
        guard needsQuotes else { return text }
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
