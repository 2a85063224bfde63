import CommunisCore
import Foundation
import Testing

/// What may reach a terminal, by every scalar that there is.
struct PrintableTextTests {
    private static let unprintable: [ClosedRange<UInt32>] = [
        0...0x1F, 0x7F...0x9F, 0x61C...0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x206F,
        0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF, 0xE0000...0xE007F,
    ]

    @Test func everyScalar() throws {
        let decoder = JSONDecoder()
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isListed =
                Self.unprintable.contains { $0.contains(value) } || value & 0xFFFE == 0xFFFE
            if scalar.isUnprintable != isListed { Issue.record("U+\(String(value, radix: 16))") }
            let text = String(scalar)
            let escaped = text.escapingUnprintable
            if !isListed || scalar == "\n" {
                if escaped != text { Issue.record("U+\(String(value, radix: 16)) is escaped") }
                continue
            }
            if !escaped.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) {
                Issue.record("U+\(String(value, radix: 16)) is left")
            }
            let decoded = try decoder.decode([String].self, from: Data("[\"\(escaped)\"]".utf8))
            if decoded.first?.unicodeScalars.first != scalar {
                Issue.record("U+\(String(value, radix: 16)) is another in JSON")
            }
            let printable = text.printable
            if !(printable == "" || printable == " ") {
                Issue.record("U+\(String(value, radix: 16)) is printed")
            }
        }
    }

    @Test func formsOfATextThatIsHostile() {
        let text = "a\u{1B}[2J\tb\r\nc\u{202E}\u{200F}d\u{301}"
        #expect(text.printable == "a[2J b  cd\u{301}")
        #expect(text.printableLines == "a[2J b\ncd\u{301}")
        #expect(text.plain == "a[2J b  c\u{200F}d\u{301}")
        #expect(text.escapingUnprintable == "a\\u001B[2J\\u0009b\\u000D\nc\\u202E\\u200Fd\u{301}")
        #expect("\u{E0041}".escapingUnprintable == "\\uDB40\\uDC41")
    }

    @Test func scriptsAndEmojiAreLeftAsTheyAre() {
        for text in ["👩‍👩‍👧‍👦", "🏳️‍🌈", "می‌خواهم", "क्‍ष", "שָׁלוֹם", "漢字", "e\u{301}", "a\u{AD}b"] {
            #expect(text.printable == text && text.escapingUnprintable == text)
        }
    }
}
