/// Several names in one cell: `bench, "shade, in summer", park`.
///
/// A name that holds a comma or a quotation mark, or has white space at an end, stands between
/// quotation marks, which are doubled inside it. By scalars: a combining mark would make another
/// character of a comma.
enum CellList {
    static func join(_ names: [String]) -> String { names.map(quoted).joined(separator: ", ") }

    private static func quoted(_ name: String) -> String {
        let scalars = name.unicodeScalars
        let needsQuotes =
            scalars.contains { $0 == "," || $0 == "\"" } || scalars.first?.isSpace != false
            || scalars.last?.isSpace == true
        guard needsQuotes else { return name }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in scalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    /// The names in a cell, of this program or of another: parted by commas, without the white
    /// space around them and without empty ones.
    static func split(_ cell: String) -> [String] {
        var names: [String] = []
        var rest = Substring(cell).unicodeScalars
        while true {
            rest = rest.drop(while: \.isSpace)
            var name: String
            if let (quoted, end) = readQuoted(rest) {
                name = quoted
                rest = rest[end...]
            } else {
                let words = rest.prefix { $0 != "," }
                rest = rest[words.endIndex...]
                name = words.lastIndex { !$0.isSpace }.map { String(words[...$0]) } ?? ""
            }
            if !name.isEmpty { names.append(name) }
            guard rest.first == "," else { return names }
            rest = rest.dropFirst()
        }
    }

    /// A name between quotation marks, if a comma or nothing follows it, and where it ends.
    private static func readQuoted(
        _ text: Substring.UnicodeScalarView
    ) -> (String, Substring.UnicodeScalarView.Index)? {
        guard text.first == "\"" else { return nil }
        var name = String.UnicodeScalarView()
        var rest = text.dropFirst()
        while let scalar = rest.popFirst() {
            if scalar != "\"" {
                name.append(scalar)
            } else if rest.first == "\"" {
                name.append(scalar)
                rest = rest.dropFirst()
            } else {
                rest = rest.drop(while: \.isSpace)
                return rest.isEmpty || rest.first == "," ? (String(name), rest.startIndex) : nil
            }
        }
        return nil
    }
}

extension Unicode.Scalar {
    var isSpace: Bool { properties.isWhitespace }
}
