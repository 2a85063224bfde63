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
        // A NUL ends a text in many programs, and no CSV that holds one is taken in again.
        case .text(let text): quote(guarded(text.replacing("\0", with: "\u{FFFD}")))
        }
    }

    /// Between quotation marks where it holds what parts cells, in any spreadsheet.
    private static func quote(_ text: String) -> String {
        let needsQuotes =
            text.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
            || text.partsCells
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
