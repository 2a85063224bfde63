import CommunisCore
import CommunisLog

/// A Protocol Buffers message put together by hand (https://protobuf.dev/programming-guides/encoding/),
/// so that it can say what the package's own encoder never would.
struct Message: Sendable {
    enum Value: Sendable {
        case number(UInt64)
        /// A number below 128 in two bytes instead of one.
        case longNumber(UInt8)
        case bytes([UInt8])
        case text(String)
        case message(Message)
        case packed([UInt64])
        case repeated([[UInt8]])
    }

    private var fields: [(number: UInt64, value: Value)] = []

    init(_ fields: KeyValuePairs<UInt64, Value> = [:]) {
        self.fields = fields.map { ($0.key, $0.value) }
    }

    /// The same message with this field in place of all of that number, after those of smaller ones;
    /// `nil` leaves it out.
    func with(_ number: UInt64, _ value: Value?) -> Message {
        var message = self
        message.fields.removeAll { $0.number == number }
        if let value {
            let place = message.fields.firstIndex { $0.number > number } ?? message.fields.endIndex
            message.fields.insert((number, value), at: place)
        }
        return message
    }

    /// The same fields in the opposite order.
    var reversed: Message {
        var message = self
        message.fields.reverse()
        return message
    }

    var bytes: [UInt8] {
        fields.flatMap { number, value -> [UInt8] in
            switch value {
            case .number(let value): Self.varint(number << 3) + Self.varint(value)
            case .longNumber(let value): Self.varint(number << 3) + [value | 0x80, 0]
            case .bytes(let bytes): Self.delimited(number, bytes)
            case .text(let text): Self.delimited(number, Array(text.utf8))
            case .message(let message): Self.delimited(number, message.bytes)
            case .packed(let values): Self.delimited(number, values.flatMap(Self.varint))
            case .repeated(let all): all.flatMap { Self.delimited(number, $0) }
            }
        }
    }

    private static func delimited(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
