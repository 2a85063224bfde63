import CommunisCore
import CommunisStore

/// A stretch of text in one style.
struct Run: Equatable {
    var text: String
    var style: Terminal.Style?

    init(_ text: String, _ style: Terminal.Style? = nil) {
        self.text = text
        self.style = style
    }
}

/// Lays texts out in lines that fit the terminal.
enum Wrapping {
    /// A text of several lines, each broken between words, behind an indent.
    ///
    /// - Parameter width: the columns of the terminal; `nil` breaks nothing.
    static func text(_ text: String, width: Int?, indent: Int = 0) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .flatMap { lines([Run(String($0).printable)], width: width, indent: indent) }
            .joined(separator: "\n")
    }

    /// One line of a text, printable, broken between words where the terminal needs it.
    static func lines(_ runs: [Run], width: Int?, indent: Int = 0) -> [String] {
        let space = String(repeating: " ", count: indent)
        var layout = Layout(width: width.map { max(2, $0 - indent) })
        for run in runs {
            for character in run.text { layout.add(character, run.style) }
        }
        return layout.lines.map { $0.isEmpty ? "" : space + $0 }
    }

    /// Puts characters in lines, word by word.
    private struct Layout {
        struct Glyph {
            var character: Character
            var style: Terminal.Style?
            var width: Int
        }

        /// `nil` for a line of any length.
        let width: Int?
        private var done: [[Glyph]] = []
        private var line: [Glyph] = []
        private var gap: [Glyph] = []
        private var word: [Glyph] = []

        init(width: Int?) { self.width = width }

        var lines: [String] {
            var rest = self
            rest.endWord()
            return (rest.done + [rest.line]).map(Self.styled)
        }

        mutating func add(_ character: Character, _ style: Terminal.Style?) {
            let glyph = Glyph(
                character: character, style: style, width: DisplayWidth.of(character))
            if character.isWhitespace {
                endWord()
                gap.append(glyph)
            } else if glyph.width > 1 {
                // Scripts of wide characters have no spaces: a line may break at any of them.
                endWord()
                word = [glyph]
                endWord()
            } else {
                word.append(glyph)
            }
        }

        /// Puts the word on this line or, if it does not fit, on the next; one that is longer than
        /// a line is broken.
        private mutating func endWord() {
            guard !word.isEmpty else { return }
            if let width, Self.columns(line + gap + word) > width, !line.isEmpty {
                done.append(line)
                line = []
            } else {
                line += gap
            }
            gap = []
            for glyph in word {
                if let width, Self.columns(line) + glyph.width > width, !line.isEmpty {
                    done.append(line)
                    line = []
                }
                line.append(glyph)
            }
            word = []
        }

        private static func columns(_ glyphs: [Glyph]) -> Int {
            glyphs.reduce(0) { $0 + $1.width }
        }

        private static func styled(_ glyphs: [Glyph]) -> String {
            var text = ""
            var rest = glyphs[...]
            while let first = rest.first {
                let run = rest.prefix { $0.style == first.style }
                let words = String(run.map(\.character))
                text += first.style.map { Terminal.styled(words, $0) } ?? words
                rest = rest.dropFirst(run.count)
            }
            return text
        }
    }
}
