import CommunisCore

/// Reads big endian integers and runs of bytes from the front of an array; `nil` where too few
/// bytes are left. Nothing is copied before its length is known to be there.
package struct ByteReader {
    private let source: [UInt8]
    private(set) var position = 0

    package init(_ source: [UInt8]) { self.source = source }

    package var isAtEnd: Bool { position == source.count }

    package mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= source.count - position else { return nil }
        defer { position += count }
        return source[position..<position + count]
    }

    package mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
        bytes(MemoryLayout<Integer>.size)?.reduce(0) { $0 << 8 | Integer($1) }
    }

    package mutating func identifier<Identifier: FixedBytes>() -> Identifier? {
        bytes(Identifier.byteCount).flatMap { Identifier($0) }
    }
}
