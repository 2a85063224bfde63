import CommunisCore
import Crypto

/// One slot of a payload: a kind, a time, and the bytes of one message or their digest
/// (docs/format.md, Payload).
package struct Slot: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case plain([UInt8])
        case salted([UInt8], salt: [UInt8])
        /// The 32-byte digest of contents that are gone.
        case erased([UInt8])
    }

    /// kind, state, timestamp, number of changes, length.
    package static let headByteCount = 2 + 1 + 8 + 4 + 4
    package static let saltByteCount = 16

    package var kind: UInt16
    /// The change's own time; of a block of votes the greatest.
    package var timestamp: HybridTimestamp
    /// 1, or the number of votes of a block.
    package var changeCount: UInt32
    package var content: Content

    package init(
        kind: UInt16, timestamp: HybridTimestamp, changeCount: UInt32, content: Content
    ) {
        self.kind = kind
        self.timestamp = timestamp
        self.changeCount = changeCount
        self.content = content
    }

    package var isErased: Bool {
        if case .erased = content { true } else { false }
    }

    /// The same slot without its contents, which still verifies.
    package var erased: Slot {
        var slot = self
        slot.content = .erased(contentDigest)
        return slot
    }

    /// SHA-256(salt length u8 ‖ salt ‖ bytes).
    package var contentDigest: [UInt8] {
        var hasher = SHA256()
        switch content {
        case .plain(let bytes):
            hasher.update(data: [0])
            hasher.update(data: bytes)
        case .salted(let bytes, let salt):
            hasher.update(data: [UInt8(salt.count)] + salt)
            hasher.update(data: bytes)
        case .erased(let digest):
            return digest
        }
        return Array(hasher.finalize())
    }

    /// SHA-256("communis slot 1\0" ‖ kind ‖ timestamp ‖ changes ‖ content).
    package var leaf: [UInt8] {
        var message = Array("communis slot 1\0".utf8)
        message.append(bigEndian: kind)
        message.append(bigEndian: timestamp.rawValue)
        message.append(bigEndian: changeCount)
        message.append(contentsOf: contentDigest)
        return Array(SHA256.hash(data: message))
    }

    /// The bytes of the slot in a payload.
    package var bytes: [UInt8] {
        let (state, length, body): (UInt8, Int, [UInt8]) =
            switch content {
            case .plain(let bytes): (0, bytes.count, bytes)
            case .salted(let bytes, let salt): (1, bytes.count, salt + bytes)
            case .erased(let digest): (2, digest.count, digest)
            }
        var result: [UInt8] = []
        result.append(bigEndian: kind)
        result.append(state)
        result.append(bigEndian: timestamp.rawValue)
        result.append(bigEndian: changeCount)
        result.append(bigEndian: UInt32(length))
        result.append(contentsOf: body)
        return result
    }
}

extension [Slot] {
    /// SHA-256 of all leaves in order.
    package var root: [UInt8] {
        var hasher = SHA256()
        for slot in self { hasher.update(data: slot.leaf) }
        return [UInt8](hasher.finalize())
    }

    /// The payload that these slots make.
    package var payload: [UInt8] { reduce(into: []) { $0.append(contentsOf: $1.bytes) } }

    /// The slots of a payload, or `nil` if it is anything but slots back to back.
    package init?(payload: [UInt8]) {
        var reader = ByteReader(payload)
        var slots: [Slot] = []
        while !reader.isAtEnd {
            guard slots.count < Limits.changesPerChangeset, let slot = Slot(from: &reader) else {
                return nil
            }
            slots.append(slot)
        }
        self = slots
    }
}

extension Slot {
    fileprivate init?(from reader: inout ByteReader) {
        guard let kind: UInt16 = reader.integer(), let state: UInt8 = reader.integer(),
            let timestamp: UInt64 = reader.integer(), let changes: UInt32 = reader.integer(),
            let length: UInt32 = reader.integer()
        else { return nil }
        let content: Content
        switch state {
        case 0:
            guard let bytes = reader.bytes(Int(length)) else { return nil }
            content = .plain(Array(bytes))
        case 1:
            guard let salt = reader.bytes(Self.saltByteCount), let bytes = reader.bytes(Int(length))
            else { return nil }
            content = .salted(Array(bytes), salt: Array(salt))
        case 2:
            guard length == 32, let digest = reader.bytes(32) else { return nil }
            content = .erased(Array(digest))
        default:
            return nil
        }
        self.init(
            kind: kind, timestamp: HybridTimestamp(rawValue: timestamp), changeCount: changes,
            content: content)
    }
}
