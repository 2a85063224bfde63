/// A hybrid timestamp (Kulkarni, Demirbas, Madappa, Avva, Leone: "Logical Physical Clocks and
/// Consistent Snapshots", 2014): 48 bits of milliseconds and a 16-bit counter in one integer, so
/// that the order of the integers is the order of events.
@usableFromInline
package struct HybridTimestamp: Hashable, Comparable, Sendable {
    @usableFromInline package let rawValue: UInt64

    @inlinable
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    @inlinable
    package init(_ moment: Milliseconds, counter: UInt16 = 0) {
        rawValue = moment.sinceEpoch << 16 | UInt64(counter)
    }

    package static let zero = HybridTimestamp(rawValue: 0)

    /// Whether the milliseconds lie below 2^47, without which nothing may carry it.
    @inlinable package var isValid: Bool { rawValue >> 16 < Milliseconds.limit }
    @inlinable package var moment: Milliseconds { Milliseconds(unchecked: rawValue >> 16) }
    @inlinable package var counter: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
    /// The next timestamp there is. It wraps: what a damaged file says is no reason to trap.
    package var successor: HybridTimestamp { HybridTimestamp(rawValue: rawValue &+ 1) }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The last moment of which the view shows anything; what lies beyond it is parked.
///
/// One number, raised by time and never lowered by it: a view is a function of the set of
/// changesets and of this number.
package struct Horizon: Hashable, Comparable, Sendable {
    /// How far beyond its own clock a node believes others.
    package static let allowance: Duration = .seconds(300)

    package let moment: Milliseconds

    package init(moment: Milliseconds) { self.moment = moment }

    /// The horizon of a node whose clock says `now`.
    package init(now: Milliseconds) { moment = now.advanced(by: Self.allowance) }

    package func includes(_ timestamp: HybridTimestamp) -> Bool { timestamp.moment <= moment }

    package static func < (left: Self, right: Self) -> Bool { left.moment < right.moment }
}
