import CommunisCore
import Crypto

/// The 153 bytes that name a changeset and say everything about it but its contents
/// (docs/format.md, Header). Integers are big endian.
package struct ChangesetHeader: Hashable, Sendable {
    package static let byteCount = 153
    /// The format this version writes and reads.
    package static let currentFormat: UInt8 = 1

    package var format = Self.currentFormat
    /// The board's id; zero in the founder's first changeset, whose own id it is.
    package var board: BoardID
    package var node: NodeID
    /// Counts the node's changesets, from 1.
    package var sequence: UInt64
    /// The node's changeset before this one; zero in its first.
    package var previous: ChangesetID
    /// The greatest timestamp of the slots.
    package var timestamp: HybridTimestamp
    /// How many changes the slots hold together.
    package var changeCount: UInt32
    /// The size of the payload as it was sealed, in bytes.
    package var payloadSize: UInt32
    /// SHA-256 of the slots' leaves.
    package var root: [UInt8]

    /// Whether this is the changeset with which its node founds a board.
    package var isFounding: Bool { board == .zero && sequence == 1 }

    package init(
        board: BoardID, node: NodeID, sequence: UInt64, previous: ChangesetID,
        timestamp: HybridTimestamp, changeCount: UInt32, payloadSize: UInt32, root: [UInt8]
    ) {
        self.board = board
        self.node = node
        self.sequence = sequence
        self.previous = previous
        self.timestamp = timestamp
        self.changeCount = changeCount
        self.payloadSize = payloadSize
        self.root = root
    }

    /// `nil` if these are not 153 bytes. Nothing else is judged here.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        var reader = ByteReader(bytes)
        format = reader.integer()!
        board = reader.identifier()!
        node = reader.identifier()!
        sequence = reader.integer()!
        previous = reader.identifier()!
        timestamp = HybridTimestamp(rawValue: reader.integer()!)
        changeCount = reader.integer()!
        payloadSize = reader.integer()!
        root = Array(reader.bytes(32)!)
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.append(format)
        bytes.append(board)
        bytes.append(node)
        bytes.append(bigEndian: sequence)
        bytes.append(previous)
        bytes.append(bigEndian: timestamp.rawValue)
        bytes.append(bigEndian: changeCount)
        bytes.append(bigEndian: payloadSize)
        bytes.append(contentsOf: root)
        return bytes
    }
}

extension ChangesetID {
    /// The id of the changeset with this header: SHA-256 of its bytes.
    package init(ofHeader header: [UInt8]) { self.init(truncating: SHA256.hash(data: header)) }
}
