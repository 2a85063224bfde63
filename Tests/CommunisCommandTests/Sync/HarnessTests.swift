import Foundation
import Testing

/// `negentropy-harness`, from outside: two of them are led through a session by a script of lines.
@Suite struct HarnessTests {
    private static let program = Program.executable("negentropy-harness")

    private func run(_ lines: [String], limit: String? = nil) throws -> Outcome {
        let folder = TestFolder()
        return try folder.start(
            words: [Self.program], input: Data(lines.map { $0 + "\n" }.joined().utf8),
            environment: limit.map { ["FRAMESIZELIMIT": $0] } ?? [:]
        ).wait()
    }

    private func item(_ timestamp: UInt64, _ byte: String) -> String {
        "item,\(timestamp),\(String(repeating: byte, count: 32))"
    }

    @Test func answersAsTheProtocolSays() throws {
        let outcome = try run([item(12_345, "ee"), "seal", "msg,6100000200"])
        #expect(outcome.code == 0)
        #expect(outcome.output == "msg,6100000201\(String(repeating: "ee", count: 32))\n")
    }

    @Test func learnsTheDifference() throws {
        let client = [item(1, "aa"), item(2, "bb"), "seal", "initiate"]
        let initiated = try run(client).output
        let answered = try run(
            [item(2, "bb"), item(.max - 1, "cc"), "seal", String(initiated.dropLast())]
        ).output
        let learned = try run(client + [String(answered.dropLast())])
        #expect(learned.code == 0)
        #expect(
            learned.output == initiated + "have,\(String(repeating: "aa", count: 32))\n"
                + "need,\(String(repeating: "cc", count: 32))\ndone\n")
    }

    @Test(
        "What is no line or no message ends it without an answer",
        arguments: [
            ["seal", "msg,"], ["seal", "msg,61000003"], ["seal", "msg,6"], ["msg,6100000200"],
            ["item,18446744073709551615," + String(repeating: "aa", count: 32)], ["item,1,aa"],
            ["initiate"], ["seal", "seal it"],
            ["seal", "item,1," + String(repeating: "a", count: 64)],
        ])
    func refusals(_ lines: [String]) throws {
        let outcome = try run(lines)
        #expect(outcome.code == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors != "")
    }

    @Test func frameLimit() throws {
        let items = (0..<400).map { number in
            "item,7," + String(repeating: "0", count: 60) + String(format: "%04x", number)
        }
        let whole = try run(items + ["seal", "msg,6100000200"])
        let cut = try run(items + ["seal", "msg,6100000200"], limit: "4096")
        #expect(whole.output.count > 2 * 400 * 32)
        #expect(cut.output.count < 2 * 4_096 + 5)
        #expect(try run(["seal"], limit: "100").code == 1)
    }
}
