import CommunisCore

/// The guard of a person's words against spreadsheets, which run a cell as a formula that begins
/// with one of a few signs (OWASP, "CSV Injection").
///
/// An apostrophe stands where a formula could begin: at the start of a cell, and behind each
/// semicolon, tab or line break in it. A spreadsheet parts cells there where its list separator is
/// not the comma, as in many languages; the quotation marks around the whole are then no such marks
/// any more, since they do not begin a cell. Apostrophes, quotation marks, white space and what is
/// invisible may stand before the sign, as spreadsheets pass over some of these.
///
/// A text that has an apostrophe in such a place itself gets one more: taking one off at each place
/// brings back every text. Exports of before that guarded the start of a cell only are read by the
/// same rule, since what was not guarded has no apostrophe to take off.
///
/// By scalars: a combining mark after an apostrophe or a quotation mark makes another character of
/// it, for Swift and for no spreadsheet.
extension CSVWriter {
    /// A text in which no formula can begin.
    package static func guarded(_ text: String) -> String {
        guard text.partsCells else {
            return begins(text.unicodeScalars, isCell: true) ? "'" + text : text
        }
        var result = String.UnicodeScalarView()
        forEachScalar(of: text) { scalar, isGuarded in
            if isGuarded { result.append("'") }
            result.append(scalar)
        }
        return String(result)
    }

    /// A text as it was before `guarded`.
    package static func unguarded(_ text: String) -> String {
        if !text.utf8.contains(UInt8(ascii: "'")) { return text }
        var result = String.UnicodeScalarView()
        forEachScalar(of: text) { scalar, isGuarded in
            if !isGuarded || scalar != "'" { result.append(scalar) }
        }
        return String(result)
    }

    /// Tells of each scalar whether a cell may begin with it, and in the cell a formula.
    private static func forEachScalar(
        of text: String, _ body: (Unicode.Scalar, _ isGuarded: Bool) -> Void
    ) {
        let scalars = text.unicodeScalars
        var previous: Unicode.Scalar?
        for index in scalars.indices {
            let isStart = previous?.partsCells ?? true
            body(
                scalars[index],
                isStart && begins(scalars[index...], isCell: index == scalars.startIndex))
            previous = scalars[index]
        }
    }

    /// Whether a formula begins here.
    ///
    /// - Parameter isCell: whether it is the start of the whole cell, where spreadsheets pass over
    ///   tabs and line ends too.
    private static func begins(_ rest: some Collection<Unicode.Scalar>, isCell: Bool) -> Bool {
        if let sign = rest.first(where: { !$0.isPassedOver }), sign.beginsFormula { return true }
        let next = isCell ? rest.first { $0 != "'" } : nil
        return next == "\t" || next == "\r" || next == "\n"
    }
}

extension String {
    /// Whether a spreadsheet may see more cells than one in the text, if commas part none.
    var partsCells: Bool {
        utf8.contains {
            switch $0 {
            // What parts cells beyond ASCII begins with one of the last two.
            case UInt8(ascii: ";"), 0x09...0x0D, 0xC2, 0xE2: true
            default: false
            }
        } && unicodeScalars.contains(where: \.partsCells)
    }
}

extension Unicode.Scalar {
    /// Whether a spreadsheet may begin a new cell behind it, though it stands in one.
    var partsCells: Bool { self == ";" || self == "\t" || isLineBreak }

    /// The signs, and their full-width forms.
    fileprivate var beginsFormula: Bool {
        switch self {
        case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    fileprivate var isPassedOver: Bool {
        if partsCells { return false }
        return self == "'" || self == "\"" || isSpace || isInvisible
    }
}
