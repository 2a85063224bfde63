import CommunisLog

/// Counts how many fields the bodies of a message have, before anything is made of them.
///
/// An empty changeset is two bytes on the wire and some hundred in memory: a message of 24 MiB with
/// nothing else took 3 GB to decode. So what a message may hold is counted first, on its bytes
/// (https://protobuf.dev/programming-guides/encoding/).
struct WireFields {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many fields all bodies have together. What is no message is counted as far as it can be
    /// read; the decoder refuses it.
    ///
    /// - Parameter bodies: the numbers of the fields of the message that are bodies.
    func count(in bodies: Set<UInt64>) -> Int {
        var count = 0
        forEachField(in: bytes.indices) { number, contents in
            guard let contents, bodies.contains(number) else { return }
            forEachField(in: contents) { _, _ in count += 1 }
        }
        return count
    }

    /// - Parameter body: called with each field's number and, if it has a length, where its
    ///   contents lie.
    private func forEachField(in range: Range<Int>, _ body: (UInt64, Range<Int>?) -> Void) {
        var position = range.lowerBound
        while let tag = varint(&position, before: range.upperBound) {
            var contents: Range<Int>?
            switch tag & 7 {
            case 0:
                guard varint(&position, before: range.upperBound) != nil else { return }
            case 1: position += 8
            case 2:
                guard let length = varint(&position, before: range.upperBound),
                    length <= UInt64(range.upperBound - position)
                else { return }
                contents = position..<position + Int(length)
                position += Int(length)
            case 3, 4: break  // The tags of a group; its fields are counted as they come.
            case 5: position += 4
            default: return
            }
            guard position <= range.upperBound else { return }
            body(tag >> 3, contents)
        }
    }

    /// `nil` at the end, or where there is none.
    private func varint(_ position: inout Int, before end: Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < end else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
