import CommunisCore
import Testing

struct LimitsTests {
    private func text(_ scalar: Character, _ count: Int) -> String {
        String(repeating: scalar, count: count)
    }

    @Test("A title has at most 200 scalars and 800 bytes")
    func titles() {
        #expect(TextField.title.admits(text("a", 200)))
        #expect(!TextField.title.admits(text("a", 201)))
        #expect(TextField.title.admits(text("\u{1F30D}", 200)))
        #expect(!TextField.title.admits(text("\u{1F30D}", 201)))
        // One character for the eye, three scalars: scalars are what counts.
        #expect(TextField.title.admits(text("\u{65}\u{301}\u{302}", 66)))
        #expect(!TextField.title.admits(text("\u{65}\u{301}\u{302}", 67)))
    }

    @Test("A need has at most 2,000 bytes, a body 32,768")
    func texts() {
        #expect(TextField.need.admits(text("a", 2_000)))
        #expect(!TextField.need.admits(text("a", 2_001)))
        #expect(TextField.need.admits(text("é", 1_000)))
        #expect(!TextField.need.admits(text("é", 1_001)))
        #expect(TextField.body.admits(text("a", 32_768)))
        #expect(!TextField.body.admits(text("a", 32_769)))
        for field in TextField.allCases { #expect(field.admits("")) }
    }

    @Test("A name has at most 100 scalars, however many bytes they are")
    func names() {
        #expect(Limits.isName(""))
        #expect(Limits.isName(text("a", 100)))
        #expect(!Limits.isName(text("a", 101)))
        #expect(Limits.isName(text("\u{1F30D}", 100)))
        #expect(!Limits.isName(text("\u{1F30D}", 101)))
    }

    @Test("A changeset has at most 1,000 changes and 262,144 bytes")
    func changesets() {
        #expect(Limits.changesPerChangeset == 1_000)
        #expect(Limits.payloadBytes == 262_144)
        #expect(Limits.erasedPayloadBytes == 294_144)
    }
}
