import CommunisCore
import Foundation

/// A bar on standard error for work that takes long; nothing where that is no terminal.
final class ProgressBar {
    private static let width = 30
    private let isShown = Terminal.isErrorTerminal
    private var last = ""

    /// Draws anew when the percentage changes.
    func show(_ what: Phrase, _ share: Double) {
        guard isShown else { return }
        let percent = Int(min(1, max(0, share)) * 100)
        let filled = percent * Self.width / 100
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: Self.width - filled)
        let text = "\(say(what)) \(bar) \(percent) %"
        guard text != last else { return }
        last = text
        put("\r\(text)\u{1B}[K")
    }

    func show(_ what: Phrase, _ done: Int, _ total: Int) {
        show(what, total == 0 ? 1 : Double(done) / Double(total))
    }

    /// Takes the bar away.
    func end() {
        if !last.isEmpty { put("\r\u{1B}[K") }
        last = ""
    }

    deinit { end() }

    private func put(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
