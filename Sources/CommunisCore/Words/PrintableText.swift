// The one rule of what may reach a terminal: every form of a text below is made of it.

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

    /// Whether it may not reach a terminal as it is: it could drive the terminal, make one text look
    /// like another, or hide a text in one that is seen.
    ///
    /// These are the controls (C0, DEL and C1), line and paragraph separators, everything invisible
    /// that turns the direction of writing (UAX #9), byte order marks, interlinear annotations, tags,
    /// and noncharacters, by which this program marks styles. Joiners and variation selectors are
    /// not among them: many scripts and emoji are written with them.
    package var isUnprintable: Bool {
        switch value {
        case 0x20...0x7E: false
        case 0...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x206F: true
        case 0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF, 0xE0000...0xE007F: true
        default: value & 0xFFFE == 0xFFFE
        }
    }

    /// Whether nothing is drawn for it, and no script or emoji is written with it: a name that holds
    /// one looks like another name.
    package var isInvisible: Bool {
        if isUnprintable { return true }
        switch value {
        // Joiners and variation selectors.
        case 0x034F, 0x200C...0x200D, 0xFE00...0xFE0F, 0xE0100...0xE01EF: return false
        default:
            return properties.isDefaultIgnorableCodePoint
                || properties.generalCategory == .format
        }
    }
}

extension String {
    /// The text as it may stand on a terminal or in a message: on one line, and without what is
    /// unprintable.
    package var printable: String {
        if utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return self }
        return onOneLine { $0.isUnprintable }
    }

    /// Printable, with its lines kept.
    package var printableLines: String { lines(\.printable) }

    /// The text as it may stand in a document, which no terminal shows: on one line, without control
    /// characters and without explicit embeddings, overrides and isolates. Marks that scripts are
    /// written with from right to left stay.
    package var plain: String { onOneLine { $0.isControl || $0.isDirectionMark } }

    /// Plain, with its lines kept.
    package var plainLines: String { lines(\.plain) }

    /// The printable text between quotation marks, cut to a length that fits a message.
    package var quoted: String {
        let text = printable
        return text.count > 40 ? "\"\(text.prefix(40))…\"" : "\"\(text)\""
    }

    /// The whole text, its lines too, with `\u202E` in place of what is unprintable, as JSON has it: a
    /// JSON document stays the same one.
    package var escapingUnprintable: String { replacingUnprintable(with: \.jsonEscape) }

    /// The whole text, its lines too, with other words in place of what is unprintable.
    package func replacingUnprintable(with words: (Unicode.Scalar) -> String) -> String {
        let isHarmless: (UInt8) -> Bool = { byte in
            switch byte {
            case 0x0A, 0x20...0x7E: true
            // All that is unprintable beyond ASCII begins with one of these bytes.
            case 0xC2, 0xD8, 0xE2, 0xEF, 0xF0...0xF4: false
            default: byte >= 0x80
            }
        }
        if utf8.allSatisfy(isHarmless) { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isUnprintable, scalar != "\n" {
                result.append(contentsOf: words(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Line breaks and tabs as spaces, without what is left out.
    private func onOneLine(leavingOut isLeftOut: (Unicode.Scalar) -> Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isLineBreak || scalar == "\t" {
                result.append(" ")
            } else if !isLeftOut(scalar) {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private func lines(_ form: (String) -> String) -> String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { form(String($0)) }.joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    /// `\u001B`; two of these, as UTF-16 has it, beyond the first plane (RFC 8259, "Strings").
    fileprivate var jsonEscape: String {
        UTF16.encode(self)?.reduce(into: "") { text, unit in
            let digits = String(unit, radix: 16, uppercase: true)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } ?? ""
    }
}
