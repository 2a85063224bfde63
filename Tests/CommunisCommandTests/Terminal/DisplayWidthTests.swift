import Testing

@testable import communis

struct DisplayWidthTests {
    static let texts: [(text: String, width: Int)] = [
        ("", 0), ("a", 1), ("Zażółć", 6), ("e\u{301}", 1), ("a\u{20DD}", 1), ("汉字", 4),
        ("ひらがな", 8), ("カタカナ", 8), ("ｶﾀｶﾅ", 4), ("ﾊﾟ", 2), ("Ａ！", 4), ("한글", 4),
        // Hangul in three letters, decomposed.
        ("\u{1112}\u{1161}\u{11AB}", 2), ("￦", 2), ("￩", 1),
        ("👍", 2), ("👍🏽", 2), ("☝🏽", 2), ("👩‍👩‍👧‍👦", 2), ("🏳️‍🌈", 2), ("❤️‍🔥", 2), ("🇳🇱", 2), ("🇳", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("1️⃣", 2), ("☎️", 2), ("☎", 1), ("✓", 1), ("…", 1), ("©", 1), ("😀", 2),
        ("⌚", 2), ("🈁", 2), ("\u{200B}", 0), ("\u{200D}", 0), ("\u{FEFF}", 0), ("\u{AD}", 1),
        ("שלום", 4), ("שָׁלוֹם", 4), ("مرحبا", 5), ("ไทย", 3), ("ที่", 1), ("ａ́", 2), ("〒", 2), ("〿", 1),
        ("Åse", 3), ("𠀋", 2), ("𝒳", 1), ("\u{0}", 0), ("\t", 0), ("\r\n", 0), ("#", 1), ("7", 1),
    ]

    @Test func knownTexts() {
        for (text, width) in Self.texts {
            let scalars = text.unicodeScalars.map { String($0.value, radix: 16) }
            #expect(DisplayWidth.of(text) == width, "\(text) \(scalars)")
        }
    }

    /// Every scalar: by its properties where they decide, and within 0 and 2 everywhere.
    @Test func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let width = DisplayWidth.of(Character(scalar))
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator:
                if width != 0 { Issue.record("U+\(String(value, radix: 16)) takes \(width)") }
            case .format:
                if width != (value == 0xAD ? 1 : 0) {
                    Issue.record("U+\(String(value, radix: 16)) takes \(width)")
                }
            default:
                let isEmoji =
                    properties.isEmojiPresentation
                    && !(0x1F1E6...0x1F1FF).contains(value)
                let isIdeograph =
                    properties.isIdeographic && value != 0x3007
                    && !(0x16FE4...0x16FE4).contains(value)
                if isEmoji || isIdeograph, width != 2 {
                    Issue.record("U+\(String(value, radix: 16)) takes \(width)")
                }
                if value < 0x1100, width > 1 {
                    Issue.record("U+\(String(value, radix: 16)) takes \(width)")
                }
            }
        }
    }

    /// The ends of the ranges of EastAsianWidth.txt, and what stands beside them.
    @Test(
        arguments: [
            (0x1100, 2), (0x115F, 2), (0x1160, 0), (0x11FF, 0), (0x1200, 1), (0x2E80, 2),
            (0x303E, 2),
            (0x303F, 1), (0x3041, 2), (0x4DBF, 2), (0x4DC0, 1), (0x4DFF, 1), (0x4E00, 2),
            (0xA4C6, 2),
            (0xA4D0, 1), (0xABFF, 1), (0xAC00, 2), (0xD7A3, 2), (0xD7B0, 0), (0xF900, 2),
            (0xFAD9, 2),
            (0xFB00, 1), (0xFF00, 1), (0xFF01, 2), (0xFF60, 2), (0xFF61, 1), (0xFFDC, 1),
            (0xFFE0, 2),
            (0xFFE6, 2), (0xFFE8, 1), (0x1F321, 1), (0x1F320, 2), (0x20000, 2), (0x3FFFD, 2),
            (0xE0000, 1),
        ] as [(UInt32, Int)])
    func theEndsOfTheRanges(value: UInt32, width: Int) throws {
        #expect(DisplayWidth.of(Character(try #require(Unicode.Scalar(value)))) == width)
    }

    @Test func cuttingNeverExceeds() {
        for (text, width) in Self.texts {
            let long = text + "汉👩‍👩‍👧‍👦" + text
            for columns in 0...(2 * width + 6) {
                let cut = DisplayWidth.cut(long, to: columns)
                #expect(DisplayWidth.of(cut) <= columns, "\(long) to \(columns)")
                if columns >= DisplayWidth.of(long) { #expect(cut == long) }
            }
        }
        #expect(DisplayWidth.cut("abcdef", to: 4) == "abc…")
        #expect(DisplayWidth.cut("汉字汉字", to: 4) == "汉…")
    }
}

struct TableTests {
    private func table() -> Table {
        var table = Table([
            .init(title: "ref"), .init(title: "score", isRight: true),
            .init(title: "pass", isRight: true, rank: 1), .init(title: "status", rank: 2),
            .init(title: "title"),
        ])
        table.add(["4f7kq", "12", "0", "recognised", "A bench 汉字 👩‍👩‍👧‍👦 at the stop of the bus"])
        table.add(["q8w3r", "-1", "3", "open", "Short"])
        return table
    }

    @Test func nothingIsCutWhereThereIsNoTerminal() {
        #expect(
            table().text(width: nil) == """
                ref    score  pass  status      title
                4f7kq     12     0  recognised  A bench 汉字 👩‍👩‍👧‍👦 at the stop of the bus
                q8w3r     -1     3  open        Short

                """)
    }

    @Test func fitsEveryWidth() {
        for width in 24...120 {
            let lines = table().text(width: width).split(separator: "\n")
            #expect(lines.count == 3)
            for line in lines {
                #expect(DisplayWidth.of(String(line)) <= width, "\(width): \(line)")
            }
            // What names an idea and what it is called are never left out.
            #expect(lines[1].hasPrefix("4f7kq") && lines[0].contains("title"))
        }
    }

    @Test func leavesOutWhatMattersLess() {
        func header(_ width: Int) -> Substring {
            table().text(width: width).split(separator: "\n")[0]
        }
        #expect(header(80).contains("pass") && header(80).contains("status"))
        #expect(!header(45).contains("pass") && header(45).contains("status"))
        #expect(!header(35).contains("status") && header(35).contains("score"))
    }
}
