/// A moment: milliseconds since the Unix epoch, UTC.
@usableFromInline
package struct Milliseconds: Hashable, Comparable, Sendable {
    /// Moments lie below 2^47 (the year 6429), so that a hybrid timestamp fits a signed 64-bit
    /// column.
    @inlinable package static var limit: UInt64 { 1 << 47 }

    @usableFromInline package let sinceEpoch: UInt64

    /// `nil` from 2^47 on.
    @inlinable
    package init?(sinceEpoch: UInt64) {
        guard sinceEpoch < Self.limit else { return nil }
        self.init(unchecked: sinceEpoch)
    }

    @inlinable
    package init(unchecked sinceEpoch: UInt64) { self.sinceEpoch = sinceEpoch }

    /// The nearest moment to a signed number of milliseconds.
    package init(clamping value: Int64) {
        self.init(unchecked: min(UInt64(max(0, value)), Self.limit - 1))
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.sinceEpoch < right.sinceEpoch
    }

    /// This moment, later by `duration`, at most the last one there is.
    package func advanced(by duration: Duration) -> Milliseconds {
        Milliseconds(clamping: Int64(sinceEpoch) + duration.milliseconds)
    }

    /// How much later this moment is than `other`; negative if it is earlier.
    package func since(_ other: Milliseconds) -> Duration {
        .milliseconds(Int64(sinceEpoch) - Int64(other.sinceEpoch))
    }
}

extension Duration {
    /// Whole milliseconds, towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
