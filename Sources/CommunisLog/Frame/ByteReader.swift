import CommunisCore

/// Reads big endian integers and runs of bytes from the front of an array; `nil` where too few
/// bytes are left. Nothing is copied before its length is known to be there.
struct ByteReader {
    private let source: [UInt8]
    private(set) var position = 0

    init(_ source: [UInt8]) { self.source = source }

    var isAtEnd: Bool { position == source.count }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= source.count - position else { return nil }
        defer { position += count }
        return source[position..<position + count]
    }

    mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
        bytes(MemoryLayout<Integer>.size)?.reduce(0) { $0 << 8 | Integer($1) }
    }

    mutating func identifier<Identifier: FixedBytes>() -> Identifier? {
        bytes(Identifier.byteCount).flatMap { Identifier($0) }
    }
}
