import CommunisCore
import CommunisStore
import Foundation

/// A title, and the whole text where the title does not say it all.
struct ImportedText {
    var title: String
    var body: String?

    init(_ text: String) {
        let collapsed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let hasLineBreaks = text.contains(where: \.isNewline)
        if collapsed.isEmpty {
            title = "(no text)"
        } else if TextField.title.admits(collapsed) {
            title = collapsed
            body = hasLineBreaks ? text : nil
        } else {
            title = Self.cut(collapsed, to: Limits.titleScalars)
            body = text
        }
    }

    /// The beginning, to a word's end, with an ellipsis: at most so many scalars.
    static func cut(_ text: String, to limit: Int) -> String {
        var beginning = String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1))
        let isInsideWord = text.unicodeScalars.dropFirst(limit - 1).first != " "
        if isInsideWord, let space = beginning.lastIndex(of: " ") {
            beginning.removeSubrange(space...)
        }
        while beginning.last == " " { beginning.removeLast() }
        return String(beginning) + "…"
    }
}

/// Texts of other tools, as a person could have typed them here: in NFC, without invisible control
/// characters, which could drive a terminal.
enum CleanText {
    /// On one line, each run of white space and control characters one space.
    static func line(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.unicodeScalars
            .split { $0.isSpace || isInvisible($0) }
            .map { String($0) }.joined(separator: " ")
    }

    /// Of several lines, without white space at its ends.
    static func lines(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar == "\n" || scalar == "\t" || scalar == "\r" {
                clean.append(scalar)
            } else if scalar.isLineBreak {
                clean.append("\n")
            } else if !isInvisible(scalar) {
                clean.append(scalar)
            }
        }
        return String(clean).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isControl || scalar.isDirectionMark
    }

    /// A member's name, cut where it is too long; `nil` if nothing is left.
    static func name(_ text: String) -> String? {
        let name = line(text)
        if name.isEmpty { return nil }
        return Limits.isName(name) ? name : ImportedText.cut(name, to: Limits.nameScalars)
    }
}
