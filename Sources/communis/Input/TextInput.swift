import CommunisCore
import CommunisStore
import Foundation

/// Texts that people type, checked before they are written for ever.
enum TextInput {
    /// A title or name: one line, trimmed, NFC-normalised, not empty.
    static func line(_ text: String, _ what: Phrase, scalars: Int) throws -> String {
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .precomposedStringWithCanonicalMapping
        guard !line.isEmpty else {
            throw Failure(Failure.data, "the \(what) is empty", "give it some words")
        }
        guard line.utf8.count <= 4 * scalars, line.unicodeScalars.count <= scalars else {
            throw Failure(
                Failure.data, "the \(what) is longer than \(scalars) characters", "shorten it")
        }
        try checkCharacters(line, what, allowsLines: false)
        return line
    }

    /// A tag: in lowercase, so that it is found however it is typed.
    static func tag(_ text: String) throws -> String {
        try line(text.lowercased(), "tag", scalars: Limits.nameScalars)
    }

    /// A text of several lines; `-` reads it from standard input.
    static func text(_ argument: String, _ what: Phrase, bytes: Int) throws -> String {
        let text = (argument == "-" ? try standardInput(what, bytes: bytes) : argument)
            .precomposedStringWithCanonicalMapping
        guard text.utf8.count <= bytes else { throw tooLong(what, bytes) }
        try checkCharacters(text, what, allowsLines: true)
        return text
    }

    /// Reads no more than can be used.
    private static func standardInput(_ what: Phrase, bytes: Int) throws -> String {
        var data = Data()
        while data.count <= bytes {
            let chunk = try FileHandle.standardInput.read(upToCount: bytes + 1 - data.count)
            guard let chunk, !chunk.isEmpty else { break }
            data.append(chunk)
        }
        guard data.count <= bytes else { throw tooLong(what, bytes) }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure(Failure.data, "the \(what) is not valid UTF-8", "write it in UTF-8")
        }
        return text
    }

    private static func tooLong(_ what: Phrase, _ bytes: Int) -> Failure {
        Failure(Failure.data, "the \(what) is longer than \(bytes) bytes", "shorten it")
    }

    private static func checkCharacters(_ text: String, _ what: Phrase, allowsLines: Bool) throws {
        for scalar in text.unicodeScalars {
            let isAllowed = allowsLines && (scalar == "\n" || scalar == "\t" || scalar == "\r")
            guard isAllowed || !(scalar.isControl || scalar.isDirectionMark || scalar.isLineBreak)
            else {
                let code = String(scalar.value, radix: 16, uppercase: true)
                throw Failure(
                    Failure.data, "the \(what) holds the invisible character U+\(code)",
                    "remove it")
            }
        }
    }
}

/// A day or a span that a person types.
enum DateInput {
    /// `2026-11-01` (its beginning, UTC), a full ISO 8601 time, or so long ago: `12h`, `30d`, `4w`.
    static func moment(_ text: String, now: Milliseconds) throws -> Milliseconds {
        if let unit = text.last, let count = Int64(text.dropLast()), count >= 0, count < 1_000_000,
            let seconds: Int64 = ["h": 3_600, "d": 86_400, "w": 604_800][String(unit)]
        {
            return now.advanced(by: .seconds(-count * seconds))
        }
        let styles = [
            Date.ISO8601FormatStyle().year().month().day(), Date.ISO8601FormatStyle(),
            Date.ISO8601FormatStyle(includingFractionalSeconds: true),
        ]
        for style in styles {
            // The styles read the beginning of a text, and the 30th of February as a day of March.
            guard let date = try? style.parse(text), style.format(date) == text else { continue }
            return Milliseconds(clamping: Int64((date.timeIntervalSince1970 * 1000).rounded()))
        }
        throw Failure(
            Failure.usage, "\(text.quoted) is no date",
            "write a day such as 2026-11-01, or how long ago, such as 30d")
    }
}

/// A length of time as a person types it.
enum DurationInput {
    /// `30s`, `5m`, `12h`, `7d`, `4w`; 0 for none.
    static func duration(_ text: String) throws -> Duration {
        if text == "0" { return .zero }
        if let unit = text.last, let count = Int64(text.dropLast()), count >= 0, count < 1_000_000,
            let seconds: Int64 = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800][
                String(unit)]
        {
            return .seconds(count * seconds)
        }
        throw Failure(
            Failure.usage, "\(text.quoted) is no length of time",
            "write one such as 30s, 5m, 12h or 7d")
    }
}
