import Foundation

/// Text as the words by which it is found.
///
/// Words are folded: in lower case, without diacritics, in one form where Unicode has several. A
/// run of a script that is written without spaces (Chinese, Japanese, Thai, …) has no words that a
/// program could see; it becomes its pairs of neighbours and its single characters, so that a word
/// of two characters, the most usual length in Chinese, is found wherever it stands.
enum Segmentation {
    /// A piece of text between what separates words.
    enum Piece: Hashable {
        /// Letters and digits of a script that is written with spaces.
        case word(String)
        /// Characters of a script that is written without.
        case run([Unicode.Scalar])
    }

    /// A longer word is cut: nobody types it, but a text may hold it.
    static let longestWord = 64

    /// The terms of a text with spaces between: what the index holds.
    static func segmented(_ text: String) -> String {
        if let segmented = segmentedASCII(text) { return segmented }
        var result = ""
        forEachPiece(of: text) { piece in
            for term in terms(of: piece) {
                if !result.isEmpty { result.append(" ") }
                result.append(term)
            }
        }
        return result
    }

    /// The same for a text of ASCII, byte by byte: most texts are, and a board is indexed whole
    /// after an upgrade. `nil` for others.
    private static func segmentedASCII(_ text: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var length = 0
        for byte in text.utf8 {
            switch byte {
            case 0x80...: return nil
            case 0x30...0x39, 0x61...0x7A, 0x41...0x5A:
                if length == 0 && !bytes.isEmpty { bytes.append(0x20) }
                if length < longestWord { bytes.append(byte < 0x41 ? byte : byte | 0x20) }
                length += 1
            case UInt8(ascii: "'"): break
            default: length = 0
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The terms of a segmented text, in its order. By bytes: a mark behind a space makes one
    /// character with it, at which a string does not split.
    static func split(_ segmented: String) -> [String] {
        segmented.utf8.split(separator: 0x20).map { String(Substring($0)) }
    }

    /// The pieces of a text in its order.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        forEachPiece(of: text) { pieces.append($0) }
        return pieces
    }

    /// The terms under which a piece stands in the index.
    static func terms(of piece: Piece) -> [String] {
        switch piece {
        case .word(let word): [word]
        case .run(let run): run.map { String($0) } + pairs(run)
        }
    }

    /// Each character with the one after it.
    static func pairs(_ run: [Unicode.Scalar]) -> [String] {
        zip(run, run.dropFirst()).map { first, second in String(first) + String(second) }
    }

    /// Whether a term is of a script that is written without spaces.
    static func isOfRun(_ term: some StringProtocol) -> Bool {
        term.unicodeScalars.first?.isUnspaced ?? false
    }

    private static func forEachPiece(of text: String, _ body: (Piece) -> Void) {
        var word = String.UnicodeScalarView()
        var length = 0
        var run: [Unicode.Scalar] = []
        func end() {
            if length > 0 { body(.word(String(word))) }
            if !run.isEmpty { body(.run(run)) }
            word.removeAll(keepingCapacity: true)
            length = 0
            run.removeAll(keepingCapacity: true)
        }
        for scalar in folded(text).unicodeScalars {
            if scalar.isUnspaced {
                if length > 0 { end() }
                run.append(scalar)
            } else if scalar.isOfWord {
                if !run.isEmpty { end() }
                if length < longestWord { word.append(scalar) }
                length += 1
            } else if !scalar.isApostrophe {
                // An apostrophe joins: "don't" is found as "dont", "auto's" as "autos".
                end()
            }
        }
        end()
    }

    /// Lower case, compatibility forms and diacritics taken away.
    static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var scalars = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
        where !scalar.isDiacritic {
            switch scalar {
            // Letters that Unicode does not take apart.
            case "ß": scalars.append(contentsOf: "ss".unicodeScalars)
            case "æ": scalars.append(contentsOf: "ae".unicodeScalars)
            case "œ": scalars.append(contentsOf: "oe".unicodeScalars)
            case "ø": scalars.append("o")
            case "đ": scalars.append("d")
            case "ł": scalars.append("l")
            case "ı": scalars.append("i")
            case "ς": scalars.append("σ")
            default: scalars.append(scalar)
            }
        }
        return String(scalars).precomposedStringWithCanonicalMapping
    }
}

extension Unicode.Scalar {
    /// Of Thai, Lao, Burmese, Khmer, Japanese or Chinese.
    fileprivate var isUnspaced: Bool {
        switch value {
        case ..<0x0E00: false
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF:
            properties.isAlphabetic || isMark
        case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
            0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    fileprivate var isOfWord: Bool {
        switch value {
        case 0x30...0x39, 0x61...0x7A: true
        case ..<0x80: false
        default:
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter, .decimalNumber, .letterNumber, .otherNumber:
                true
            default: isMark
            }
        }
    }

    private var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    fileprivate var isApostrophe: Bool {
        self == "'" || self == "\u{2019}" || self == "\u{2BC}" || self == "\u{AD}"
            || self == "\u{200D}"
    }

    /// A mark that may be left out where it is typed: of Latin, Greek, Cyrillic, Hebrew and Arabic.
    fileprivate var isDiacritic: Bool {
        switch value {
        case 0x0300...0x036F, 0x0591...0x05BD, 0x064B...0x065F, 0x0670, 0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF:
            true
        default: false
        }
    }
}
