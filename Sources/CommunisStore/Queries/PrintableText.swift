extension String {
    /// The text as it may stand on a terminal or in a message: on one line, without control
    /// characters (which could drive the terminal) and without the marks that turn the direction
    /// of writing (which could make one text look like another).
    package var printable: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isLineBreak || scalar == "\t" {
                result.append(" ")
            } else if !scalar.isControl && !scalar.isDirectionMark {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Printable, with its lines kept.
    package var printableLines: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { String($0).printable }.joined(separator: "\n")
    }

    /// The printable text between quotation marks, cut to a length that fits a message.
    package var quoted: String {
        let text = printable
        return text.count > 40 ? "\"\(text.prefix(40))…\"" : "\"\(text)\""
    }
}

extension Unicode.Scalar {
    package var isControl: Bool { properties.generalCategory == .control }

    package var isLineBreak: Bool {
        self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}"
            || self == "\u{0B}" || self == "\u{0C}" || self == "\u{85}"
    }

    /// The explicit embeddings, overrides and isolates of UAX #9.
    package var isDirectionMark: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
