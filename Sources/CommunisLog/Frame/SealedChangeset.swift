import CommunisCore

/// A changeset as it travels and is stored: header, payload and signature, each as its bytes.
package struct SealedChangeset: Hashable, Sendable {
    package static let signatureByteCount = 64
    /// The size of one without a payload.
    package static let leastByteCount = ChangesetHeader.byteCount + signatureByteCount

    package var header: [UInt8]
    package var payload: [UInt8]
    /// Ed25519 over "communis changeset 1\0" ‖ id. Not part of the id.
    package var signature: [UInt8]

    package init(header: [UInt8], payload: [UInt8], signature: [UInt8]) {
        self.header = header
        self.payload = payload
        self.signature = signature
    }

    package var id: ChangesetID { ChangesetID(ofHeader: header) }
    /// The size of the three parts together, in bytes.
    package var byteCount: Int { header.count + payload.count + signature.count }

    static func signedMessage(_ id: ChangesetID) -> [UInt8] {
        Array("communis changeset 1\0".utf8) + id.bytes
    }
}

/// Why a changeset is not taken: only what no correct node could hold.
package enum Refusal: String, Error, CaseIterable, Hashable, Sendable {
    /// Its bytes are not a header, a signature and slots.
    case malformed
    case wrongBoard
    case badSignature
    /// The payload is not the one that was sealed.
    case wrongRoot
    /// Larger, or later, than anything may be.
    case overLimits
    /// Its node has no role here, and there is no room to keep it until it has.
    case noRoom
}
