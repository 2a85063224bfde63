import CommunisCore
import CommunisStore

/// A person's words in Markdown, on one line, as they are: nothing in them becomes markup, a link,
/// a mention or a reference, in CommonMark or on the sites that extend it.
struct MarkdownText {
    private static let wordJoiner: Unicode.Scalar = "\u{2060}"

    /// The words with a backslash before whatever may be markup (CommonMark 0.31, "Backslash
    /// escapes"; https://github.github.com/gfm for `|`, `~` and links; `$` is mathematics on
    /// GitHub). Sites look for `@name`, `#12`, `GH-12` and `:emoji:` in the text that results, where
    /// no backslash is left: an invisible word joiner (U+2060) keeps these apart.
    let escaped: String

    init(_ text: String) {
        let scalars = Array(text.plain.trimmed.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if "\\`*_{}[]<>#|~&!$:^".unicodeScalars.contains(scalar) { result.append("\\") }
            // `www.` begins a link (GFM, "Autolinks (extension)").
            if scalar == ".", Self.ends(scalars[..<index], with: "www") { result.append("\\") }
            result.append(scalar)
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            if Self.begins(scalar, next, after: scalars[..<index]) {
                result.append(Self.wordJoiner)
            }
        }
        escaped = String(result)
    }

    /// Whether something that sites make a link of may begin with this scalar.
    private static func begins(
        _ scalar: Unicode.Scalar, _ next: Unicode.Scalar?, after before: ArraySlice<Unicode.Scalar>
    ) -> Bool {
        guard let next, !next.properties.isWhitespace else { return false }
        return switch scalar {
        case "@", "#", ":": true
        case "-": ends(before, with: "gh")
        default: false
        }
    }

    private static func ends(_ scalars: ArraySlice<Unicode.Scalar>, with word: String) -> Bool {
        String(String.UnicodeScalarView(scalars.suffix(word.unicodeScalars.count))).lowercased()
            == word
    }
}

extension String {
    /// Without the white space at both ends: `** bold **` is not bold.
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character.isWhitespace }
        let start = drop(while: isSpace)
        return String(start.reversed().drop(while: isSpace).reversed())
    }
}
