import Foundation
import Testing

/// Texts that cannot stand on a board.
struct TextTests {
    let folder = TestFolder()

    init() throws { try folder.makeBoard() }

    @Test(arguments: ["", " ", "\t\n", "\u{3000}"])
    func anEmptyTitle(title: String) throws {
        try folder.unchanged {
            expectRefusal(try folder.run("submit", title), 65, "title is empty")
        }
    }

    @Test func aBodyOf10MB() throws {
        let body = Data(repeating: 0x61, count: 10 * 1_024 * 1_024)
        let ref = try folder.submit("A bench")
        try folder.unchanged {
            expectRefusal(
                try folder.run("submit", "x", "--body", "-", input: body), 65, "32768 bytes")
            expectRefusal(try folder.run("comment", ref, "-", input: body), 65, "32768 bytes")
        }
    }

    @Test func aBodyWithoutEnd() throws {
        try folder.unchanged {
            let outcome = try folder.shell("yes 2>/dev/null | \"$PROGRAM\" submit x --body -")
            expectRefusal(outcome, 65, "32768 bytes")
        }
    }

    @Test func aTitleOf100KB() throws {
        try folder.unchanged {
            expectRefusal(
                try folder.run("submit", String(repeating: "a", count: 100_000)), 65,
                "200 characters")
        }
    }

    @Test(arguments: [#"\377"#, #"a\200b"#, #"\300\257"#, #"\355\240\200"#, #"caf\351"#])
    func invalidUTF8(octal: String) throws {
        let ref = try folder.submit("A bench")
        try folder.unchanged {
            let word = "\"$(printf '\(octal)')\""
            for words in [
                "submit \(word)", "submit x --need \(word)", "submit x --tag \(word)",
                "comment \(ref) \(word)", "me \(word)", "vote \(word)", "vote \(ref) --as \(word)",
            ] {
                let outcome = try folder.shell("exec \"$PROGRAM\" \(words)")
                expectRefusal(outcome, 65, "not valid UTF-8")
            }
            let piped = try folder.shell("printf '\(octal)' | \"$PROGRAM\" submit x --body -")
            expectRefusal(piped, 65, "not valid UTF-8")
        }
    }

    @Test(arguments: [0x01, 0x07, 0x08, 0x0B, 0x1B, 0x7F, 0x85, 0x9B])
    func aControlCharacterInATitle(value: UInt32) throws {
        try expectNowhere(value)
    }

    @Test(arguments: [
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x2028, 0x2029,
    ])
    func aBidiOverrideOrLineSeparatorInATitle(value: UInt32) throws {
        try expectNowhere(value)
    }

    private func expectNowhere(_ value: UInt32) throws {
        let character = Character(try #require(Unicode.Scalar(value)))
        let code = String(value, radix: 16, uppercase: true)
        try folder.unchanged {
            expectRefusal(try folder.run("submit", "a\(character)b"), 65, "U+\(code)")
            expectRefusal(try folder.run("submit", "x", "--tag", "a\(character)b"), 65, "U+\(code)")
            expectRefusal(
                try folder.run("submit", "x", "--body", "a\(character)b"), 65, "U+\(code)")
            expectRefusal(try folder.run("me", "bob", "--name", "a\(character)b"), 65, "U+\(code)")
        }
    }

    @Test func textsOfEveryScriptAreKept() throws {
        for title in ["汉字 自行车", "שלום עולם", "مرحبا", "👩‍👩‍👧‍👦 🚲", "e\u{301}", "ﬁ ½ ™", "नमस्ते"] {
            let ref = try folder.submit(title)
            let shown = try folder.succeed("show", ref, "--json").json()["title"].string
            #expect(shown == title.precomposedStringWithCanonicalMapping)
        }
    }
}
