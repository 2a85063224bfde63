import CommunisTestSupport
import Testing

@testable import CommunisStore

/// Text as terms.
@Suite struct SegmentationTests {
    private static let examples: [(text: String, terms: String)] = [
        ("Fietspaden, óók 's avonds!", "fietspaden ook s avonds"),
        ("Eén café; coördinator", "een cafe coordinator"),
        ("don't DON’T auto's", "dont dont autos"),
        ("$15-per-hour: 1.5%", "15 per hour 1 5"),
        ("Straße Œuvre Ørsted ŁÓDŹ İstanbul ı", "strasse oeuvre orsted lodz istanbul i"),
        ("Ｕｂｅｒ ﬁets ２", "uber fiets 2"),
        ("ΟΔΟΣ ὁδός", "οδοσ οδοσ"),
        ("計程車", "計 程 車 計程 程車"),
        ("UberX司機 2018年", "uberx 司 機 司機 2018 年"),
        ("がっこう カ\u{3099}", "が っ こ う がっ っこ こう ガ"),
        ("한국어 말", "한국어 말"),
        ("हिन्दी", "हिन्दी"),
        ("🚲 … ?! \"AND\" * \0 ()", "and"),
        ("", ""),
    ]

    @Test("Words are folded, runs become pairs and characters")
    func terms() {
        for (text, terms) in Self.examples {
            #expect(Segmentation.segmented(text) == terms, "\(text)")
        }
    }

    @Test("Terms are letters and digits with single spaces, and stay what they are")
    func properties() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array(
            "abcXYZ019 .,'-\"*()éÉñüßæøœłđ计計程車あカガー한국กำลังงานเขา\u{301}\u{308}\0\n🚲Ａﬁ²½ΣςИй"
                .unicodeScalars)
        for _ in 0..<5_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<generator.below(30) {
                scalars.append(alphabet[generator.below(alphabet.count)])
            }
            let segmented = Segmentation.segmented(String(scalars))
            let terms = Segmentation.split(segmented)
            #expect(terms.joined(separator: " ") == segmented, "\(segmented.debugDescription)")
            #expect(
                segmented.utf8.allSatisfy {
                    $0 >= 0x80 || $0 == 0x20 || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0
                }, "\(segmented.debugDescription)")
            // Each term alone is one of its own terms.
            for term in terms {
                let again = Segmentation.split(Segmentation.segmented(term))
                #expect(again.contains(term), "\(term.debugDescription) gives \(again)")
            }
        }
    }

    @Test("A text of ASCII gives what it gives beside another character")
    func ascii() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<3_000 {
            let bytes = (0..<generator.below(90)).map { _ in
                generator.below(3) == 0 ? UInt8(generator.below(128)) : UInt8(ascii: "a")
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let beside = Segmentation.split(Segmentation.segmented(text + " é"))
            #expect(Segmentation.split(Segmentation.segmented(text)) + ["e"] == beside)
        }
    }

    @Test("A long word is cut, in a text as in a search")
    func longWords() {
        let word = String(repeating: "a", count: 1_000)
        let cut = String(repeating: "a", count: Segmentation.longestWord)
        #expect(Segmentation.segmented(word) == cut)
        #expect(SoughtWord.words(of: word) == [SoughtWord(term: cut)])
    }

    @Test("What is sought are different words and pairs, so many and no more")
    func soughtWords() {
        #expect(
            SoughtWord.words(of: "Een bank, een BANK 計程車 車").map(\.term)
                == ["een", "bank", "計程", "程車", "車"])
        let many = (0..<10_000).map { "word\($0)" }.joined(separator: " ")
        #expect(SoughtWord.words(of: many).count == SoughtWord.limit)
        #expect(SoughtWord.words(of: "?! \" ' * (").isEmpty)
    }

    @Test("Forms of words")
    func forms() {
        let pairs = [
            ("laadpaal", "laadpal"), ("laadpalen", "laadpaal"), ("huizen", "huis"),
            ("huis", "huiz"), ("brieven", "brief"), ("bussen", "bus"), ("paden", "pad"),
            ("cities", "city"), ("city", "citie"), ("taxes", "tax"), ("groene", "groen"),
        ]
        for (word, beginning) in pairs {
            #expect(WordForms.beginnings(word).contains(beginning), "\(word)")
            #expect(!WordForms.beginnings(word).contains(word))
        }
        #expect(WordForms.beginnings("bus").isEmpty && WordForms.beginnings("計程車輛").isEmpty)
    }
}
