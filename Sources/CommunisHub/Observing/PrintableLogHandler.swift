import CommunisCore
import Logging

/// Log lines for people: one line for each event, and nothing in it that drives a terminal, whoever
/// the words are from.
struct PrintableLogHandler: LogHandler {
    private var handler: any LogHandler

    /// - Parameter handler: what writes the lines.
    init(_ handler: any LogHandler) { self.handler = handler }

    var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = Self.printable(newValue) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue.map { "\(Self.printable("\($0)"))" } }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(Self.printable("\(event.message)"))"
        var metadata = event.metadata ?? [:]
        if let error = event.error { metadata["error"] = "\(error)" }
        event.error = nil
        event.metadata = Self.printable(metadata)
        handler.log(event: event)
    }

    private static func printable(_ metadata: Logger.Metadata) -> Logger.Metadata {
        metadata.mapValues { "\(printable("\($0)"))" }
    }

    private static func printable(_ text: String) -> String {
        text.escapingUnprintable.replacing("\n", with: "\\n")
    }
}
