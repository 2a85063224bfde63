import CommunisCore
import Foundation
import Testing

/// Bytes as hexadecimal digits in the vectors.
struct HexBytes: Decodable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let bytes = Hexadecimal.decode(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not hexadecimal: \(text)")
        }
        self.bytes = bytes
    }
}

/// The test vectors of `scripts/vectors`, which shares no code with this package.
struct FormatVectors: Decodable {
    struct Slot: Decodable {
        let name: String
        let kind: UInt16
        let state: UInt8
        let milliseconds: UInt64
        let counter: UInt16
        let changes: UInt32
        let salt, contents, content, leaf, bytes: HexBytes
        /// The id of what the slot makes in its changeset; empty if that is nothing.
        let makes: HexBytes
    }

    struct Changeset: Decodable {
        let name, verdict: String
        let board: HexBytes
        let sequence: UInt64
        let previous: HexBytes
        let milliseconds: UInt64
        let counter: UInt16
        let changes, payloadSize: UInt32
        let root, header, id, signedMessage, signature, payload: HexBytes
        let slots: [Slot]
    }

    /// A changeset that a reader refuses, and why.
    struct Refused: Decodable {
        let name, reason: String
        /// The board that the reader wants.
        let board: HexBytes
        let header, payload, signature: HexBytes
    }

    struct Message: Decodable {
        let name: String
        let kind: UInt16
        let bytes: HexBytes
    }

    struct CastVote: Decodable {
        let milliseconds: UInt64
        let counter: UInt16
        let idea, member: HexBytes
        let ballot: UInt8
    }

    struct VoteBlock: Decodable {
        let votes: [CastVote]
        let bytes: HexBytes
    }

    struct Identifiers: Decodable {
        /// The id of what a slot makes on a board.
        struct Created: Decodable {
            let name: String
            let kind: UInt16
            let board, salt, contents, id: HexBytes
        }

        /// The key by which an importer makes a part of a row.
        struct Imported: Decodable {
            let source, part: String
            let key: HexBytes
        }

        struct ImportedIdea: Decodable {
            let source: String
            let member, id: HexBytes
            let base32: String
        }

        struct Member: Decodable {
            let domain, name: String
            let id: HexBytes
        }

        let board, secret: HexBytes
        let created: [Created]
        let imported: [Imported]
        let importedIdea: ImportedIdea
        let members: [Member]
    }

    struct CheckValue: Decodable {
        let ids: [HexBytes]
        let sum, digest: HexBytes
    }

    let seed, node: HexBytes
    let changesets: [Changeset]
    let refused: [Refused]
    let messages: [Message]
    let voteBlock: VoteBlock
    let identifiers: Identifiers
    let checkValues: [CheckValue]

    static func load() throws -> FormatVectors {
        let url = try #require(
            Bundle.module.url(
                forResource: "format", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(FormatVectors.self, from: Data(contentsOf: url))
    }
}
