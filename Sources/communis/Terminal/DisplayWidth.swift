/// How many columns of a terminal a text takes.
///
/// By Unicode Standard Annex #11 (East Asian Width) as terminals apply it: two for wide and
/// fullwidth characters, none for marks that join the character before, and one for what is
/// ambiguous. A sequence that is drawn as one emoji (Unicode Technical Standard #51) takes two,
/// however many scalars it has.
enum DisplayWidth {
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    static func of(_ character: Character) -> Int {
        if isEmoji(character) { return 2 }
        return character.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    /// The text cut to so many columns, with an ellipsis if something was cut.
    static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        var width = 0
        let kept = text.prefix { character in
            width += of(character)
            return width <= columns - 1
        }
        return columns > 0 ? kept + "…" : ""
    }

    /// The text with spaces behind it to so many columns.
    static func pad(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - of(text)))
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        // The common case first: printable ASCII.
        if (0x20...0x7E).contains(scalar.value) { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator:
            return 0
        // A soft hyphen is drawn; other format characters are not.
        case .format: return scalar.value == 0xAD ? 1 : 0
        default: break
        }
        // Vowels and final consonants of Hangul, drawn into the block of the consonant before.
        if isJoiningJamo(scalar.value) { return 0 }
        return isWide(scalar.value) ? 2 : 1
    }

    /// Whether a character is drawn as an emoji: one that is by default, two letters of a flag, or
    /// one that a variation selector, a skin tone or a joiner makes one.
    private static func isEmoji(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard let first = scalars.first, first.value > 0x22, first.properties.isEmoji else {
            return false
        }
        if isRegionalIndicator(first) { return scalars.count > 1 }
        if first.properties.isEmojiPresentation { return true }
        return scalars.dropFirst().contains {
            $0.value == 0xFE0F || $0.value == 0x200D || $0.properties.isEmojiModifier
        }
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    private static func isJoiningJamo(_ value: UInt32) -> Bool {
        (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FB).contains(value)
    }

    /// East_Asian_Width W or F, but for emoji: the ranges of EastAsianWidth.txt 14.0, joined over
    /// code points that are not assigned.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
            0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
            0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FF,
            0x1F200...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
