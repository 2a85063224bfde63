import CommunisCore
import Foundation

/// Times as other tools write them.
enum ImportedTime {
    /// RFC 3339 (`2026-11-01T09:30:00Z`, with or without a fraction of a second), the same with a
    /// space for the T or without an offset (then UTC), or a day alone (its beginning, UTC).
    ///
    /// - Returns: `nil` for anything else, for a day that no calendar has and for times before 1970.
    static func parse(_ text: String) -> Milliseconds? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), take("-", &rest), let month = number(&rest, 2),
            take("-", &rest), let day = number(&rest, 2)
        else { return nil }
        var (hour, minute, second, milliseconds, offset) = (0, 0, 0, 0, 0)
        if !rest.isEmpty {
            guard take("T", &rest) || take("t", &rest) || take(" ", &rest),
                let hours = number(&rest, 2), take(":", &rest), let minutes = number(&rest, 2)
            else { return nil }
            (hour, minute) = (hours, minutes)
            if take(":", &rest) {
                guard let seconds = number(&rest, 2) else { return nil }
                second = seconds
                if take(".", &rest) {
                    guard let fraction = fraction(&rest) else { return nil }
                    milliseconds = fraction
                }
            }
            guard let zone = zone(&rest), rest.isEmpty else { return nil }
            offset = zone
        }
        guard hour < 24, minute < 60, second < 60,
            let seconds = seconds(year, month, day, hour, minute, second)
        else { return nil }
        let value = (seconds - offset * 60) * 1_000 + milliseconds
        return value < 0 ? nil : Milliseconds(sinceEpoch: UInt64(value))
    }

    /// Seconds since 1970 of a moment in UTC; `nil` for the 30th of February.
    static func seconds(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0
    ) -> Int? {
        var fields = tm()
        fields.tm_year = Int32(year - 1_900)
        fields.tm_mon = Int32(month - 1)
        fields.tm_mday = Int32(day)
        fields.tm_hour = Int32(hour)
        fields.tm_min = Int32(minute)
        fields.tm_sec = Int32(second)
        let seconds = timegm(&fields)
        // A day that does not exist has become one that does.
        guard fields.tm_mon == month - 1, fields.tm_mday == day else { return nil }
        return Int(seconds)
    }

    /// Minutes that an offset is ahead of UTC; none given is UTC.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int? {
        if rest.isEmpty || take("Z", &rest) || take("z", &rest) { return 0 }
        if rest.elementsEqual(" UTC".utf8) {
            rest = []
            return 0
        }
        let isBehind = take("-", &rest)
        guard isBehind || take("+", &rest), let hours = number(&rest, 2) else { return nil }
        _ = take(":", &rest)
        guard let minutes = number(&rest, 2), hours < 24, minutes < 60 else { return nil }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Digits behind the point, as whole milliseconds; what is finer is cut.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest[digits.endIndex...]
        let three = (Array(digits.prefix(3)) + [48, 48]).prefix(3)
        return three.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int? {
        guard rest.count >= digits else { return nil }
        var value = 0
        for byte in rest.prefix(digits) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        rest = rest.dropFirst(digits)
        return value
    }

    private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
