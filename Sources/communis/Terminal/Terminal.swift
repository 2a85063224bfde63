import CommunisCore
import CommunisStore
import Foundation

/// Standard output and error, as a person or a script sees them.
enum Terminal {
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The width of the terminal in columns; `nil` where the output is none.
    static var width: Int? {
        guard isOutputTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Words for people, or JSON, whose strings hold nothing unprintable.
    ///
    /// Whatever is in them, no terminal is driven by it: of all that is unprintable only the styles
    /// of `styled` and line ends reach one. Where standard output is none, the text is left as it is.
    static func write(_ text: String) {
        let text = isOutputTerminal ? inStyle(text) : text
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            self.error(say("the output cannot be written; check the disk or the pipe"))
            exit(Failure.inputOutput)
        }
    }

    static func line(_ phrase: Phrase = "") { write(say(phrase) + "\n") }

    /// One line on standard error.
    static func error(_ text: String) {
        note("communis: \(text)\n")
    }

    /// Part of a conversation with a person, on standard error.
    static func note(_ text: String) {
        let text = isErrorTerminal ? text.escapingUnprintable : text
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    static func warning(_ phrase: Phrase) { error(say("warning: \(phrase)")) }

    static func warn(of doubt: ClockDoubt?) {
        switch doubt {
        case .behind(let duration):
            warning(
                """
                this computer's clock is \(span(duration)) behind what this board has already \
                seen; your change is kept, set the clock
                """)
        case .ahead(let duration):
            warning(
                """
                this computer's clock is \(span(duration)) ahead of the last change on this \
                board; if it is wrong, other copies wait that long before they show your change
                """)
        case nil: return
        }
    }

    static func span(_ duration: Duration) -> Phrase {
        let seconds = duration.components.seconds
        return switch seconds {
        case ..<120: "\(Int(seconds), "second", "seconds")"
        case ..<7_200: "\(Int(seconds) / 60, "minute", "minutes")"
        case ..<172_800: "\(Int(seconds) / 3_600, "hour", "hours")"
        default: "\(Int(seconds) / 86_400, "day", "days")"
        }
    }

    // MARK: - Colour

    enum Style: String, CaseIterable {
        case bold = "1"
        case faint = "2"
        case green = "32"
        case red = "31"
        case yellow = "33"
        case cyan = "36"
    }

    /// Whether colour is wanted: on a terminal that has it, and never with NO_COLOR
    /// (https://no-color.org).
    static var isColoured: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isOutputTerminal && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb"
    }

    static func styled(_ text: String, _ style: Style) -> String {
        isColoured ? mark(style.number) + text + mark(endNumber) : text
    }

    /// Where a style begins or ends in a text until it is written: a noncharacter, which Unicode keeps
    /// for what a program needs inside itself. No text of others brings one here (`printable`).
    private static func mark(_ number: UInt32) -> String {
        Unicode.Scalar(firstMark + number).map { String($0) } ?? ""
    }

    private static let firstMark: UInt32 = 0xFDD0
    /// The mark where every style ends.
    private static let endNumber: UInt32 = 0x1F

    /// A text with the terminal's own words for styles in place of their marks.
    private static func inStyle(_ text: String) -> String {
        text.replacingUnprintable { scalar in
            if scalar.value == firstMark + endNumber { return "\u{1B}[0m" }
            let style = Style.allCases.first { scalar.value == firstMark + $0.number }
            return style.map { "\u{1B}[\($0.rawValue)m" } ?? String(scalar).escapingUnprintable
        }
    }

    /// A text without styles, for what is no terminal.
    static func unstyled(_ text: String) -> String {
        String(text.unicodeScalars.filter { !(firstMark...firstMark + endNumber ~= $0.value) })
    }
}

extension Terminal.Style {
    /// The code of the style tells its mark too.
    fileprivate var number: UInt32 { UInt32(rawValue).map { $0 < 30 ? $0 : $0 - 20 } ?? 0 }
}
