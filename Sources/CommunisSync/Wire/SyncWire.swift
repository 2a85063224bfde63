import CommunisCore
import CommunisLog
import CommunisStore
import Foundation
import SwiftProtobuf

/// Why a message is not taken.
package enum SyncWireError: Error, Hashable, Sendable {
    /// Its bytes are not a message, or a value in it has a wrong size.
    case malformed
    /// It is of another version of the protocol.
    case unknownVersion(UInt32)
    /// It is larger, or names more, than any message may.
    case overLimits
}

/// Requests and answers as bytes: schema/proto/communis/v1/sync.proto.
package enum SyncWire {
    package static let version: UInt32 = 1
    /// The media type of a message (the one of draft-ietf-dispatch-mime-protobuf).
    package static let contentType = "application/protobuf"
    /// A page of changesets of 16 MiB, what one changeset may be beyond it, and what is around them.
    package static let messageBytes = 24 * 1_024 * 1_024
    /// What the body of a message may hold: as many as the least changesets that fit a message.
    static let bodyFields = messageBytes / SealedChangeset.leastByteCount
    /// How many reasons of refusals a message may tell; there are six.
    static let reasons = 64
    static let reconciliationBytes = 1_024 * 1_024
    static let invitationBytes = 64
    static let wordsBytes = 1_000
    package static let storeBytes = 16

    package static func decodeRequest(_ bytes: [UInt8]) throws(SyncWireError) -> SyncRequest {
        let message: Communis_V1_SyncRequest = try parse(bytes, bodies: [4, 5, 7, 8])
        try check(message.version)
        return SyncRequest(
            board: message.board.isEmpty ? .zero : try identifier(message.board),
            node: try identifier(message.node), body: try body(of: message))
    }

    package static func decodeAnswer(_ bytes: [UInt8]) throws(SyncWireError) -> SyncAnswer {
        let message: Communis_V1_SyncAnswer = try parse(bytes, bodies: [6, 7, 8, 9, 11, 12, 13])
        try check(message.version)
        let snapshot = message.snapshot
        guard message.hasSnapshot, snapshot.digest.count == 32, message.time < Milliseconds.limit
        else { throw .malformed }
        return SyncAnswer(
            board: try identifier(message.board), founder: try identifier(message.founder),
            node: try identifier(message.node),
            time: message.time == 0 ? nil : Milliseconds(unchecked: message.time),
            snapshot: SyncSnapshot(
                store: try store(snapshot.store), count: snapshot.count,
                digest: Array(snapshot.digest), lastArrival: try arrival(snapshot.lastArrival)),
            body: try body(of: message))
    }

    private static func body(of message: Communis_V1_SyncRequest) throws(SyncWireError)
        -> SyncRequest.Body
    {
        switch message.body {
        case .hello: return .hello
        case .exchange(let exchange):
            return .exchange(
                SyncRequest.Exchange(
                    changesets: exchange.changesets.map(SealedChangeset.init),
                    store: exchange.store.isEmpty ? nil : try store(exchange.store),
                    cursor: try arrival(exchange.cursor)))
        case .reconcile(let bytes):
            return .reconcile(try reconciliation(bytes))
        case .move(let move):
            return .move(
                SyncRequest.Move(
                    changesets: move.changesets.map(SealedChangeset.init),
                    wanted: try wanted(move.wanted)))
        case .join(let join):
            guard join.name.unicodeScalars.count <= Limits.nameScalars,
                join.invitation.count <= invitationBytes
            else { throw .overLimits }
            // Here and not where the name is written: by then an invitation would be used.
            guard join.encryptionKey.count == SealedSecret.keyByteCount,
                join.name == join.name.plain
            else { throw .malformed }
            return .join(
                SyncRequest.Join(
                    name: join.name, invitation: Array(join.invitation),
                    encryptionKey: Array(join.encryptionKey)))
        case nil: throw .malformed
        }
    }

    private static func body(of message: Communis_V1_SyncAnswer) throws(SyncWireError)
        -> SyncAnswer.Body
    {
        switch message.body {
        case .greeting(let greeting):
            return .hello(last: greeting.hasLast ? SealedChangeset(greeting.last) : nil)
        case .exchanged(let exchanged):
            return .exchanged(
                SyncAnswer.Exchanged(
                    changesets: exchanged.changesets.map(SealedChangeset.init),
                    cursor: try arrival(exchanged.cursor), isComplete: exchanged.complete,
                    merged: try merged(exchanged.merged)))
        case .unknownCursor: return .unknownCursor
        case .reconciled(let bytes): return .reconciled(try reconciliation(bytes))
        case .moved(let moved):
            return .moved(
                SyncAnswer.Moved(
                    changesets: moved.changesets.map(SealedChangeset.init),
                    taken: Int(moved.taken), merged: try merged(moved.merged)))
        case .joined(let joined):
            return .joined(try self.joined(joined))
        case .failed(let failed):
            guard failed.problem.utf8.count <= wordsBytes, failed.remedy.utf8.count <= wordsBytes
            else { throw .overLimits }
            return .failed(
                SyncAnswer.Failed(
                    code: Int32(truncatingIfNeeded: failed.code), problem: failed.problem,
                    remedy: failed.remedy))
        case nil: throw .malformed
        }
    }
}

// MARK: - Values and their limits

extension SyncWire {
    /// - Parameter bodies: the numbers of those fields of the message that are messages.
    private static func parse<Parsed: Message>(_ bytes: [UInt8], bodies: Set<UInt64>)
        throws(SyncWireError) -> Parsed
    {
        guard bytes.count <= messageBytes,
            WireFields(bytes).count(in: bodies) <= bodyFields
        else { throw .overLimits }
        do {
            return try Parsed(serializedBytes: bytes)
        } catch {
            throw .malformed
        }
    }

    private static func check(_ version: UInt32) throws(SyncWireError) {
        guard version == Self.version else { throw .unknownVersion(version) }
    }

    private static func identifier<Identifier: FixedBytes>(_ bytes: Data) throws(SyncWireError)
        -> Identifier
    {
        guard let identifier = Identifier(bytes) else { throw .malformed }
        return identifier
    }

    private static func store(_ bytes: Data) throws(SyncWireError) -> [UInt8] {
        guard bytes.count == storeBytes else { throw .malformed }
        return Array(bytes)
    }

    private static func arrival(_ number: UInt64) throws(SyncWireError) -> Int64 {
        guard let arrival = Int64(exactly: number) else { throw .overLimits }
        return arrival
    }

    private static func reconciliation(_ bytes: Data) throws(SyncWireError) -> [UInt8] {
        guard bytes.count <= reconciliationBytes else { throw .overLimits }
        return Array(bytes)
    }

    private static func position(_ position: Communis_V1_SyncPosition) throws(SyncWireError)
        -> LogPosition
    {
        LogPosition(
            timestamp: HybridTimestamp(rawValue: position.timestamp),
            id: try identifier(position.id))
    }

    private static func wanted(_ ranges: [Communis_V1_SyncWanted]) throws(SyncWireError)
        -> [WantedChangesets]
    {
        let size = ChangesetID.byteCount
        guard ranges.reduce(0, { $0 + $1.ids.count }) <= SyncLimits.acceptedIDs * size,
            ranges.count <= SyncLimits.acceptedIDs
        else { throw .overLimits }
        var wanted: [WantedChangesets] = []
        for range in ranges {
            guard range.ids.count.isMultiple(of: size) else { throw .malformed }
            let bytes = Array(range.ids)
            wanted.append(
                WantedChangesets(
                    start: try position(range.start),
                    end: range.hasEnd ? try position(range.end) : nil,
                    ids: stride(from: 0, to: bytes.count, by: size).map {
                        ChangesetID(truncating: bytes[$0..<$0 + size])
                    }))
        }
        return wanted
    }

    /// What a newer version refuses for a reason unknown here counts as malformed.
    private static func merged(_ message: Communis_V1_SyncMerged) throws(SyncWireError)
        -> MergedThere
    {
        guard message.refused.count <= reasons else { throw .overLimits }
        var merged = MergedThere()
        for (reason, count) in message.refused {
            merged.refused[Refusal(rawValue: reason) ?? .malformed, default: 0] += Int(count)
        }
        merged.held = Int(message.held)
        return merged
    }

    private static func joined(_ joined: Communis_V1_SyncJoined) throws(SyncWireError)
        -> SyncAnswer.Joined
    {
        guard let role = Role(rawValue: UInt8(truncatingIfNeeded: joined.role)),
            joined.role <= UInt32(UInt8.max)
        else { throw .malformed }
        guard !joined.sealedSecret.isEmpty else {
            return SyncAnswer.Joined(role: role, secret: nil)
        }
        guard joined.encapsulatedKey.count == SealedSecret.keyByteCount,
            joined.sealedSecret.count == SealedSecret.ciphertextByteCount
        else { throw .malformed }
        return SyncAnswer.Joined(
            role: role,
            secret: SealedSecret(
                encapsulatedKey: Array(joined.encapsulatedKey),
                ciphertext: Array(joined.sealedSecret)))
    }
}

extension SealedChangeset {
    init(_ message: Communis_V1_SyncChangeset) {
        self.init(
            header: Array(message.header), payload: Array(message.payload),
            signature: Array(message.signature))
    }
}
