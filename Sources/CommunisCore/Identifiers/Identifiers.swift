/// An identifier of 10 bytes: an idea's, a revision's or a comment's, told apart by `Of`.
@usableFromInline
package struct Identifier10<Of>: FixedBytes {
    @inlinable package static var byteCount: Int { 10 }
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt16

    @inlinable
    package init(loadingFrom source: UnsafeRawPointer) {
        high = UInt64(bigEndian: source.loadUnaligned(as: UInt64.self))
        low = UInt16(bigEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
    }

    @inlinable
    package func store(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: high.bigEndian, as: UInt64.self)
        target.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt16.self)
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

/// An identifier of 32 bytes: a node's public key or a changeset's hash, told apart by `Of`.
@usableFromInline
package struct Identifier32<Of>: FixedBytes {
    @inlinable package static var byteCount: Int { 32 }
    @usableFromInline let first, second, third, fourth: UInt64

    @inlinable
    package init(loadingFrom source: UnsafeRawPointer) {
        first = UInt64(bigEndian: source.loadUnaligned(as: UInt64.self))
        second = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        fourth = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    @inlinable
    package func store(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: first.bigEndian, as: UInt64.self)
        target.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
        target.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt64.self)
        target.storeBytes(of: fourth.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        if left.third != right.third { return left.third < right.third }
        return left.fourth < right.fourth
    }
}

/// A member: 12 bytes derived from what the member is called and the board's secret, so that the
/// same person at two kiosks is one member, and no address can be read back (`format.md`, Ids).
@usableFromInline
package struct MemberID: FixedBytes {
    @inlinable package static var byteCount: Int { 12 }
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt32

    @inlinable
    package init(loadingFrom source: UnsafeRawPointer) {
        high = UInt64(bigEndian: source.loadUnaligned(as: UInt64.self))
        low = UInt32(bigEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    }

    @inlinable
    package func store(to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: high.bigEndian, as: UInt64.self)
        target.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt32.self)
    }

    /// By its first eight bytes, which are as good as random: every merge hashes every member.
    @inlinable
    package func hash(into hasher: inout Hasher) { hasher.combine(high) }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

package enum IdeaKind {}
package enum RevisionKind {}
package enum CommentKind {}
package enum NodeKind {}
package enum ChangesetKind {}

/// An idea; shown as 16 characters of base 32.
package typealias IdeaID = Identifier10<IdeaKind>
/// One revision of one text field of an idea.
package typealias RevisionID = Identifier10<RevisionKind>
/// A comment.
package typealias CommentID = Identifier10<CommentKind>
/// A node: its Ed25519 public key (RFC 8032).
package typealias NodeID = Identifier32<NodeKind>
/// A changeset: the SHA-256 of its header.
package typealias ChangesetID = Identifier32<ChangesetKind>
/// A board: the id of its founder's first changeset.
package typealias BoardID = ChangesetID

extension Identifier10 {
    /// 16 characters of Crockford base 32, lowercase.
    package var base32: String { Base32.encode(bytes) }

    /// The identifier that `base32` shows, or `nil` if it is not 16 characters of base 32.
    package init?(base32: String) {
        guard let bytes = Base32.decode(base32), bytes.count == Self.byteCount else { return nil }
        self.init(bytes)
    }

}

/// Two different ideas, in no order.
package struct IdeaPair: Hashable, Sendable {
    /// The smaller id.
    package let first: IdeaID
    /// The greater id.
    package let second: IdeaID

    /// `nil` if both are the same idea.
    package init?(_ one: IdeaID, _ other: IdeaID) {
        guard one != other else { return nil }
        (first, second) = one < other ? (one, other) : (other, one)
    }
}
