import CommunisCore

/// Why a message is refused.
package enum NegentropyError: Error, Hashable, Sendable {
    case empty
    /// A first byte that is no version, or not ours.
    case unknownVersion(UInt8)
    /// The message ends within a value.
    case cutShort
    case unknownMode(UInt64)
    /// A prefix longer than an id, or a number larger than 64 bits.
    case overLimits
}

/// What a message says of a range.
package enum NegentropyRange: Hashable, Sendable {
    case skip
    case fingerprint([UInt8])
    case ids([ChangesetID])
}

/// Reads a message range by range. Nothing is taken from memory before its length is known to be
/// there.
package struct NegentropyReader {
    private let bytes: [UInt8]
    private var offset = 0
    /// The last timestamp read; bounds carry differences.
    private var timestamp: UInt64 = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { offset == bytes.count }

    /// The first byte of every message.
    ///
    /// - Throws: `empty`; `unknownVersion` for what is no version at all.
    package mutating func version() throws(NegentropyError) -> UInt8 {
        guard !isAtEnd else { throw .empty }
        let version = try byte()
        guard (0x60...0x6F).contains(version) else { throw .unknownVersion(version) }
        return version
    }

    package mutating func range() throws(NegentropyError) -> (ReconciliationBound, NegentropyRange)
    {
        let bound = try bound()
        switch try varint() {
        case 0: return (bound, .skip)
        case 1: return (bound, .fingerprint(try take(16)))
        case 2:
            let count = try varint()
            guard count <= UInt64(bytes.count - offset) / UInt64(ChangesetID.byteCount) else {
                throw .cutShort
            }
            var ids: [ChangesetID] = []
            ids.reserveCapacity(Int(count))
            for _ in 0..<count {
                ids.append(ChangesetID(truncating: try take(ChangesetID.byteCount)))
            }
            return (bound, .ids(ids))
        case let mode: throw .unknownMode(mode)
        }
    }

    private mutating func bound() throws(NegentropyError) -> ReconciliationBound {
        let difference = try varint()
        if difference == 0 {
            timestamp = .max
        } else {
            let (sum, hasWrapped) = timestamp.addingReportingOverflow(difference - 1)
            timestamp = hasWrapped ? .max : sum
        }
        let length = try varint()
        guard length <= UInt64(ChangesetID.byteCount) else { throw .overLimits }
        return ReconciliationBound(timestamp: timestamp, prefix: try take(Int(length)))
    }

    private mutating func take(_ count: Int) throws(NegentropyError) -> [UInt8] {
        guard count <= bytes.count - offset else { throw .cutShort }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    private mutating func byte() throws(NegentropyError) -> UInt8 {
        guard offset < bytes.count else { throw .cutShort }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func varint() throws(NegentropyError) -> UInt64 {
        var value: UInt64 = 0
        while true {
            let byte = try byte()
            guard value >> 57 == 0 else { throw .overLimits }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 { return value }
        }
    }
}

/// Writes a message range by range.
package struct NegentropyWriter {
    package private(set) var bytes: [UInt8]
    private var timestamp: UInt64 = 0

    package init() { bytes = [NegentropyRules.version] }

    /// Writes the ranges skipped so far, if any, as one.
    mutating func writeSkip(_ bound: inout ReconciliationBound?) {
        guard let skipped = bound else { return }
        bound = nil
        write(skipped, .skip)
    }

    mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

    package mutating func write(_ bound: ReconciliationBound, _ range: NegentropyRange) {
        if bound.timestamp == .max {
            timestamp = .max
            bytes.append(varint: 0)
        } else {
            bytes.append(varint: bound.timestamp &- timestamp &+ 1)
            timestamp = bound.timestamp
        }
        bytes.append(varint: UInt64(bound.prefix.count))
        bytes.append(contentsOf: bound.prefix)
        switch range {
        case .skip: bytes.append(varint: 0)
        case .fingerprint(let fingerprint):
            bytes.append(varint: 1)
            bytes.append(contentsOf: fingerprint)
        case .ids(let ids):
            bytes.append(varint: 2)
            bytes.append(varint: UInt64(ids.count))
            for id in ids { bytes.append(contentsOf: id.bytes) }
        }
    }
}
