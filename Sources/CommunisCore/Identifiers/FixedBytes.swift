/// A value that is a fixed number of bytes, ordered as unsigned bytes from the first to the last.
///
/// Conforming types keep their bytes in machine words, so that comparing and hashing them, which
/// a merge does for every change, touches no memory of the heap.
@usableFromInline
package protocol FixedBytes: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes.
    static var byteCount: Int { get }
    /// Reads `byteCount` bytes at `source`, which need not be aligned.
    init(loadingFrom source: UnsafeRawPointer)
    /// Writes `byteCount` bytes to `target`, which need not be aligned.
    func store(to target: UnsafeMutableRawPointer)
}

extension FixedBytes {
    /// The value with these bytes, or `nil` if their number is not `byteCount`.
    @inlinable
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount, let base = bytes.baseAddress else { return nil }
        self.init(loadingFrom: base)
    }

    /// The value with these bytes, or `nil` if their number is not `byteCount`.
    @inlinable
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { Self(loadingFrom: $0.baseAddress!) }
    }

    /// The first `byteCount` bytes of a digest, which must be at least that long.
    package init(truncating digest: some Sequence<UInt8>) {
        let bytes = Array(digest)
        precondition(bytes.count >= Self.byteCount)
        self = bytes.withUnsafeBytes { Self(loadingFrom: $0.baseAddress!) }
    }

    /// The bytes, first to last.
    @inlinable
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            store(to: buffer.baseAddress!)
            count = Self.byteCount
        }
    }

    /// All bytes zero.
    package static var zero: Self {
        let words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        return withUnsafeBytes(of: words) { Self(loadingFrom: $0.baseAddress!) }
    }

    @usableFromInline package var description: String { Hexadecimal.encode(bytes) }
}

extension Array where Element == UInt8 {
    /// Appends the bytes of `value`, first to last.
    @inlinable
    package mutating func append(_ value: some FixedBytes) { append(contentsOf: value.bytes) }

    /// Appends an integer, most significant byte first.
    @inlinable
    package mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
