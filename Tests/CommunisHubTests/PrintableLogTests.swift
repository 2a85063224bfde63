import CommunisCore
import Logging
import Synchronization
import Testing

@testable import CommunisHub

/// What a hub writes for people, where words of a peer or of its answers get into it.
struct PrintableLogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    /// Keeps what another handler would write.
    private struct Keeping: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let words = fields.map { "\($0.key)=\($0.value)" } + ["\(event.message)"]
            lines.all.withLock { $0.append(words.joined(separator: " ")) }
        }
    }

    @Test(
        "An event is one line that drives no terminal",
        arguments: [
            ("\u{1B}[2J", "\\u001B[2J"), ("a\nb\r\n", "a\\nb\\u000D\\n"), ("\u{9B}J", "\\u009BJ"),
            ("\u{202E}x\u{2028}", "\\u202Ex\\u2028"), ("\u{E0041}", "\\uDB40\\uDC41"), ("é", "é"),
        ])
    func oneLine(_ words: String, _ shown: String) {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in PrintableLogHandler(Keeping(lines: lines)) }
        logger[metadataKey: "own"] = "\(words)"
        logger.info("\(words)", metadata: ["peer": "\(words)"])
        logger.info("nested", metadata: ["list": ["\(words)"], "map": ["x": "\(words)"]])
        let written = lines.all.withLock { $0 }
        #expect(written.count == 2)
        #expect(written[0] == "own=\(shown) peer=\(shown) \(shown)")
        #expect(written[1].unicodeScalars.allSatisfy { !$0.isUnprintable })
    }
}
